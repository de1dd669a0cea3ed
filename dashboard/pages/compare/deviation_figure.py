"""Figure 37.2, left: where each method has too much or too little carbon, profile by profile."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColorBar, ColumnDataSource, DataRange1d, HoverTool, LinearColorMapper
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import SHOWN_METHODS, title_of
from dashboard.plots.basemap import Box, box_around, map_figure, to_mercator
from dashboard.plots.labels import STOCK_UNIT, noted, number
from dashboard.plots.palette import DIFFERENCE_PALETTE, MUTED, symmetric_limits
from dashboard.plots.site_map import point_size


def deviation_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One map per method, linked, of modelled minus observed stock; one colour scale for all.

    frame : site, lon, lat, method, observed, modelled, deviation [kgC m-2]
    """
    shown = [m for m in SHOWN_METHODS if (frame["method"] == m).any()]
    frame = frame[frame["method"].isin(shown)].dropna(subset=["lon", "lat", "deviation"])
    if frame.empty:
        return []
    limits = symmetric_limits(frame["deviation"].to_numpy(), share=0.95)
    box = box_around(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    ranges = {"x_range": DataRange1d(), "y_range": DataRange1d()}
    return [_one(frame[frame["method"] == m], m, limits, box, ranges, note) for m in shown]


def point_columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """One mark per profile: its place [m], its number, its stocks and their difference [kgC m-2]."""
    x, y = to_mercator(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    places = {"x": x.astype(np.float32), "y": y.astype(np.float32), "site": frame["site"].to_numpy(np.int32)}
    values = {name: frame[name].to_numpy(np.float32) for name in ("observed", "modelled", "deviation")}
    return places | values


def _one(
    frame: pd.DataFrame, method: str, limits: tuple[float, float], box: Box, ranges: dict, note: str
) -> figure:
    mean = number(float(frame["deviation"].mean()), 2)
    title = f"{noted(title_of(method), note)}\nmean {mean} {STOCK_UNIT} · {len(frame):,} profiles"
    plot = map_figure(box, title, labels=False, name=f"deviation-{method}", **ranges)
    mapper = LinearColorMapper(palette=DIFFERENCE_PALETTE, low=limits[0], high=limits[1])
    points = plot.scatter(
        "x",
        "y",
        source=ColumnDataSource(point_columns(frame), name=f"deviations-{method}"),
        size=max(4, point_size(len(frame))),
        fill_color={"field": "deviation", "transform": mapper},
        line_color=MUTED,
        line_width=0.4,
    )
    plot.x_range.renderers = plot.y_range.renderers = [*(plot.x_range.renderers or []), points]
    tips = [("site", "@site"), ("observed", f"@observed{{0.0}} {STOCK_UNIT}")]
    tips += [
        ("modelled", f"@modelled{{0.0}} {STOCK_UNIT}"),
        ("difference", f"@deviation{{+0.0}} {STOCK_UNIT}"),
    ]
    plot.add_tools(HoverTool(renderers=[points], tooltips=tips, point_policy="snap_to_data"))
    words = f"modelled − observed stock ({STOCK_UNIT})"
    bar = ColorBar(
        color_mapper=mapper, orientation="horizontal", height=10, title=words, bar_line_color=MUTED
    )
    plot.add_layout(bar, "below")
    return plot
