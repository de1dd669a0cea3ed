"""Spread, correlation and pattern error of every method in one point (Taylor 2001)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import colour, legend_above, plain_figure, title_of
from dashboard.plots.labels import noted
from dashboard.plots.palette import MUTED, OBSERVED

CORRELATIONS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
ERRORS = (0.5, 1.0, 1.5)  # of the observed standard deviation
LEAST_END = 1.5  # observed standard deviations that the axes reach at least


def taylor_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One diagram: the angle is the correlation, the distance from the corner the spread.

    frame : method, sd_ratio, correlation, centred_rms, bias, n
    """
    rows = frame.dropna(subset=["sd_ratio", "correlation"])
    rows = rows[rows["correlation"] >= 0]
    if rows.empty:
        return []
    end = max(LEAST_END, 1.15 * float(rows["sd_ratio"].max()))
    ranges = {axis: Range1d(-0.04 * end, end) for axis in ("x_range", "y_range")}
    plot = plain_figure(
        noted("Taylor diagram", note),
        "taylor",
        x_axis_label="standard deviation / that observed",
        y_axis_label="standard deviation / that observed",
        **ranges,
    )
    legend_above(plot)
    _draw_ground(plot, end)
    for row in rows.itertuples():
        _draw_point(plot, row)
    return [plot]


def place(sd_ratio: float, correlation: float) -> tuple[float, float]:
    """Where a method stands.

    >>> place(2.0, 1.0)
    (2.0, 0.0)
    """
    return float(sd_ratio * correlation), float(sd_ratio * np.sqrt(max(0.0, 1 - correlation**2)))


def _draw_ground(plot: figure, end: float) -> None:
    angle = np.linspace(0, np.pi / 2, 91)
    for radius in (0.5, 1.0, *np.arange(2.0, end, 1.0)):
        dash = "solid" if radius == 1.0 else "dotted"
        plot.line(radius * np.cos(angle), radius * np.sin(angle), line_color=MUTED, line_dash=dash)
    around = np.linspace(0, np.pi, 91)
    for error in ERRORS:
        plot.line(1 + error * np.cos(around), error * np.sin(around), line_color="#009e73", line_alpha=0.5)
    for r in CORRELATIONS:
        x, y = end * r, end * np.sqrt(1 - r**2)
        plot.line([0, x], [0, y], line_color=MUTED, line_alpha=0.35)
        plot.text([0.96 * x], [0.96 * y], text=[f"r {r:g}"], text_color=MUTED, text_font_size="11px")
    plot.scatter([1.0], [0.0], marker="star", size=16, color=OBSERVED, legend_label="observed")


def _draw_point(plot: figure, row: object) -> None:
    x, y = place(row.sd_ratio, row.correlation)
    numbers = {
        name: [float(getattr(row, name))] for name in ("sd_ratio", "correlation", "centred_rms", "bias")
    }
    source = ColumnDataSource({"x": [x], "y": [y], "n": [int(row.n)], **numbers}, name=f"taylor-{row.method}")
    point = plot.scatter(
        "x", "y", source=source, size=13, color=colour(row.method), legend_label=title_of(row.method)
    )
    tips = [("", title_of(row.method)), ("correlation", "@correlation{0.00}"), ("spread", "@sd_ratio{0.00}")]
    tips += [("centred RMS", "@centred_rms{0.00}"), ("bias", "@bias{+0.0} kgC m⁻³"), ("n", "@n{0,0}")]
    plot.add_tools(HoverTool(renderers=[point], tooltips=tips))
