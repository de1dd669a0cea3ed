"""A map finer than half a degree: the picture of the part in view, under the same scale as the maps above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from bokeh.models import ColumnDataSource, CustomJSHover, HoverTool, LinearColorMapper, Range, SaveTool
from bokeh.plotting import figure

from dashboard.pages.maps.map_panes import colour_bar
from dashboard.plots.basemap import Box, map_figure
from dashboard.plots.labels import STOCK_UNIT, noted, number
from dashboard.plots.palette import CARBON_PALETTE, product_title
from proda_core.sources.spherical_grid import KM_PER_DEGREE
from proda_core.vocabulary.depth_intervals import label

_NOTHING = "rgba(0,0,0,0)"
_LON = "return (value / 6378137 * 180 / Math.PI).toFixed(3)"
_LAT = "return ((2 * Math.atan(Math.exp(value / 6378137)) - Math.PI / 2) * 180 / Math.PI).toFixed(3)"


@dataclass(frozen=True)
class FinePane:
    """The map and what has to be changed when another part of it comes into view."""

    plot: figure
    source: ColumnDataSource
    mapper: LinearColorMapper


def fine_pane(box: Box, ranges: dict[str, Range]) -> FinePane:
    """An empty map, linked to others by their ranges."""
    plot = map_figure(box, "", labels=False, name="map-fine", **ranges)
    source = ColumnDataSource({name: [] for name in ("image", "x", "y", "dw", "dh")}, name="fine")
    mapper = LinearColorMapper(palette=CARBON_PALETTE, low=0, high=1, nan_color=_NOTHING)
    picture = plot.image("image", "x", "y", "dw", "dh", source=source, color_mapper=mapper, level="image")
    tips = [("stock", f"@image{{0.00}} {STOCK_UNIT}"), ("place", "$x{custom}°, $y{custom}°")]
    formatters = {"$x": CustomJSHover(code=_LON), "$y": CustomJSHover(code=_LAT)}
    plot.add_tools(HoverTool(renderers=[picture], tooltips=tips, formatters=formatters), SaveTool())
    plot.add_layout(colour_bar(mapper), "below")
    return FinePane(plot, source, mapper)


def show_picture(
    pane: FinePane,
    values: np.ndarray | None,
    edges: tuple[float, float, float, float],
    limits: tuple[float, float],
) -> None:
    """Show stocks (row, column) [kgC m-2], from south to north, between edges in Web Mercator [m]."""
    west, south, east, north = edges
    parts = {"image": [values], "x": [west], "y": [south], "dw": [east - west], "dh": [north - south]}
    pane.source.data = parts if values is not None else {name: [] for name in parts}
    pane.mapper.update(low=limits[0], high=limits[1])


def title_pane(pane: FinePane, product: str, resolution: float, interval: str, note: str) -> None:
    """Say what is drawn, how fine it is, and what has to be said of the data."""
    name = f"{product_title(product)} at {how_fine(resolution)}"
    pane.plot.title.text = noted(f"{name}\n{label(interval)}", note)  # two lines, as the maps beside it have
    pane.plot.below[-1].title = f"soil carbon stock, {label(interval)} ({STOCK_UNIT})"


def how_fine(resolution: float) -> str:
    """A resolution [degrees] in words.

    >>> how_fine(0.1), how_fine(1 / 120)
    ('0.1° (11 km)', '0.00833° (0.93 km)')
    """
    return f"{number(resolution)}° ({number(resolution * KM_PER_DEGREE, 2)} km)"
