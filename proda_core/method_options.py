"""Choices of the method that have a name on the command line, in Python and in the browser.

Every field of :class:`Schedule` and :class:`ModelSettings` can be chosen by its name; the common ones are
listed in :data:`METHOD_OPTIONS`, from which options, arguments and forms are made. Explanations, allowed
values and defaults are those of the fields.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from proda_core.assimilation.schedules import Schedule
from proda_core.records.checks import InputError, expect
from proda_core.records.settings import field_choices, field_defaults, field_help, field_value
from proda_core.soil_model.settings import ModelSettings

_NOT_CHOSEN = ("texture",)  # the parameters fs1s2 and fs1s3 are sampled instead


@dataclass(frozen=True)
class MethodOption:
    """One option: its name, and the field of a record of settings that it sets."""

    name: str
    record: type
    field: str

    @property
    def help(self) -> str:
        """What the field means."""
        return field_help(self.record)[self.field]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it may take; empty for a number."""
        return field_choices(self.record).get(self.field, ())


METHOD_OPTIONS: Mapping[str, MethodOption] = MappingProxyType(
    {
        name: MethodOption(name, record, field)
        for record, names in (
            (Schedule, {"errors": "errors", "weights": "weights", "sigma": "sigma_fraction"}),
            (Schedule, {"operator": "operator"}),
            (ModelSettings, {"water": "water", "grid": "grid", "bedrock": "bedrock"}),
            (ModelSettings, {"advection": "advection"}),
        )
        for name, field in names.items()
    }
)


@dataclass(frozen=True)
class MethodChoices:
    """Chosen fields of the schedule and of the soil model's settings; what is not chosen has its default."""

    schedule: Mapping[str, Any]
    model: Mapping[str, Any]


def method_choices(values: Mapping[str, Any]) -> MethodChoices:
    """Return choices by option or field name, where None means not chosen, sorted by what they belong to.

    >>> method_choices({"sigma": "0.5", "water": "potential", "grid": None})
    MethodChoices(schedule={'sigma_fraction': 0.5}, model={'water': 'potential'})

    Raises InputError for an unknown name and for a value that is not possible.
    """
    found: dict[type, dict[str, Any]] = {Schedule: {}, ModelSettings: {}}
    for name, value in values.items():
        if value is not None:
            record, field = _field_of(name)
            found[record][field] = field_value(record, field, value)
    return MethodChoices(found[Schedule], found[ModelSettings])


def assignments(texts: Iterable[str]) -> dict[str, str]:
    """Return typed assignments by name.

    >>> assignments(["errors=lognormal", "chains=4"])
    {'errors': 'lognormal', 'chains': '4'}

    Raises InputError for a text without an equals sign and for a name that is given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        expect(bool(name and sign and value), f"--set: expected NAME=VALUE, found {text!r}")
        expect(name not in found, f"--set: expected {name} once, found it twice")
        found[name] = value
    return found


def field_names() -> tuple[str, ...]:
    """Return the names of all fields that can be chosen."""
    names = [name for record in (Schedule, ModelSettings) for name in field_defaults(record)]
    return tuple(name for name in names if name not in _NOT_CHOSEN)


def _field_of(name: str) -> tuple[type, str]:
    if name in METHOD_OPTIONS:
        return METHOD_OPTIONS[name].record, METHOD_OPTIONS[name].field
    names = field_names()
    if name not in names:
        close = difflib.get_close_matches(name, [*METHOD_OPTIONS, *names], n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(names)}"
        raise InputError(
            f"choice of the method: expected a field of schedule or soil model, found {name!r}{hint}"
        )
    return (Schedule if name in field_defaults(Schedule) else ModelSettings), name
