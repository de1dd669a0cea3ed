"""Choices of the page Model."""

from __future__ import annotations

import param

DETAILS: dict[str, str] = {
    "fluxes": "Fluxes and times",
    "matrices": "Matrices",
    "response": "Response to a change",
}
YEARS: tuple[str, ...] = ("20", "100", "300")
LINKED: tuple[str, ...] = ("setting", "behind", "years")


class ModelChoices(param.Parameterized):
    """Positions of the sliders, and the details below the profile."""

    setting = param.String(default="", doc="Sliders that differ from CLM5's default and today's climate.")
    behind = param.Selector(default="fluxes", objects=list(DETAILS), doc="Details below the profile.")
    years = param.Selector(default="100", objects=list(YEARS), doc="Duration of the response [yr].")
