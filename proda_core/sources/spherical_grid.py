"""Latitude-longitude grids on the sphere: cells, their areas, and the overlaps of two grids.

The area of a cell is R^2 (lon_e - lon_w)(sin lat_n - sin lat_s), so the overlap of two cells is the
product of an overlap in longitude and one in sin(latitude): two sparse matrices describe it completely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import sparse

from proda_core.records.checks import expect

EARTH_RADIUS = 6371008.8  # m, mean radius of the Earth (IUGG), as in the published PRODA code
KM_PER_DEGREE = EARTH_RADIUS / 1000 * np.pi / 180  # along a great circle


def great_circle(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Distance [km] of one place from many along great circles, by the haversine formula; degrees.

    >>> great_circle(0.0, 0.0, np.array([0.0, 90.0]), np.array([1.0, 0.0])).round().tolist()
    [111.0, 10008.0]
    """
    a, b = np.radians(lat), np.radians(lats)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * EARTH_RADIUS / 1000 * np.arcsin(np.sqrt(half))


@dataclass(frozen=True, eq=False)
class LatLonGrid:
    """Cells between edges: ``lat_edges`` (lat + 1,) in either order, ``lon_edges`` (lon + 1,) ascending."""

    lat_edges: np.ndarray
    lon_edges: np.ndarray

    def __post_init__(self) -> None:
        for name in ("lat_edges", "lon_edges"):
            edges = np.asarray(getattr(self, name), dtype=float)
            steps = np.diff(edges)
            ordered = len(edges) > 1 and (
                bool((steps > 0).all()) or (name == "lat_edges" and bool((steps < 0).all()))
            )
            expect(ordered, f"grid: {name}: expected at least two edges in order, found {edges[:5]}...")
            object.__setattr__(self, name, edges)
        span = self.lon_edges[-1] - self.lon_edges[0]
        expect(span <= 360.001, f"grid: lon_edges: expected at most one turn of 360 degrees, found {span:g}")
        worst = np.abs(self.lat_edges).max()
        expect(worst <= 90.001, f"grid: lat_edges: expected latitudes within 90 degrees, found {worst:g}")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows (lat) and columns (lon)."""
        return len(self.lat_edges) - 1, len(self.lon_edges) - 1

    @property
    def lat(self) -> np.ndarray:
        """Centres (lat,) [degrees north]."""
        return 0.5 * (self.lat_edges[1:] + self.lat_edges[:-1])

    @property
    def lon(self) -> np.ndarray:
        """Centres (lon,) [degrees east]."""
        return 0.5 * (self.lon_edges[1:] + self.lon_edges[:-1])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north [degrees]."""
        return self.lon_edges[0], self.lat_edges.min(), self.lon_edges[-1], self.lat_edges.max()

    @property
    def cell_area(self) -> np.ndarray:
        """Areas on the sphere, shape (lat, lon) [m2]."""
        height = np.abs(np.diff(_sine(self.lat_edges)))
        return EARTH_RADIUS**2 * np.outer(height, np.radians(np.diff(self.lon_edges)))

    @property
    def coords(self) -> dict[str, tuple]:
        """Coordinates lat and lon for a Dataset, CF attributes included."""
        return {
            "lat": ("lat", self.lat, {"units": "degrees_north", "standard_name": "latitude"}),
            "lon": ("lon", self.lon, {"units": "degrees_east", "standard_name": "longitude"}),
        }


def regular(
    resolution: float = 0.5, bounds: tuple[float, float, float, float] = (-180, -90, 180, 90)
) -> LatLonGrid:
    """A grid of ``resolution`` degrees on multiples of it, latitudes north to south, covering ``bounds``.

    >>> regular(0.5, (-80.2, 40.1, -79.9, 40.4)).lon.tolist()
    [-80.25, -79.75]
    """
    west, south, east, north = bounds
    first, last = np.floor(west / resolution + 1e-9), np.ceil(east / resolution - 1e-9)
    bottom, top = np.floor(south / resolution + 1e-9), np.ceil(north / resolution - 1e-9)
    return LatLonGrid(
        lat_edges=np.arange(top, bottom - 1, -1) * resolution,
        lon_edges=np.arange(first, last + 1) * resolution,
    )


def from_centres(lat: np.ndarray, lon: np.ndarray) -> LatLonGrid:
    """The grid whose cells meet half-way between these centres; longitudes may run 0..360."""
    lat_edges = np.clip(_edges(np.asarray(lat, dtype=float)), -90.0, 90.0)
    return LatLonGrid(lat_edges, _edges(np.asarray(lon, dtype=float)))


def from_field(field: xr.DataArray | xr.Dataset) -> LatLonGrid:
    """The grid of a field with coordinates lat and lon."""
    return from_centres(field["lat"].values, field["lon"].values)


def overlaps(source: LatLonGrid, target: LatLonGrid) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Overlap matrices (target row, source row) in sin(lat) and (target, source column) in lon [radians].

    R^2 * rows @ field @ columns.T is the integral of a field over the target cells. Longitudes
    are equal modulo 360 degrees.
    """
    rows = _overlap(_sine(source.lat_edges), _sine(target.lat_edges))
    columns = sum(
        _overlap(np.radians(source.lon_edges + turn), np.radians(target.lon_edges))
        for turn in (-360.0, 0.0, 360.0)
    )
    return rows, sparse.csr_array(columns)


def integrate(field: np.ndarray, rows: sparse.csr_array, columns: sparse.csr_array) -> np.ndarray:
    """Integral of ``field`` (row, column) over the target cells, shape (lat, lon) [unit m2]."""
    return EARTH_RADIUS**2 * (columns @ (rows @ field).T).T


def _sine(degrees: np.ndarray) -> np.ndarray:
    return np.sin(np.radians(degrees))


def _edges(centres: np.ndarray) -> np.ndarray:
    expect(len(centres) > 1, f"grid: expected at least two centres per axis, found {len(centres)}")
    middle = 0.5 * (centres[1:] + centres[:-1])
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


def _overlap(source: np.ndarray, target: np.ndarray) -> sparse.csr_array:
    """Lengths of the overlaps of intervals, shape (target, source); edges in either order.

    >>> _overlap(np.array([0.0, 1.0, 2.0]), np.array([0.5, 1.5])).toarray().tolist()
    [[0.5, 0.5]]
    """
    cuts = np.unique(np.concatenate([source, target]))
    middle, length = 0.5 * (cuts[1:] + cuts[:-1]), np.diff(cuts)
    i, j = _interval_of(target, middle), _interval_of(source, middle)
    inside = (i >= 0) & (j >= 0)
    shape = (len(target) - 1, len(source) - 1)
    return sparse.csr_array((length[inside], (i[inside], j[inside])), shape=shape)


def _interval_of(edges: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which interval holds each point; -1 for none."""
    descending = edges[0] > edges[-1]
    ascending = edges[::-1] if descending else edges
    index = np.searchsorted(ascending, points, side="right") - 1
    outside = (points < ascending[0]) | (points >= ascending[-1])
    index = len(edges) - 2 - index if descending else index
    return np.where(outside, -1, index)
