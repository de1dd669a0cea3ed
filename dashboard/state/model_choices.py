"""What a visitor looks at on the page Model."""

from __future__ import annotations

import param

BEHIND: dict[str, str] = {
    "fluxes": "Fluxes and times",
    "matrices": "Matrices",
    "response": "Response to a change",
}
YEARS: tuple[str, ...] = ("20", "100", "300")
LINKED: tuple[str, ...] = ("setting", "behind", "years")


class ModelChoices(param.Parameterized):
    """Setting of the sliders, and what is shown behind the profile."""

    setting = param.String(default="", doc="Sliders that differ from CLM5's default and today's climate.")
    behind = param.Selector(default="fluxes", objects=list(BEHIND), doc="What is shown below the profile.")
    years = param.Selector(default="100", objects=list(YEARS), doc="How long a response is followed [yr].")
