"""Table 37.1 as a figure: four scores of every method with their intervals, published values beside."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from proda_core.comparison.labels import label, order
from proda_core.comparison.run_tables import ALL, HELD_OUT
from proda_core.report.style import DENSITY_UNIT, INK, colour, new_figure, number, styled

SCORES = {"r2": "R² of the regression", "nse": "Nash–Sutcliffe efficiency", "rmse": "RMSE", "bias": "bias"}
_OFFSETS = {HELD_OUT: -0.14, ALL: 0.14}


@styled
def score_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """Four panels, one row per method. frame : of ``comparison.headline.table_37_1``."""
    methods = order(frame["method"])[::-1]
    figure = new_figure(1.7 + 0.42 * len(methods), note)
    panels = figure.subplots(1, len(SCORES), sharey=True)
    for axes, (score, title) in zip(panels, SCORES.items()):
        _panel(axes, frame, score, methods)
        axes.set_title(title if score in ("r2", "nse") else f"{title} ({DENSITY_UNIT})")
    panels[0].set_yticks(range(len(methods)), [label(m) for m in methods])
    panels[0].set_ylim(-0.6, len(methods) - 0.4)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return figure


def _panel(axes: Axes, frame: pd.DataFrame, score: str, methods: list[str]) -> None:
    for row in frame.to_dict("records"):
        y = methods.index(row["method"]) - _OFFSETS[row["part"]]
        hue, value = colour(row["method"]), row[score]
        low, high = row.get(f"{score}_low", np.nan), row.get(f"{score}_high", np.nan)
        if np.isfinite(low):
            axes.plot([low, high], [y, y], color=hue, linewidth=2.2, solid_capstyle="butt")
        held_out = row["part"] == HELD_OUT
        axes.plot(value, y, "o", color=hue, markerfacecolor=hue if held_out else "white", markersize=6)
        if held_out:
            axes.annotate(
                number(value), (value, y), (0, 6), textcoords="offset points", ha="center", fontsize=8
            )
        published = row.get(f"published_{score}", np.nan)
        if held_out and np.isfinite(published):
            axes.plot(published, y - 0.5, "D", color=INK, markerfacecolor="none", markersize=5.5)
    axes.grid(axis="x")
    axes.margins(x=0.14)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if score in ("nse", "bias"):
        axes.axvline(0, color=INK, linewidth=0.8, zorder=0)


def _legend() -> list[Line2D]:
    shared = {"color": INK, "linestyle": "", "markersize": 6}
    return [
        Line2D([], [], marker="o", label="held-out sites, 90 % interval", **shared),
        Line2D([], [], marker="o", markerfacecolor="white", label="all sites", **shared),
        Line2D(
            [],
            [],
            marker="D",
            markerfacecolor="none",
            label="published, chapter 37 (other profiles)",
            **shared,
        ),
    ]
