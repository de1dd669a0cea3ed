"""How long carbon stays, process by process, and how the column answers to a changed climate."""

from __future__ import annotations

from html import escape

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource, FactorRange, HoverTool, Legend, Span
from bokeh.plotting import figure

from dashboard.plots.labels import STOCK_UNIT, noted, number, unit
from dashboard.plots.palette import MUTED
from dashboard.plots.pools import CURRENT, POOL_COLOURS
from dashboard.plots.tables import html_table
from proda_core.vocabulary.pools import MEANINGS, POOLS

BULK_TITLES = {
    "carbon_transfer_efficiency": "carbon transfer efficiency",
    "baseline_decomposition": "baseline decomposition of soil",
    "litter_decomposition": "baseline decomposition of litter",
    "environmental_modifier": "environmental modifier",
    "vertical_transport_rate": "vertical transport rate",
    "input_allocation": "allocation of input (apparent β)",
    "plant_carbon_input": "plant carbon input",
}


def times_columns(current: xr.Dataset | None = None, default: xr.Dataset | None = None) -> dict[str, list]:
    """Turnover and residence time of every pool (pool) [yr], of the setting and of the default run."""
    if current is None or default is None:
        return {name: [] for name in ("pool", "meaning", "turnover", "residence", "turnover0", "residence0")}
    return {
        "pool": list(POOLS),
        "meaning": list(MEANINGS),
        "turnover": current["turnover_time"].values,
        "residence": current["residence_time"].values,
        "turnover0": default["turnover_time"].values,
        "residence0": default["residence_time"].values,
    }


def times_figure(source: ColumnDataSource) -> figure:
    """Turnover time (circles) and residence time (diamonds), hollow where CLM5's default run has them."""
    plot = figure(
        title="Residence times",
        x_axis_type="log",
        x_axis_label="years, logarithmic",
        y_range=FactorRange(factors=list(POOLS)[::-1]),
        tools="save",
        name="times",
    )
    plot.toolbar.logo = None
    plot.add_layout(Legend(ncols=2, padding=2, margin=0, border_line_alpha=0), "above")
    marks = (
        ("turnover", "circle", CURRENT, "turnover time"),
        ("residence", "diamond", "#e69f00", "residence time"),
    )
    for name, marker, colour, words in marks:
        hollow = {"marker": marker, "line_color": colour, "size": 13, "fill_alpha": 0.0, "line_width": 1.5}
        plot.scatter(f"{name}0", "pool", source=source, legend_label=f"{words}, default", **hollow)
        filled = plot.scatter(
            name, "pool", source=source, marker=marker, size=11, color=colour, legend_label=f"{words}, yours"
        )
        tips = [("", "@meaning"), (words, f"@{name}{{0.000}} yr"), ("default", f"@{name}0{{0.000}} yr")]
        plot.add_tools(HoverTool(renderers=[filled], tooltips=tips, visible=False))
    return plot


def bulk_table(current: xr.Dataset, default: xr.Dataset) -> str:
    """The bulk processes of the setting beside those of the default run."""
    rows = []
    for name, title in BULK_TITLES.items():
        now, then = float(current[name]), float(default[name])
        units = unit(str(current[name].attrs["units"]))
        meaning = escape(str(current[name].attrs["long_name"]), quote=True)
        shown = f"<span title='{meaning}'>{escape(title)}{f' ({units})' if units else ''}</span>"
        rows.append((shown, number(now), number(then), f"× {number(now / then)}" if then else "–"))
    head = ("Bulk process", "Your setting", "CLM5 default", "Ratio")
    return html_table(head, rows, caption="Bulk processes of this setting")


def response_columns(found: xr.Dataset | None = None) -> dict[str, np.ndarray]:
    """Change of every pool's stock and of their sum since the start (time) [kgC m-2]."""
    if found is None:
        return {name: np.zeros(0) for name in ("time", "total", *POOLS)}
    change = (found["stock"] - found["stock"].isel(time=0)).transpose("pool", "time").values
    return {"time": found["time"].values, "total": change.sum(axis=0), **dict(zip(POOLS, change))}


def response_figure(source: ColumnDataSource, settled: Span) -> figure:
    """Stocks after a step change; dashed is where their sum will settle."""
    plot = figure(
        title="",
        x_axis_label="years after the change",
        y_axis_label=f"change of the stock ({STOCK_UNIT})",
        tools="pan,wheel_zoom,box_zoom,reset,save",
        name="response",
    )
    plot.toolbar.logo = None
    plot.add_layout(Legend(ncols=4, padding=2, margin=0, spacing=2, border_line_alpha=0), "above")
    plot.add_layout(settled)
    plot.line("time", "total", source=source, line_width=3.5, color=MUTED, legend_label="whole column")
    for pool in POOLS:
        plot.line("time", pool, source=source, line_width=1.8, color=POOL_COLOURS[pool], legend_label=pool)
    return plot


def response_title(found: xr.Dataset | None, note: str = "") -> str:
    """How much has changed at the end, and how much will have when all is settled."""
    if found is None:
        return noted("Response to a step change", note)
    stock = found["stock"].sum("pool").values
    ends = float(stock[-1] - stock[0]), settled_change(found)
    words = (f"{value:+.2f}".replace("-", "−") for value in ends)
    years = int(found["time"].values[-1])
    after, later = words
    return noted(f"{after} {STOCK_UNIT} after {years} years, {later} when settled", note)


def settled_change(found: xr.Dataset) -> float:
    """Change of the column's stock from the start to the new steady state [kgC m-2]."""
    return float(found["end"].sum() - found["stock"].isel(time=0).sum())
