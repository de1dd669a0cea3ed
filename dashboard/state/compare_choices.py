"""What a visitor compares: which figure, of which runs, over which sites."""

from __future__ import annotations

import re

import param

FIGURES: dict[str, str] = {
    "table": "Table 37.1: scores",
    "deviation": "Figure 37.2: where too much, where too little",
    "density": "Figure 37.2: modelled against observed",
    "maps": "Figure 37.3: maps, equal-area",
    "totals": "Figure 37.4: total carbon",
    "vegetation": "Figure 37.5: by vegetation",
    "profiles": "Profiles by vegetation",
    "regions": "Scores by region",
    "classes": "Scores by vegetation",
    "coverage": "Do the intervals hold?",
    "taylor": "Taylor diagram",
}
PARTS: dict[str, str] = {"held-out": "held out", "all": "all"}
MOST_RUNS = 3
LINKED: tuple[str, ...] = ("figure", "part", "compared")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")


class CompareChoices(param.Parameterized):
    """Choices of the page Compare; ``compared`` are the runs beside the session's own."""

    figure = param.Selector(default="table", objects=list(FIGURES), doc="The figure in view.")
    part = param.Selector(default="held-out", objects=list(PARTS), doc="Which sites are compared.")
    compared = param.String(default="", doc="Further runs beside the one in view, with commas between.")

    def further_runs(self) -> tuple[str, ...]:
        """The runs of ``compared``, names only.

        >>> CompareChoices(compared="a, b,../c").further_runs()
        ('a', 'b')
        """
        names = (name.strip() for name in self.compared.split(","))
        return tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))[: MOST_RUNS - 1]
