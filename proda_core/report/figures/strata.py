"""Scores within regions or vegetation classes: one row each, one mark per method."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import label, order
from proda_core.report.style import DENSITY_UNIT, FAINT, INK, colour, marker, new_figure, styled

SCORES = {
    "r2": "R² of the regression",
    "nse": "Nash–Sutcliffe efficiency",
    "rmse": f"RMSE ({DENSITY_UNIT})",
    "bias": f"bias ({DENSITY_UNIT})",
}
LEAST_NSE = -1.0  # worse ones are drawn there, with an arrow


@styled
def strata_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """Four scores side by side. frame : of ``comparison.strata``, its first column the groups."""
    by = frame.columns[0]
    groups, methods = list(dict.fromkeys(frame[by])), order(frame["method"])
    figure = new_figure(1.5 + 0.46 * len(groups), note)
    panels = figure.subplots(1, len(SCORES), sharey=True)
    for axes, (score, title) in zip(panels, SCORES.items()):
        _panel(axes, frame, by, score, groups, methods)
        axes.set_title(title)
    profiles = frame.drop_duplicates(by).set_index(by)["profiles"]
    panels[0].set_yticks(range(len(groups)), [f"{g}\n{int(profiles[g]):,} profiles" for g in groups])
    panels[0].set_ylim(len(groups) - 0.5, -0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(methods))
    return figure


def _panel(axes: Axes, frame: pd.DataFrame, by: str, score: str, groups: list, methods: list) -> None:
    spread = np.linspace(-0.24, 0.24, len(methods)) if len(methods) > 1 else [0.0]
    for offset, method in zip(spread, methods):
        value = frame[frame["method"] == method].set_index(by)[score].reindex(groups).to_numpy(float)
        y = np.arange(len(groups)) + offset
        beyond = value < LEAST_NSE if score == "nse" else np.zeros(len(value), bool)
        axes.plot(
            value[~beyond],
            y[~beyond],
            marker(method),
            color=colour(method),
            markersize=6,
            label=label(method),
        )
        axes.plot(np.full(beyond.sum(), LEAST_NSE), y[beyond], "<", color=colour(method), markersize=6)
    for y in range(1, len(groups)):
        axes.axhline(y - 0.5, color=FAINT, linewidth=0.8)
    if score in ("nse", "bias"):
        axes.axvline(0, color=INK, linewidth=0.8, zorder=0)
    axes.set_xlim(*{"r2": (0, 1), "nse": (LEAST_NSE - 0.08, 1)}.get(score, (None, None)))
    axes.margins(x=0.1)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
