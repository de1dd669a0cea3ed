"""Figure 37.2, right: modelled against observed carbon density; all pairs, as a picture of counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColorBar, ColumnDataSource, HoverTool, LogColorMapper, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import SHOWN_METHODS, plain_figure, title_of
from dashboard.plots.labels import noted, number
from dashboard.plots.palette import CARBON_PALETTE, MUTED, OBSERVED

_UNIT = "kgC m⁻³"
_NOTHING = "rgba(0,0,0,0)"


def density_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One plot per method: how many pairs fall where, the regression line and the line 1:1; one colour scale.

    frame : with ``attrs["shaded"]``: ``end`` of the axes [kgC m-3], by method ``counts`` and ``lines``
    """
    shaded = frame.attrs.get("shaded")
    if shaded is None:
        return []
    shown = [method for method in SHOWN_METHODS if method in shaded["counts"]]
    end = shaded["end"]
    ranges = {"x_range": Range1d(0, end, bounds=(0, end)), "y_range": Range1d(0, end, bounds=(0, end))}
    most = max([2, *(int(shaded["counts"][method].max(initial=0)) for method in shown)])
    return [
        _one(method, shaded["counts"][method], shaded["lines"][method], end, most, ranges, note)
        for method in shown
    ]


def _one(
    method: str, counts: np.ndarray, line: dict, end: float, most: int, ranges: dict, note: str
) -> figure:
    words = f"R² {number(line['r2'], 2)} · slope {number(line['slope'], 2)} · n {line['n']:,}"
    plot = plain_figure(
        f"{noted(title_of(method), note)}\n{words}",
        f"density-{method}",
        x_axis_label=f"observed ({_UNIT})",
        y_axis_label=f"modelled ({_UNIT})",
        **ranges,
    )
    mapper = LogColorMapper(palette=CARBON_PALETTE, low=1, high=most, low_color=_NOTHING)
    source = ColumnDataSource(
        {"image": [counts], "x": [0.0], "y": [0.0], "dw": [end], "dh": [end]}, name=f"counts-{method}"
    )
    picture = plot.image(image="image", x="x", y="y", dw="dw", dh="dh", source=source, color_mapper=mapper)
    plot.add_tools(HoverTool(renderers=[picture], tooltips=_tips()))
    ends = np.array([0.0, end])
    plot.line(ends, ends, line_color=MUTED, line_dash="dashed", line_width=1.5)
    if np.isfinite(line["slope"]):
        plot.line(ends, line["intercept"] + line["slope"] * ends, line_color=OBSERVED, line_width=2.5)
    plot.add_layout(_bar(mapper), "below")
    plot.axis.formatter = NumeralTickFormatter(format="0,0")
    return plot


def _bar(mapper: LogColorMapper) -> ColorBar:
    return ColorBar(
        color_mapper=mapper,
        orientation="horizontal",
        height=8,
        title="observations in a pixel (log scale)",
        formatter=NumeralTickFormatter(format="0,0"),
        bar_line_color=MUTED,
    )


def _tips() -> list[tuple[str, str]]:
    return [
        ("observed", f"$x{{0.0}} {_UNIT}"),
        ("modelled", f"$y{{0.0}} {_UNIT}"),
        ("observations", "@image{0,0}"),
    ]
