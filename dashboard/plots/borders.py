"""Borders of states and counties on a map, and the meridians and parallels of a map without axes; offline.

The borders come with the package bokeh-sampledata (U.S. Census Bureau, TIGER/Line 2009).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import shapely
from bokeh_sampledata import us_counties

from proda_core.figures.projection import Box, Projection
from proda_core.sources.borders import states

DETAIL_DEGREES = 0.01  # about a kilometre: finer than a pixel of a state on the screen
COUNTY_SPAN_DEGREES = 16.0  # on wider maps counties are clutter
_MARGIN_DEGREES = 3.0  # of neighbouring land drawn around the data
_STRAIGHT_DEGREES = 0.5  # longest part of a border drawn as a straight line where parallels are curved
_GRATICULE_STEPS_DEGREES = (1, 2, 5, 10, 20)
_GRATICULE_LINES = 8  # about so many across a map
_LABEL_DISTANCE = 0.025  # of the longer side of a box
_MERCATOR = Projection()


@lru_cache(maxsize=16)
def state_lines(box: Box, projection: Projection = _MERCATOR) -> dict[str, np.ndarray]:
    """Return outlines of the states in and around a box: x, y of the plane, a gap (NaN) after each.

    They are one line with gaps: a thousand lines of their own take the browser half a second.
    """
    return _project_lines(outlines(_near(states().values(), box)), projection)


@lru_cache(maxsize=16)
def state_labels(box: Box, projection: Projection = _MERCATOR) -> dict[str, list]:
    """Return postal codes of the states around a box (text), each at a point inside its state (x, y)."""
    window = shapely.box(*box)
    inside = [(code, shapely.intersection(shape, window)) for code, shape in states().items()]
    points = [(code, shapely.point_on_surface(part)) for code, part in inside if not part.is_empty]
    x, y = projection.project([p.x for _, p in points], [p.y for _, p in points])
    return {"x": x, "y": y, "text": [code for code, _ in points]}


@lru_cache(maxsize=16)
def county_lines(box: Box, projection: Projection = _MERCATOR) -> dict[str, np.ndarray]:
    """Return outlines of the counties in a box as ``state_lines`` does; none where the map is too wide."""
    wide = max(box[2] - box[0], box[3] - box[1]) > COUNTY_SPAN_DEGREES
    return _project_lines([] if wide else outlines(_near(_counties(), box)), projection)


@lru_cache(maxsize=16)
def graticule_lines(box: Box, projection: Projection) -> dict[str, np.ndarray]:
    """Return meridians and parallels through a box as ``state_lines`` does."""
    west, south, east, north = box
    meridians, parallels = _graticule(box)
    lines = [np.array([(at, south), (at, north)]) for at in meridians]
    lines += [np.array([(west, at), (east, at)]) for at in parallels]
    return _project_lines(lines, projection)


@lru_cache(maxsize=16)
def graticule_labels(box: Box, projection: Projection) -> dict[str, list]:
    """Return the degrees of meridians south of a box and of parallels west of it: x, y, text, align."""
    meridians, parallels = _graticule(box)
    away = _LABEL_DISTANCE * max(box[2] - box[0], box[3] - box[1])
    lon = [*meridians, *[box[0] - away / 4] * len(parallels)]
    x, y = projection.project(lon, [*[box[1] - away] * len(meridians), *parallels])
    text = [_degrees(at, "E", "W") for at in meridians] + [_degrees(at, "N", "S") for at in parallels]
    align = ["center"] * len(meridians) + ["right"] * len(parallels)
    return {"x": x, "y": y, "text": text, "align": align}


def outlines(shapes: Iterable[shapely.Geometry]) -> list[np.ndarray]:
    """Return the outline of every part of some shapes, each (point, 2) [degrees]."""
    parts = (part for shape in shapes for part in shapely.get_parts(shapely.simplify(shape, DETAIL_DEGREES)))
    return [shapely.get_coordinates(part.exterior) for part in parts]


@lru_cache(maxsize=1)
def _counties() -> tuple[shapely.Geometry, ...]:
    return tuple(record["geometry"] for record in us_counties.records())


def _near(shapes: Iterable[shapely.Geometry], box: Box) -> list[shapely.Geometry]:
    window = shapely.buffer(shapely.box(*box), _MARGIN_DEGREES, join_style="mitre")
    return [shape for shape in shapes if shapely.intersects(shape, window)]


def _project_lines(lines: Iterable[np.ndarray], projection: Projection) -> dict[str, np.ndarray]:
    gap = np.full((1, 2), np.nan)
    if not projection.rectilinear:
        lines = [
            shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), _STRAIGHT_DEGREES))
            for line in lines
        ]
    lon, lat = np.concatenate([gap, *(part for line in lines for part in (line, gap))]).T
    known = np.isfinite(lon)
    x, y = np.full((2, len(lon)), np.nan, dtype=np.float32)
    x[known], y[known] = projection.project(lon[known], lat[known])
    return {"x": x, "y": y}


def _graticule(box: Box) -> tuple[np.ndarray, np.ndarray]:
    """Return whole degrees of the meridians and parallels that a map of a box shows."""
    span = max(box[2] - box[0], box[3] - box[1])
    step = next((s for s in _GRATICULE_STEPS_DEGREES if span / s <= _GRATICULE_LINES), 30)
    first = np.ceil(np.array(box[:2]) / step) * step
    return np.arange(first[0], box[2] + 1e-9, step), np.arange(first[1], box[3] + 1e-9, step)


def _degrees(value: float, positive: str, negative: str) -> str:
    """Return a whole longitude or latitude as printed on a map.

    >>> _degrees(-80.0, "E", "W"), _degrees(45.0, "N", "S")
    ('80°W', '45°N')
    """
    return f"{abs(value):.0f}°{positive if value > 0 else negative}" if value else "0°"
