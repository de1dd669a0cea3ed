"""Settings of the soil model as text: how each is chosen for an assimilation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboard.state import schedule_fields
from proda_core.records.settings import field_choices, field_defaults, field_help, field_value
from proda_core.soil_model.settings import ModelSettings

AUTOMATIC = "auto"  # follows from prior and data set
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "water": "Water limitation",
        "grid": "Soil layers",
        "bedrock": "Bedrock",
        "advection": "Advection (m/yr)",
        "minpsi": "Lowest water potential (MPa)",
    }
)
_AUTOMATIC_LABELS = MappingProxyType({"water": "As the prior needs", "grid": "As the data set"})


def default(name: str) -> str:
    """Return the default of a setting as typed.

    >>> default("water"), default("bedrock"), default("minpsi")
    ('auto', 'closed', '-2')
    """
    if name in _AUTOMATIC_LABELS:
        return AUTOMATIC
    return schedule_fields.as_text(field_defaults(ModelSettings)[name])


def options(name: str) -> dict[str, str]:
    """Return the allowed values of a setting by label; empty for a number.

    >>> options("grid")
    {'As the data set': 'auto', 'clm45_10': 'clm45_10', 'clm5_20': 'clm5_20'}
    """
    choices = field_choices(ModelSettings).get(name, ())
    automatic = {_AUTOMATIC_LABELS[name]: AUTOMATIC} if name in _AUTOMATIC_LABELS else {}
    return (automatic | {choice: choice for choice in choices}) if choices else {}


def explanation(name: str) -> str:
    """Return what a setting means."""
    return field_help(ModelSettings)[name]


def values(typed: Mapping[str, str]) -> dict[str, object]:
    """Return settings by name from typed text, without those that follow from prior and data set.

    >>> values({"water": "auto", "advection": "0.001"})
    {'advection': 0.001}
    """
    chosen = {name: text for name, text in typed.items() if text != AUTOMATIC}
    return {name: field_value(ModelSettings, name, text.strip()) for name, text in chosen.items()}
