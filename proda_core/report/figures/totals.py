"""Figure 37.4: carbon in all by depth, of every product, and what others published."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from proda_core.comparison.labels import label, order
from proda_core.comparison.totals import INTERVALS, PUBLISHED
from proda_core.report.style import FAINT, INK, MUTED, blank, colour, new_figure, number, styled
from proda_core.vocabulary.depth_intervals import label as interval_label


@styled
def totals_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """One panel per depth, one row per product. frame : of ``comparison.totals.totals``.

    Published totals are left out where the cells are not the conterminous United States.
    """
    comparable = bool(frame["comparable"].all())
    ours = order(frame.loc[frame["kind"] != PUBLISHED, "product"])
    theirs = list(dict.fromkeys(frame.loc[frame["kind"] == PUBLISHED, "product"])) if comparable else []
    rows = [*ours, *theirs]
    figure = new_figure(1.7 + 0.3 * len(rows), note)
    panels = figure.subplots(1, len(INTERVALS), sharey=True)
    shown = frame[frame["product"].isin(rows)]
    for axes, interval in zip(panels, INTERVALS):
        _panel(axes, shown[shown["interval"] == interval], rows)
        axes.set_title(interval_label(interval))
        axes.set_xlabel("PgC")
        if theirs:
            axes.axhline(len(ours) - 0.5, color=MUTED, linewidth=0.8)
    panels[0].set_yticks(range(len(rows)), [label(name) for name in rows])
    panels[0].set_ylim(len(rows) - 0.4, -0.6)
    if comparable:
        diamond = {"marker": "D", "linestyle": "", "color": INK, "markerfacecolor": "none"}
        marks = [Patch(color=MUTED, label="summed over the cells of this run")]
        marks.append(Line2D([], [], label="published by others", **diamond))
        figure.legend(handles=marks, loc="outside lower center", ncols=2)
    return figure


def _panel(axes: Axes, part: pd.DataFrame, rows: list[str]) -> None:
    most = float(np.nanmax(part["total"])) if part["total"].notna().any() else 1.0
    for row in part.to_dict("records"):
        y, total = rows.index(row["product"]), row["total"]
        if row["kind"] == PUBLISHED:
            axes.plot([0, total], [y, y], color=FAINT, linewidth=1.2, zorder=1)
            axes.plot(total, y, "D", color=INK, markerfacecolor="white", markersize=6)
        else:
            axes.barh(y, total, height=0.66, color=colour(row["product"]))
        axes.annotate(number(total), (total, y), (6, 0), textcoords="offset points", va="center", fontsize=8)
    if part.empty:
        blank(axes, "none")
    axes.set_xlim(0, most * 1.27)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
