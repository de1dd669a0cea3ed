"""Fields of a schedule as text: how each is typed and which values are allowed."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType

from dashboard.state.typed_numbers import decimal, whole
from proda_core.assimilation.schedules import Schedule
from proda_core.records.checks import InputError
from proda_core.records.settings import field_choices

CHOICES = MappingProxyType({**field_choices(Schedule), "annealed": ("no", "yes")})


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return all fields but the schedule's own name, in its order."""
    return tuple(field.name for field in fields(Schedule) if field.name != "name")


def as_text(value: object) -> str:
    """Return a field's value as typed.

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
    """Return the value of a typed text, of the type of ``like``; InputError with the field's name.

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
