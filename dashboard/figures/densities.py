"""Figure 37.2, right: modelled against observed carbon density; as many observations as there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColorBar, ColumnDataSource, HoverTool, LogColorMapper, NumeralTickFormatter, Range1d
from bokeh.plotting import figure
from scipy import stats

from dashboard.figures.compared import SHOWN_METHODS, plain_figure, title_of
from dashboard.figures.palette import CARBON_PALETTE, MUTED, OBSERVED, round_up
from dashboard.figures.wording import noted, number

BINS = 60  # along each axis
_SEEN = 0.99  # share of the values inside the axes
_UNIT = "kgC m⁻³"


def density_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One plot per method: how many observations fall where, the regression line and the line 1:1.

    frame : method, observed, modelled [kgC m-3], one row per observation and method
    """
    shown = [m for m in SHOWN_METHODS if (frame["method"] == m).any()]
    if not shown:
        return []
    part = frame[frame["method"].isin(shown)]
    end = round_up(float(np.nanquantile(part[["observed", "modelled"]].to_numpy(), _SEEN)))
    ranges = {"x_range": Range1d(0, end), "y_range": Range1d(0, end)}
    return [_one(part[part["method"] == m], m, end, ranges, note) for m in shown]


def bin_columns(observed: np.ndarray, modelled: np.ndarray, end: float) -> dict[str, np.ndarray]:
    """Squares of the plane that hold any pair: edges [kgC m-3] and how many pairs."""
    edges = np.linspace(0, end, BINS + 1)
    count, _, _ = np.histogram2d(observed, modelled, bins=[edges, edges])
    i, j = np.nonzero(count)
    sides = {"left": edges[i], "right": edges[i + 1], "bottom": edges[j], "top": edges[j + 1]}
    return {k: v.astype(np.float32) for k, v in sides.items()} | {"count": count[i, j].astype(np.int32)}


def line_of(observed: np.ndarray, modelled: np.ndarray) -> tuple[float, float, float]:
    """Slope, intercept [kgC m-3] and R2 of the regression of modelled on observed; NaN without spread."""
    if len(observed) < 2 or np.ptp(observed) == 0:
        return float("nan"), float("nan"), float("nan")
    line = stats.linregress(observed, modelled)
    return float(line.slope), float(line.intercept), float(line.rvalue**2)


def _one(pairs: pd.DataFrame, method: str, end: float, ranges: dict, note: str) -> figure:
    x, y = pairs["observed"].to_numpy(), pairs["modelled"].to_numpy()
    slope, intercept, r2 = line_of(x, y)
    words = f"{title_of(method)} · R² {number(r2, 2)} · slope {number(slope, 2)} · n {len(x):,}"
    plot = plain_figure(
        noted(words, note),
        f"density-{method}",
        x_axis_label=f"observed ({_UNIT})",
        y_axis_label=f"modelled ({_UNIT})",
        **ranges,
    )
    source = ColumnDataSource(bin_columns(x, y, end), name=f"bins-{method}")
    most = max(2, int(max(source.data["count"], default=2)))
    mapper = LogColorMapper(palette=CARBON_PALETTE, low=1, high=most)
    squares = plot.quad(
        source=source,
        left="left",
        right="right",
        bottom="bottom",
        top="top",
        fill_color={"field": "count", "transform": mapper},
        line_color=None,
    )
    plot.add_tools(HoverTool(renderers=[squares], tooltips=_tips()))
    ends = np.array([0.0, end])
    plot.line(ends, ends, line_color=MUTED, line_dash="dashed", line_width=1.5)
    if np.isfinite(slope):
        plot.line(ends, intercept + slope * ends, line_color=OBSERVED, line_width=2.5)
    plot.add_layout(_bar(mapper), "below")
    plot.axis.formatter = NumeralTickFormatter(format="0,0")
    return plot


def _bar(mapper: LogColorMapper) -> ColorBar:
    return ColorBar(
        color_mapper=mapper, orientation="horizontal", height=8, title="observations", bar_line_color=MUTED
    )


def _tips() -> list[tuple[str, str]]:
    return [
        ("observed", f"@left{{0.0}} to @right{{0.0}} {_UNIT}"),
        ("modelled", f"@bottom{{0.0}} to @top{{0.0}} {_UNIT}"),
        ("observations", "@count{0,0}"),
    ]
