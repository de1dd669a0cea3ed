"""The ground under every map: Web Mercator, and the borders of states and counties, offline.

The borders come with the package bokeh-sampledata (U.S. Census Bureau, TIGER/Line 2009).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import shapely
from bokeh.models import BoxZoomTool, ColumnDataSource, DataRange1d, PanTool, ResetTool, WheelZoomTool
from bokeh.plotting import figure
from bokeh_sampledata import us_counties, us_states
from pyproj import Transformer

from dashboard.plots.palette import MUTED

Box = tuple[float, float, float, float]  # west, south, east, north [degrees]

DETAIL = 0.01  # degrees, about a kilometre: finer than a pixel of a state on the screen
COUNTY_SPAN = 16.0  # degrees; on wider maps counties are clutter
_MARGIN = 3.0  # degrees of neighbouring land drawn around the data


def to_mercator(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Web Mercator easting and northing [m] of longitudes and latitudes [degrees].

    >>> [round(float(v)) for v in to_mercator(-75.0, 42.0)]
    [-8348962, 5160979]
    """
    return _mercator().transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))


def to_degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude [degrees] of Web Mercator easting and northing [m]."""
    return _mercator().transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float), direction="INVERSE")


def box_around(lon: np.ndarray, lat: np.ndarray) -> Box:
    """The smallest box of degrees around some points."""
    return float(np.min(lon)), float(np.min(lat)), float(np.max(lon)), float(np.max(lat))


@lru_cache(maxsize=16)
def state_lines(box: Box) -> dict[str, np.ndarray]:
    """Outlines of the states in and around a box: columns x, y [m], a gap (NaN) after each line.

    One long line travels at once; a thousand lines of their own take half a second.
    """
    return _lines(_near(_states(), box))


@lru_cache(maxsize=16)
def state_labels(box: Box) -> dict[str, list]:
    """Postal codes of the states around a box, each at a point inside its state [m]."""
    window = shapely.box(*box)
    inside = [(code, shapely.intersection(shape, window)) for code, shape in _states()]
    points = [(code, shapely.point_on_surface(part)) for code, part in inside if not part.is_empty]
    x, y = to_mercator([p.x for _, p in points], [p.y for _, p in points])
    return {"x": x, "y": y, "text": [code for code, _ in points]}


@lru_cache(maxsize=16)
def county_lines(box: Box) -> dict[str, np.ndarray]:
    """Outlines of the counties in a box; none on a map too wide to read them."""
    if max(box[2] - box[0], box[3] - box[1]) > COUNTY_SPAN:
        return _lines([])
    return _lines(_near(_counties(), box))


def map_figure(box: Box, title: str, *, labels: bool = True, **options) -> figure:
    """An empty map in Web Mercator with borders, ready for marks."""
    tools = [PanTool(), WheelZoomTool(zoom_on_axis=False), BoxZoomTool(match_aspect=True), ResetTool()]
    plot = figure(
        title=title,
        x_axis_type="mercator",
        y_axis_type="mercator",
        x_axis_label="longitude",
        y_axis_label="latitude",
        match_aspect=True,
        tools=tools,
        **{"x_range": DataRange1d(), "y_range": DataRange1d()} | options,
    )
    plot.toolbar.active_scroll = tools[1]
    plot.toolbar.logo = None
    plot.grid.visible = False
    _draw_borders(plot, box, labels)
    return plot


def _draw_borders(plot: figure, box: Box, labels: bool) -> None:
    thin = plot.line(
        "x",
        "y",
        source=ColumnDataSource(county_lines(box)),
        line_color=MUTED,
        line_alpha=0.25,
        line_width=0.6,
    )
    thick = plot.line(
        "x",
        "y",
        source=ColumnDataSource(state_lines(box)),
        line_color=MUTED,
        line_alpha=0.9,
        line_width=1.2,
    )
    marks = [thin, thick]
    if labels:
        marks.append(
            plot.text(
                source=ColumnDataSource(state_labels(box)),
                text_color=MUTED,
                text_font_size="12px",
                text_align="center",
                text_baseline="middle",
            )
        )
    for mark in marks:
        mark.level = "underlay"
        mark.nonselection_glyph = None


@lru_cache(maxsize=1)
def _mercator() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


@lru_cache(maxsize=1)
def _states() -> tuple[tuple[str, shapely.Geometry], ...]:
    return tuple((r["code"], r["geometry"]) for r in us_states.records())


@lru_cache(maxsize=1)
def _counties() -> tuple[tuple[str, shapely.Geometry], ...]:
    return tuple((r["fips"], r["geometry"]) for r in us_counties.records())


def _near(shapes: Iterable[tuple[str, shapely.Geometry]], box: Box) -> list[shapely.Geometry]:
    west, south, east, north = box
    window = shapely.box(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    return [shape for _, shape in shapes if shapely.intersects(shape, window)]


def outlines(shapes: Iterable[shapely.Geometry]) -> list[np.ndarray]:
    """The outline of every part of some shapes (point, 2) [degrees]."""
    parts = (part for shape in shapes for part in shapely.get_parts(shapely.simplify(shape, DETAIL)))
    return [shapely.get_coordinates(part.exterior) for part in parts]


def _lines(shapes: Iterable[shapely.Geometry]) -> dict[str, np.ndarray]:
    gap = np.full((1, 2), np.nan)
    places = [place for outline in outlines(shapes) for place in (outline, gap)]
    lon, lat = np.concatenate([gap, *places]).T
    known = np.isfinite(lon)
    x, y = np.full((2, len(lon)), np.nan, dtype=np.float32)
    x[known], y[known] = to_mercator(lon[known], lat[known])
    return {"x": x, "y": y}
