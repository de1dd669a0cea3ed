"""Half-degree cells as columns of a Bokeh source that several maps share."""

from __future__ import annotations

import numpy as np
from bokeh.models import Glyph, Patches, Quad

from dashboard.plots.basemap import WEB_MERCATOR
from proda_core.comparison.cells import CELL_SIZE
from proda_core.figures.projection import MERCATOR_POLE_DEGREES, Projection

HALF_CELL = CELL_SIZE / 2  # degrees
_CORNERS = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * HALF_CELL
_EDGES = ("left", "right", "bottom", "top")


def cell_columns(
    cell: np.ndarray, lon: np.ndarray, lat: np.ndarray, projection: Projection = WEB_MERCATOR
) -> dict[str, np.ndarray | list]:
    """Return corners of cells in the plane of a map, their numbers and centres [degrees], each (cell,).

    Corners are ``left``, ``right``, ``bottom`` and ``top``, or lists ``xs`` and ``ys`` of four numbers
    where meridians are not along the axes.

    >>> columns = cell_columns(np.array([7]), np.array([-75.25]), np.array([42.25]))
    >>> round(float(columns["right"][0] - columns["left"][0]), -2), int(columns["cell"][0])
    (55700.0, 7)
    """
    corners = _edges if projection.rectilinear else _polygons
    return corners(lon, lat, projection) | {
        "cell": np.asarray(cell).astype(np.int32),
        "lon": np.asarray(lon).astype(np.float32),
        "lat": np.asarray(lat).astype(np.float32),
    }


def cell_glyph(projection: Projection, **style: object) -> Glyph:
    """Return the glyph that draws ``cell_columns`` of that projection."""
    if projection.rectilinear:
        return Quad(**{edge: edge for edge in _EDGES}, **style)
    return Patches(xs="xs", ys="ys", **style)


def _edges(lon: np.ndarray, lat: np.ndarray, projection: Projection) -> dict[str, np.ndarray]:
    pole = MERCATOR_POLE_DEGREES
    left, bottom = projection.project(lon - HALF_CELL, np.clip(lat - HALF_CELL, -pole, pole))
    right, top = projection.project(lon + HALF_CELL, np.clip(lat + HALF_CELL, -pole, pole))
    return {name: ends.astype(np.float32) for name, ends in zip(_EDGES, (left, right, bottom, top))}


def _polygons(lon: np.ndarray, lat: np.ndarray, projection: Projection) -> dict[str, list]:
    """Return corners to a metre, as lists: Bokeh sends no table of numbers as coordinates of patches."""
    places = np.column_stack([lon, lat])[:, None] + _CORNERS
    x, y = projection.project(places[..., 0], places[..., 1])
    return {"xs": np.rint(x).astype(int).tolist(), "ys": np.rint(y).astype(int).tolist()}
