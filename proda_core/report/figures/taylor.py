"""Taylor's diagram: angle the correlation, radius the spread, distance to the star the centred error."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import label, order
from proda_core.report.style import FAINT, INK, MUTED, colour, marker, new_figure, styled

_CORRELATIONS = (0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


@styled
def taylor_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """A quarter circle. frame : of ``comparison.taylor.taylor``, negative correlations at zero."""
    figure = new_figure(5.6, note, width=7.5)
    axes = figure.subplots()
    reach = max(1.25, 1.12 * float(np.nanmax(frame["sd_ratio"])))
    _ground(axes, reach)
    for method in order(frame["method"]):
        row = frame[frame["method"] == method].iloc[0]
        r, ratio = max(row["correlation"], 0.0), row["sd_ratio"]
        axes.plot(
            ratio * r,
            ratio * np.sqrt(1 - r**2),
            marker(method),
            color=colour(method),
            markersize=10,
            label=f"{label(method)}: r {row['correlation']:.2f}, spread {ratio:.2f},"
            f" error {row['centred_rms']:.2f}",
        )
    axes.plot(1, 0, "*", color=INK, markersize=15, clip_on=False, label="observed", zorder=5)
    figure.legend(loc="outside lower center", ncols=1, markerscale=0.75)
    return figure


def _ground(axes: Axes, reach: float) -> None:
    angle = np.linspace(0, np.pi / 2, 181)
    for radius in np.arange(0.25, reach, 0.25):
        strong = abs(radius - 1) < 1e-9
        axes.plot(
            radius * np.cos(angle),
            radius * np.sin(angle),
            color=MUTED if strong else FAINT,
            linewidth=1.0 if strong else 0.7,
            zorder=0,
        )
    axes.plot(reach * np.cos(angle), reach * np.sin(angle), color=MUTED, linewidth=0.9, zorder=0)
    for r in _CORRELATIONS:
        x, y = reach * r, reach * np.sqrt(1 - r**2)
        axes.plot([0, x], [0, y], color=FAINT, linewidth=0.7, zorder=0)
        axes.annotate(
            f"{r:g}",
            (x, y),
            (6 * r, 6 * np.sqrt(1 - r**2)),
            textcoords="offset points",
            fontsize=8,
            ha="left" if r > 0.3 else "center",
            va="center" if r > 0.7 else "bottom",
        )
    _errors(axes, reach)
    axes.text(0.83 * reach, 0.83 * reach, "correlation", rotation=-45, ha="center", va="center", color=MUTED)
    axes.set(xlim=(0, reach * 1.07), ylim=(0, reach * 1.07), aspect="equal")
    for side in ("left", "bottom"):
        axes.spines[side].set_bounds(0, reach)
    axes.set(xlabel="standard deviation / that observed", ylabel="standard deviation / that observed")


def _errors(axes: Axes, reach: float) -> None:
    """Dotted circles around the observed point: the centred error over the observed sd."""
    angle = np.linspace(0, np.pi, 181)
    for radius in (0.25, 0.5, 0.75, 1.0):
        x, y = 1 + radius * np.cos(angle), radius * np.sin(angle)
        inside = (x >= 0) & (np.hypot(x, y) <= reach)
        axes.plot(x[inside], y[inside], color=MUTED, linewidth=0.7, linestyle=":", zorder=0)
        top = 1 + radius * np.cos(2.0), radius * np.sin(2.0)
        axes.text(
            *top,
            f"{radius:g}",
            fontsize=7.5,
            color=MUTED,
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )
