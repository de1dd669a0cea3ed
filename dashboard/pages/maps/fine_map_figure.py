"""A map finer than half a degree: the image of the part in view, under the same scale as the maps beside it.

Stays on a Bokeh source: the image is replaced after every move of the map, in the ranges it shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper, Range, SaveTool
from bokeh.plotting import figure

from dashboard.pages.maps.hover_format import place_formatters
from dashboard.plots.basemap import map_figure
from dashboard.plots.labels import STOCK_UNIT
from dashboard.plots.palette import product_title
from dashboard.plots.style import colour_bar
from proda_core.figures.projection import Box, Projection
from proda_core.figures.theme import SEQUENTIAL, noted, number
from proda_core.sources.spherical_grid import KM_PER_DEGREE
from proda_core.vocabulary.depth_intervals import label

_TRANSPARENT = "rgba(0,0,0,0)"
_COLUMNS = ("image", "x", "y", "dw", "dh")


@dataclass(frozen=True)
class FineMapPane:
    """The map and what changes when another part of it comes into view."""

    plot: figure
    source: ColumnDataSource
    mapper: LinearColorMapper


def fine_map_pane(box: Box, ranges: dict[str, Range], projection: Projection) -> FineMapPane:
    """Return an empty map, linked to others by their ranges."""
    plot = map_figure(box, "", labels=False, projection=projection, name="map-fine", **ranges)
    source = ColumnDataSource({name: [] for name in _COLUMNS}, name="fine")
    mapper = LinearColorMapper(palette=SEQUENTIAL, low=0, high=1, nan_color=_TRANSPARENT)
    image = plot.image(*_COLUMNS, source=source, color_mapper=mapper, level="image")
    tips = [("stock", f"@image{{0.00}} {STOCK_UNIT}"), ("place", "$x{custom}")]
    hover = HoverTool(renderers=[image], tooltips=tips, formatters=place_formatters(projection))
    plot.add_tools(hover, SaveTool())
    plot.add_layout(colour_bar(mapper), "below")
    return FineMapPane(plot, source, mapper)


def update_image(
    pane: FineMapPane, values: np.ndarray | None, edges: Box, limits: tuple[float, float]
) -> None:
    """Show stocks (row, column) [kgC m-2], bottom first, between edges of the plane; None removes them."""
    left, bottom, right, top = edges
    columns = dict(zip(_COLUMNS, ([values], [left], [bottom], [right - left], [top - bottom])))
    pane.source.data = columns if values is not None else {name: [] for name in _COLUMNS}
    pane.mapper.update(low=limits[0], high=limits[1])


def update_title(pane: FineMapPane, product: str, resolution: float, interval: str, note: str) -> None:
    """Name the product, its resolution and interval, and add a note on the data."""
    name = f"{product_title(product)} at {resolution_text(resolution)}"
    pane.plot.title.text = noted(f"{name}\n{label(interval)}", note)  # two lines, as the maps beside it have
    pane.plot.below[-1].title = f"soil carbon stock, {label(interval)} ({STOCK_UNIT})"


def resolution_text(resolution: float) -> str:
    """Return a resolution [degrees] as printed.

    >>> resolution_text(0.1), resolution_text(1 / 120)
    ('0.1° (11 km)', '0.00833° (0.93 km)')
    """
    return f"{number(resolution)}° ({number(resolution * KM_PER_DEGREE, 2)} km)"
