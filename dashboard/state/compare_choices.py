"""Choices of the page Compare: the figure, the runs and the sites."""

from __future__ import annotations

import re

import param

FIGURES: dict[str, str] = {
    "table": "Table 37.1: scores",
    "deviation": "Figure 37.2: bias at each profile",
    "deviation_by_depth": "Bias at each profile, by depth",
    "density": "Figure 37.2: modelled against observed",
    "maps": "Figure 37.3: maps, equal-area",
    "totals": "Figure 37.4: total carbon",
    "vegetation": "Figure 37.5: by vegetation",
    "agreement": "Agreement with other maps",
    "profiles": "Profiles by vegetation",
    "regions": "Scores by region",
    "classes": "Scores by vegetation",
    "coverage": "Are the uncertainty intervals calibrated?",
    "taylor": "Taylor diagram",
}
PARTS: dict[str, str] = {"held-out": "held out", "all": "all"}
MOST_RUNS = 3
LINKED: tuple[str, ...] = ("figure", "part", "compared")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")


class CompareChoices(param.Parameterized):
    """The figure in view, the sites, and ``compared``, the runs to compare the session's own with."""

    figure = param.Selector(default="table", objects=list(FIGURES), doc="The figure in view.")
    part = param.Selector(default="held-out", objects=list(PARTS), doc="Which sites are compared.")
    compared = param.String(default="", doc="Further runs to compare with, separated by commas.")

    def further_runs(self) -> tuple[str, ...]:
        """Return the names of the runs in ``compared``.

        >>> CompareChoices(compared="a, b,../c").further_runs()
        ('a', 'b')
        """
        names = (name.strip() for name in self.compared.split(","))
        return tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))[: MOST_RUNS - 1]
