"""Carbon against depth by vegetation class: medians of every product beside the middle half measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import colour, plain_figure, title_of
from dashboard.plots.labels import CARBON_LABEL, DEPTH_LABEL, noted
from dashboard.plots.palette import round_up

MOST = 6  # classes, those with most observations
OBSERVED = "observed"
DEEPEST = 2.0  # m


def depth_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One plot per class, on the same axes.

    frame : vegetation, depth [m], product, median, low, high [kgC m-3], n
    """
    measured = frame[frame["product"] == OBSERVED]
    classes = measured.groupby("vegetation")["n"].sum().sort_values(ascending=False).index[:MOST]
    if not len(classes):
        return []
    shown = frame[frame["vegetation"].isin(classes)]
    end = round_up(float(np.nanquantile(shown["median"], 0.98)) * 1.1)
    ranges = {"x_range": Range1d(0, end), "y_range": Range1d(DEEPEST, 0)}
    return [_one(shown[shown["vegetation"] == name], str(name), ranges, note) for name in classes]


def _one(rows: pd.DataFrame, name: str, ranges: dict, note: str) -> figure:
    plot = plain_figure(
        noted(name, note),
        f"profiles-{name}",
        x_axis_label=CARBON_LABEL,
        y_axis_label=DEPTH_LABEL,
        **ranges,
    )
    for product in dict.fromkeys([OBSERVED, *rows["product"]]):
        part = rows[rows["product"] == product].sort_values("depth")
        columns = {key: part[key].to_numpy(np.float32) for key in ("depth", "median", "low", "high", "n")}
        source, shade = ColumnDataSource(columns), colour(product)
        if product == OBSERVED:
            plot.harea(x1="low", x2="high", y="depth", source=source, fill_color=shade, fill_alpha=0.2)
        line = plot.line("median", "depth", source=source, line_color=shade, line_width=2.5)
        tips = [("", title_of(product)), ("depth", "@depth{0.00} m"), ("median", "@median{0.0} kgC m⁻³")]
        plot.add_tools(HoverTool(renderers=[line], tooltips=[*tips, ("observations", "@n{0,0}")]))
    return plot
