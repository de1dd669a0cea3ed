"""Figure 37.5: stocks by vegetation class, measured and of every product, with half a standard deviation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, FactorRange, HoverTool
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import colour, legend_above, plain_figure, title_of
from dashboard.plots.labels import STOCK_UNIT, noted
from proda_core.vocabulary.depth_intervals import label as depth_label

SPREAD = 0.74  # of a class's room that its products share


def vegetation_figures(frame: pd.DataFrame, interval: str, note: str = "") -> list[figure]:
    """One plot: a dot with whiskers for every product and class, side by side.

    frame : vegetation, interval, product, mean, low, high [kgC m-2], n
    """
    known = list(dict.fromkeys(frame["interval"]))
    if not known:
        return []
    interval = interval if interval in known else known[0]
    part = frame[frame["interval"] == interval]
    classes, products = (list(dict.fromkeys(part[name])) for name in ("vegetation", "product"))
    plot = plain_figure(
        noted(f"Soil carbon by vegetation, {depth_label(interval)}", note),
        "vegetation",
        x_range=FactorRange(*classes),
        y_axis_label=f"stock ({STOCK_UNIT})",
    )
    legend_above(plot)
    for product in products:
        _draw(plot, part[part["product"] == product], product, shift(products.index(product), len(products)))
    plot.y_range.start = 0
    plot.xaxis.major_label_orientation = 0.7
    plot.xgrid.visible = False
    return [plot]


def shift(number: int, count: int) -> float:
    """How far a product stands from the middle of a class.

    >>> round(shift(0, 3), 3), shift(1, 3)
    (-0.247, 0.0)
    """
    return SPREAD * ((number + 0.5) / count - 0.5)


def _draw(plot: figure, rows: pd.DataFrame, product: str, away: float) -> None:
    place = [(name, away) for name in rows["vegetation"]]
    columns = {name: rows[name].to_numpy(np.float32) for name in ("mean", "low", "high")}
    words = {"vegetation": rows["vegetation"].to_list(), "n": rows["n"].to_list()}
    source = ColumnDataSource({"x": place, **columns, **words}, name=f"vegetation-{product}")
    shade = colour(product)
    plot.segment(x0="x", x1="x", y0="low", y1="high", source=source, line_color=shade, line_width=2)
    dots = plot.scatter(
        "x", "mean", source=source, size=9, color=shade, legend_label=title_of(product), line_color=None
    )
    tips = [("", title_of(product)), ("class", "@vegetation"), ("mean", f"@mean{{0.0}} {STOCK_UNIT}")]
    tips += [("± half a standard deviation", "@low{0.0} to @high{0.0}"), ("profiles", "@n{0,0}")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
