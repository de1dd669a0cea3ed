"""Do intervals hold what they promise? The share of measurements inside against the nominal level."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import label, order
from proda_core.report.figures.panels import grid_of
from proda_core.report.style import MUTED, colour, marker, styled

_LINES = {"network": ":", "network and site": "-", "posterior": "none"}


@styled
def coverage_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """One panel per quantity. frame : of ``comparison.coverage.coverage``."""
    quantities = list(dict.fromkeys(frame["quantity"]))
    figure, panels = grid_of(len(quantities), note, columns=4, height=3.6, sharey=True)
    for axes, quantity in zip(panels, quantities):
        part = frame[frame["quantity"] == quantity]
        axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1, zorder=0)
        for product in order(part["product"]):
            for spread, rows in part[part["product"] == product].groupby("spread", sort=False):
                _line(axes, rows, product, spread)
        axes.set(title=quantity, xlabel="nominal level (%)", xlim=(40, 102), ylim=(0, 102))
        axes.set_xticks([50, 80, 90])
        axes.set_box_aspect(1)
        axes.grid()
    panels[0].set_ylabel("measurements inside (%)")
    handles = {}
    for axes in panels:
        handles |= {text: mark for mark, text in zip(*axes.get_legend_handles_labels())}
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=2)
    return figure


def _line(axes: Axes, rows: pd.DataFrame, product: str, spread: str) -> None:
    x, y = 100 * rows["level"], 100 * rows["covered"]
    text = f"{label(product)}, spread of {spread}"
    axes.plot(x, y, _LINES[spread], color=colour(product), marker=marker(product), markersize=6, label=text)
