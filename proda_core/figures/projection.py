"""The projections of maps: Web Mercator, Albers equal-area fitted to a box, longitude and latitude.

Transforms are pyproj's. Nothing here imports a plotting library.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import Transformer

from proda_core.records.checks import one_of

MERCATOR, ALBERS, GEOGRAPHIC = PROJECTIONS = ("mercator", "albers", "geographic")
MERCATOR_POLE_DEGREES = 85.0  # latitude where Web Mercator ends
WORLD = (-180.0, -MERCATOR_POLE_DEGREES, 180.0, MERCATOR_POLE_DEGREES)
_REACH = 75.0  # degrees of longitude on both sides of an Albers map's middle that a box may reach
_BEYOND = 40.0  # degrees of latitude that it may reach beyond the map's own box
_ITERATIONS = 60
_LEAST_TILT = 1e-3  # degrees between the middle of the standard parallels and the equator, twice
_OUTLINE_POINTS = 50  # along each side of a rectangle
Box = tuple[float, float, float, float]  # west, south, east, north [degrees]


def standard_parallels(south: float, north: float) -> tuple[float, float]:
    """Return the standard parallels [degrees] of an Albers map: a sixth of its height inside its ends.

    >>> standard_parallels(24.0, 48.0)
    (28.0, 44.0)
    """
    sixth = (north - south) / 6
    return south + sixth, north - sixth


@dataclass(frozen=True)
class Projection:
    """One projection; ``box`` [degrees] are the ends of the map that Albers is fitted to.

    InputError for a name that is none of ``PROJECTIONS``. Coordinates of the plane are metres, or degrees
    in the geographic projection.
    """

    name: str = MERCATOR
    box: Box = WORLD

    def __post_init__(self) -> None:
        one_of(self.name, PROJECTIONS, "projection")

    @property
    def rectilinear(self) -> bool:
        """Whether meridians and parallels are straight lines along the axes."""
        return self.name != ALBERS

    @property
    def definition(self) -> str:
        """The coordinate reference system as pyproj and rasterio read it."""
        return {MERCATOR: "EPSG:3857", GEOGRAPHIC: "EPSG:4326"}.get(self.name) or _albers(self.box)

    def project(self, lon: object, lat: object) -> tuple[np.ndarray, np.ndarray]:
        """Return x and y in the plane of longitudes and latitudes [degrees].

        >>> [round(float(v)) for v in Projection().project(-75.0, 42.0)]
        [-8348962, 5160979]
        """
        return _transformer(self.definition).transform(np.asarray(lon, float), np.asarray(lat, float))

    def unproject(self, x: object, y: object) -> tuple[np.ndarray, np.ndarray]:
        """Return longitude and latitude [degrees] of places in the plane; infinite where there is none."""
        back = {"direction": "INVERSE"}
        return _transformer(self.definition).transform(np.asarray(x, float), np.asarray(y, float), **back)

    def box_to_plane(self, box: Box) -> list[float]:
        """Return left, bottom, right, top of the rectangle the middles of whose sides are the ends of a box.

        Empty where a box [degrees] is so far from an Albers map that there is no such rectangle.

        >>> [round(end) for end in Projection().box_to_plane((-180.0, 0.0, 180.0, 0.0))]
        [-20037508, 0, 20037508, 0]
        """
        if not self.rectilinear:
            return _fit_rectangle(self, self._clip(box))
        x, y = self.project(box[::2], box[1::2])
        return [float(x[0]), float(y[0]), float(x[1]), float(y[1])]

    def plane_to_box(self, ends: object) -> Box:
        """Return west, south, east, north [degrees] at the middles of the sides of a rectangle of the plane.

        Of what is beyond the world there is its end; infinite where an Albers map has no such place.

        >>> Projection().plane_to_box(Projection().box_to_plane((-80.0, 40.0, -70.0, 45.0)))
        (-80.0, 40.0, -70.0, 45.0)
        """
        left, bottom, right, top = map(float, ends)
        if self.rectilinear:  # beyond the world longitudes go round
            left, right = np.clip([left, right], *self.project(WORLD[::2], (0.0, 0.0))[0])
        x, y = (left + right) / 2, (bottom + top) / 2
        lon, lat = self.unproject([left, right, x, x], [y, y, bottom, top])
        found = np.array([lon[0], lat[2], lon[1], lat[3]])
        found[np.isfinite(found)] = np.clip(found, WORLD[:2] * 2, WORLD[2:] * 2)[np.isfinite(found)]
        return tuple(round(float(end), 9) for end in found)

    def covering_rectangle(self, box: Box) -> Box:
        """Return left, bottom, right, top of the smallest rectangle that holds a box [degrees]."""
        return _extent(*self.project(*_outline(box)))

    def covering_box(self, ends: object) -> Box:
        """Return the smallest box [degrees] that holds a rectangle of the plane, as far as it has places."""
        return _extent(*self.unproject(*_outline(tuple(map(float, ends)))))

    def _clip(self, box: Box) -> Box:
        west, south, east, north = self.box
        middle = (west + east) / 2
        low = middle - _REACH, max(south - _BEYOND, WORLD[1])
        high = middle + _REACH, min(north + _BEYOND, WORLD[3])
        return max(box[0], low[0]), max(box[1], low[1]), min(box[2], high[0]), min(box[3], high[1])


def _albers(box: Box) -> str:
    west, south, east, north = box
    lower, upper = standard_parallels(south, north)
    middle = f"+lon_0={(west + east) / 2:.10g} +ellps=GRS80 +units=m"
    if abs(lower + upper) < _LEAST_TILT:  # the cone of a map around the equator would be a cylinder
        upper += _LEAST_TILT
    return f"+proj=aea +lat_1={lower:.10g} +lat_2={upper:.10g} +lat_0={lower:.10g} {middle}"


def _outline(ends: Box) -> tuple[np.ndarray, np.ndarray]:
    """Return a dense closed line along the sides of a rectangle."""
    left, bottom, right, top = ends
    share, zero, one = np.linspace(0, 1, _OUTLINE_POINTS), np.zeros(_OUTLINE_POINTS), np.ones(_OUTLINE_POINTS)
    x, y = np.concatenate([share, one, 1 - share, zero]), np.concatenate([zero, share, one, 1 - share])
    return left + x * (right - left), bottom + y * (top - bottom)


def _extent(x: np.ndarray, y: np.ndarray) -> Box:
    known = np.isfinite(x) & np.isfinite(y)
    return tuple(float(end) for end in (x[known].min(), y[known].min(), x[known].max(), y[known].max()))


def _fit_rectangle(plane: Projection, box: Box) -> list[float]:
    """Return the rectangle by fixed-point iteration: each end moves to its meridian or parallel in turn."""
    west, south, east, north = box
    if west >= east or south >= north:
        return []
    lon, lat = (west + east) / 2, (south + north) / 2
    x, y = plane.project([west, east, lon, lon], [lat, lat, south, north])
    for _ in range(_ITERATIONS):
        centre, middle = (x[0] + x[1]) / 2, (y[2] + y[3]) / 2
        lon, lat = plane.unproject([x[0], x[1], centre, centre], [middle, middle, y[2], y[3]])
        x, y = plane.project([west, east, lon[2], lon[3]], [lat[0], lat[1], south, north])
    ends = [float(x[0]), float(y[2]), float(x[1]), float(y[3])]
    return ends if np.isfinite(ends).all() else []


@lru_cache(maxsize=32)
def _transformer(definition: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", definition, always_xy=True)
