"""From a frame of comparison to what stands on the page: which figure draws which frame, and how tall."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from types import MappingProxyType

import pandas as pd
import panel as pn
from bokeh.plotting import figure

from dashboard.pages.compare.density_figure import density_figures
from dashboard.pages.compare.depth_profile_figure import depth_figures
from dashboard.pages.compare.deviation_figure import deviation_figures
from dashboard.pages.compare.equal_area_maps import equal_area_figures
from dashboard.pages.compare.figure_style import legend_words
from dashboard.pages.compare.score_tables import coverage_table, strata_table
from dashboard.pages.compare.taylor_figure import taylor_figures
from dashboard.pages.compare.totals_figure import ROW_HEIGHT, totals_figures
from dashboard.pages.compare.vegetation_figure import vegetation_figures
from dashboard.plots.headline_table import headline_table
from dashboard.ui.layout import figure_pane, grid, side_by_side
from dashboard.ui.text import html

NOTHING = "<p class='quiet'>This run has too little for this figure.</p>"
_ROOM = 170  # px of a plot of bars beside its rows
_TABLES: MappingProxyType[str, Callable[[pd.DataFrame, str], str]] = MappingProxyType(
    {
        "table": headline_table,
        "regions": lambda frame, note: strata_table(frame, "region"),
        "classes": lambda frame, note: strata_table(frame, "vegetation"),
        "coverage": lambda frame, note: coverage_table(frame),
    }
)
_PLOTS: MappingProxyType[str, Callable[[pd.DataFrame, str, str], list[figure]]] = MappingProxyType(
    {
        "deviation": lambda frame, interval, note: deviation_figures(frame, note),
        "density": lambda frame, interval, note: density_figures(frame, note),
        "maps": equal_area_figures,
        "totals": lambda frame, interval, note: totals_figures(frame, note),
        "vegetation": vegetation_figures,
        "profiles": lambda frame, interval, note: depth_figures(frame, note),
        "taylor": lambda frame, interval, note: taylor_figures(frame, note),
    }
)
_WIDTHS = {
    "deviation": 320,
    "maps": 320,
    "density": 300,
    "profiles": 300,
}  # px at least; others take the whole width
_HEIGHTS = {"deviation": 360, "maps": 330, "density": 430, "vegetation": 440, "profiles": 340, "taylor": 600}
_OF_ONE_SIZE = ("deviation", "maps")  # linked maps would be drawn out of shape beside wider ones
_WIDEST = {"taylor": 640, "profiles": 460}  # px


def drawn(name: str, frame: pd.DataFrame, interval: str, note: str) -> pn.viewable.Viewable:
    """The figure or table of a frame; ``note`` says what has to be said of the data."""
    said = html(f"<p class='quiet small'>{escape(str(frame.attrs.get('note', '')))}</p>")
    if name in _TABLES:
        return _below(html(_TABLES[name](frame, note)), said)
    plots = _PLOTS[name](frame, interval, note)
    if not plots:
        return html(NOTHING)
    width = _WIDTHS.get(name, 560)
    panes = [figure_pane(plot, _height(name, plot)) for plot in plots]
    keys = html(legend_words(dict.fromkeys(["observed", *frame["product"]]))) if name == "profiles" else said
    many = 3 if len(panes) != 4 else 2  # a row is as wide as its figures at their narrowest
    cells = [_cell(pane, width, name) for pane in panes]
    rows = [side_by_side(*cells[first : first + many]) for first in range(0, len(cells), many)]
    if name in _OF_ONE_SIZE:
        rows = [grid(panes, many)]
    return _below(keys, *rows, *([] if keys is said else [said]))


def csv_text(frame: pd.DataFrame) -> str:
    r"""The frame as a table whose header states the units.

    >>> frame = pd.DataFrame({"depth": [0.5]})
    >>> frame.attrs["units"] = {"depth": "m"}
    >>> csv_text(frame)
    'depth [m]\n0.5\n'
    """
    units = frame.attrs.get("units", {})
    named = {name: f"{name} [{unit}]" for name, unit in units.items() if unit not in ("", "1")}
    return frame.rename(columns=named).to_csv(index=False, float_format="%.6g")


def _height(name: str, plot: figure) -> int:
    if name == "totals":
        return ROW_HEIGHT * len(plot.y_range.factors) + _ROOM
    return _HEIGHTS[name]


def _cell(pane: object, width: int, name: str) -> pn.Column:
    styles = {"flex": f"1 1 {width}px", "min-width": f"min({width}px, 100%)"}
    if name in _WIDEST:
        styles["max-width"] = f"{_WIDEST[name]}px"
    return pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0)


def _below(*parts: object) -> pn.Column:
    return pn.Column(*parts, sizing_mode="stretch_width", margin=0)
