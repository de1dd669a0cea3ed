"""Every field of a schedule: how it is typed, what may be chosen, and what it means in words."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType

from dashboard.state.typed_numbers import decimal, whole
from proda_core.assimilation import schedules
from proda_core.assimilation.schedules import Schedule
from proda_core.records.checks import InputError

CHOICES = MappingProxyType(
    {
        "sampler": schedules.SAMPLERS,
        "space": schedules.SPACES,
        "weights": schedules.WEIGHTS,
        "errors": schedules.ERRORS,
        "operator": schedules.OPERATORS,
        "pooling": schedules.POOLINGS,
        "annealed": ("no", "yes"),
    }
)
MISFIT: tuple[str, ...] = ("weights", "end_weight", "errors", "operator")
_LINE = re.compile(r"^    ([a-z_]+(?:, [a-z_]+)*) : (.*)$")


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """All fields but the schedule's own name, in its order."""
    return tuple(field.name for field in fields(Schedule) if field.name != "name")


@lru_cache(maxsize=1)
def explanations() -> MappingProxyType:
    """What every field means, as the schedule itself says it.

    >>> explanations()["chains"].split(",")[0]
    'chains per site'
    """
    found: dict[str, str] = {}
    current: tuple[str, ...] = ()
    for line in (Schedule.__doc__ or "").splitlines():
        match = _LINE.match(line)
        if match:
            current = tuple(match[1].split(", "))
            found |= dict.fromkeys(current, match[2])
        elif current and line.startswith("        "):
            found |= {name: f"{found[name]} {line.strip()}" for name in current}
        else:
            current = ()
    return MappingProxyType(found)


def as_text(value: object) -> str:
    """A field's value as it is typed.

    >>> as_text(20_000), as_text((0.15, 0.5)), as_text(True), as_text(0.6)
    ('20,000', '0.15-0.5', 'yes', '0.6')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "-".join(f"{end:g}" for end in value)
    return (
        f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
    )


def as_value(name: str, text: str, like: object) -> object:
    """The value of a typed text, of the kind of ``like``; InputError with the field's name.

    >>> as_value("acceptance_window", "0.1 - 0.6", (0.15, 0.5))
    (0.1, 0.6)
    """
    if isinstance(like, bool):
        return text == "yes"
    if isinstance(like, str):
        return text
    if isinstance(like, tuple):
        ends = text.split("-")
        if len(ends) != len(like):
            raise InputError(f"{name}: expected two numbers such as 0.15-0.5; found {text.strip()[:30]!r}")
        return tuple(decimal(end, name, zero=True) for end in ends)
    return whole(text, name) if isinstance(like, int) else decimal(text, name, zero=True)
