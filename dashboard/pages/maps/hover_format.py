"""What a tooltip of a map reads: values with their units, a dash where there is none, and places."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, CustomJSHover

from proda_core.figures.projection import GEOGRAPHIC, MERCATOR, Projection

# Bokeh writes NaN before any formatter sees it: what is formatted is the number of the row.
_VALUE = """
const [name, ...unit] = format.split(" ")
const found = source.get_column(name)[value]
if (!Number.isFinite(found)) return "\u2013"
const digits = {maximumSignificantDigits: 4}
return [found.toLocaleString("en", digits).replace("-", "\u2212"), ...unit].join(" ")
"""

_PLACES = {  # JavaScript of longitude and latitude [degrees] at x, y of the plane
    MERCATOR: """
const lon = x / 6378137 * 180 / Math.PI
const lat = (2 * Math.atan(Math.exp(y / 6378137)) - Math.PI / 2) * 180 / Math.PI
""",
    GEOGRAPHIC: "const [lon, lat] = [x, y]",
}
# Meridians of a conic projection meet in its apex, at equal angles; latitude depends on the distance alone.
_CONE = """
const {apex, sign, per_degree, middle, distance, latitude} = cone
const [across, up] = [sign * x, sign * (apex - y)]
const lon = middle + Math.atan2(across, up) / per_degree
const far = Math.hypot(across, up)
const after = Math.min(Math.max(distance.findIndex(d => d >= far), 1), distance.length - 1)
const share = (far - distance[after - 1]) / (distance[after] - distance[after - 1])
const lat = latitude[after - 1] + share * (latitude[after] - latitude[after - 1])
"""
_WRITE_PLACE = """
const {x, y} = special_vars
%s
return `${lat.toFixed(3)}°, ${lon.toFixed(3)}°`
"""
_CONE_NODES = 1200  # of the table of latitudes; linear in between, right to a thousandth of a degree


def value_tooltip(column: str, unit: str) -> str:
    """Return the field of a tooltip that reads a column in the row under the pointer.

    >>> value_tooltip("p0", "kgC m⁻²"), value_tooltip("p1", "")
    ('$index{p0 kgC m⁻²}', '$index{p1}')
    """
    return f"$index{{{f'{column} {unit}'.strip()}}}"


def value_formatters(source: ColumnDataSource) -> dict[str, CustomJSHover]:
    """Return what a hover tool needs to show :func:`value_tooltip` of the columns of a source."""
    return {"$index": CustomJSHover(args={"source": source}, code=_VALUE)}


def place_formatters(projection: Projection) -> dict[str, CustomJSHover]:
    """Return what a hover tool needs to show ``$x{custom}`` as latitude and longitude of the pointer."""
    if projection.rectilinear:
        return {"$x": CustomJSHover(code=_WRITE_PLACE % _PLACES[projection.name])}
    return {"$x": CustomJSHover(args={"cone": _cone(projection)}, code=_WRITE_PLACE % _CONE)}


def _cone(projection: Projection) -> dict[str, object]:
    """Return the geometry of an Albers map: apex [m], angle of a degree, distance of a latitude from it."""
    west, south, east, north = projection.box
    middle = (west + east) / 2
    x, y = projection.project([middle + 1.0] * 2, [south, north])
    apex = float(y[0] - x[0] * (y[1] - y[0]) / (x[1] - x[0]))
    sign = 1.0 if apex > y[1] else -1.0
    latitude = np.linspace(max(south - 30.0, -89.0), min(north + 30.0, 89.0), _CONE_NODES)
    distance = sign * (apex - projection.project(np.full(_CONE_NODES, middle), latitude)[1])
    order = np.argsort(distance)
    angle = float(np.arctan2(sign * x[0], sign * (apex - y[0])))
    return {
        "apex": apex,
        "sign": sign,
        "per_degree": angle,
        "middle": middle,
        "distance": distance[order].tolist(),
        "latitude": latitude[order].tolist(),
    }
