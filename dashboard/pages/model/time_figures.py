"""Turnover and residence time of the pools, and the bulk processes of a site."""

from __future__ import annotations

from html import escape

import xarray as xr
from bokeh.models import ColumnDataSource, FactorRange, HoverTool
from bokeh.plotting import figure

from dashboard.pages.model.pool_figures import CURRENT
from dashboard.plots.labels import BULK_PROCESS_TITLES
from dashboard.plots.style import legend_above, plain_figure
from dashboard.plots.tables import html_table
from proda_core.figures.theme import number, unit
from proda_core.vocabulary.pools import MEANINGS, POOLS

_COLUMNS = ("pool", "meaning", "turnover", "residence", "turnover0", "residence0")


def time_columns(current: xr.Dataset | None = None, default: xr.Dataset | None = None) -> dict[str, list]:
    """Return turnover and residence time of each pool [yr]; those of the default run end in 0."""
    if current is None or default is None:
        return {name: [] for name in _COLUMNS}
    columns: dict[str, list] = {"pool": list(POOLS), "meaning": list(MEANINGS)}
    for suffix, found in (("", current), ("0", default)):
        columns[f"turnover{suffix}"] = found["turnover_time"].values
        columns[f"residence{suffix}"] = found["residence_time"].values
    return columns


def time_figure(source: ColumnDataSource) -> figure:
    """Draw turnover times (circles) and residence times (diamonds); hollow marks are the default run's."""
    plot = plain_figure(
        "times",
        "years, logarithmic",
        title="Residence times",
        tools="save",
        x_axis_type="log",
        y_range=FactorRange(factors=list(POOLS)[::-1]),
    )
    legend_above(plot, columns=2, orientation="vertical")
    marks = (
        ("turnover", "circle", CURRENT, "turnover time"),
        ("residence", "diamond", "#e69f00", "residence time"),
    )
    for name, marker, colour, label in marks:
        hollow = {"marker": marker, "line_color": colour, "size": 13, "fill_alpha": 0.0, "line_width": 1.5}
        plot.scatter(f"{name}0", "pool", source=source, legend_label=f"{label}, default", **hollow)
        filled = plot.scatter(
            name, "pool", source=source, marker=marker, size=11, color=colour, legend_label=f"{label}, yours"
        )
        tips = [("", "@meaning"), (label, f"@{name}{{0.000}} yr"), ("default", f"@{name}0{{0.000}} yr")]
        plot.add_tools(HoverTool(renderers=[filled], tooltips=tips, visible=False))
    return plot


def bulk_process_table(current: xr.Dataset, default: xr.Dataset) -> str:
    """Return an HTML table of the bulk processes beside those of the default run."""
    rows = []
    for name, title in BULK_PROCESS_TITLES.items():
        now, then = float(current[name]), float(default[name])
        units = unit(str(current[name].attrs["units"]))
        meaning = escape(str(current[name].attrs["long_name"]), quote=True)
        label = f"<span title='{meaning}'>{escape(title)}{f' ({units})' if units else ''}</span>"
        rows.append((label, number(now), number(then), f"× {number(now / then)}" if then else "–"))
    head = ("Bulk process", "Your setting", "CLM5 default", "Ratio")
    return html_table(head, rows, caption="Bulk processes of this setting")
