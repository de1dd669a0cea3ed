"""Placement of raster pixels on a target grid: latitude-longitude and Homolosine rasters.

A placement gives the window of the raster the target needs, the pixels inside a region, and the integral
of a window of numbers over the target cells.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely
from pyproj import CRS, Transformer
from rasterio import Affine
from rasterio.features import rasterize
from rasterio.io import DatasetReader
from rasterio.windows import Window
from rasterio.windows import transform as window_transform
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from proda_core.records.checks import expect
from proda_core.sources.spherical_grid import EARTH_RADIUS, LatLonGrid, integrate, overlaps

FINENESS, MOST_PARTS = 100, 4  # parts of a Homolosine pixel: that many per width of a cell, at most


class LatLonPlacement:
    """Pixels bounded by meridians and parallels: exact overlaps with the target cells."""

    pixel_bytes = 1  # memory the placement itself needs for a pixel of a window

    def __init__(self, dataset: DatasetReader, target: LatLonGrid, region: BaseGeometry | None) -> None:
        self.transform, self.region = dataset.transform, region
        rotated = dataset.transform.b != 0 or dataset.transform.d != 0
        expect(not rotated, f"{dataset.name}: expected rows along parallels, found a rotated raster")
        self.grid = grid_of(dataset)
        rows, columns = overlaps(self.grid, target)
        self._rows, self._columns = rows.tocsc(), columns.tocsc()

    @cached_property
    def window(self) -> Window:
        """The part of the raster that overlaps the target; empty where nothing does."""
        rows, columns = _span(self._rows), _span(self._columns)
        return Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])

    def inside(self, window: Window) -> np.ndarray | bool:
        """Pixels whose centre lies in the region (row, column)."""
        if self.region is None:
            return True
        shapes = [translate(self.region, xoff=turn) for turn in (0.0, 360.0)]
        where = window_transform(window, self.transform)
        shape = (window.height, window.width)
        return rasterize(shapes, out_shape=shape, transform=where, dtype="uint8").astype(bool)

    def integrate(self, field: np.ndarray, window: Window) -> np.ndarray:
        """Integral of a window (row, column) over the target cells (lat, lon) [unit m2]."""
        rows = self._rows[:, window.row_off : window.row_off + window.height]
        columns = self._columns[:, window.col_off : window.col_off + window.width]
        return integrate(field, rows, columns)


class HomolosinePlacement:
    """Pixels of Goode's interrupted homolosine: equal areas, divided among cells by the centres of its parts.

    ``parts`` x ``parts`` points represent a pixel, so that one across a border is shared; a part is at most
    a hundredth of a cell wide, with at most four by four parts.
    """

    def __init__(self, dataset: DatasetReader, target: LatLonGrid, region: BaseGeometry | None) -> None:
        self.transform, self.target, self.region = dataset.transform, target, region
        self._size = dataset.height, dataset.width
        crs = CRS.from_wkt(dataset.crs.to_wkt())
        radius = crs.ellipsoid.semi_major_metre
        self._to_lonlat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        width = np.degrees(abs(dataset.transform.a) / radius) / np.diff(target.lon_edges).min()
        self.parts = int(np.clip(np.ceil(FINENESS * width), 1, MOST_PARTS))
        self.pixel_bytes = 8 * (6 + 2 * self.parts**2)
        pixel = abs(dataset.transform.a * dataset.transform.e) / radius**2
        self._part_area = pixel * EARTH_RADIUS**2 / self.parts**2
        self._places: dict[tuple[Window, float, float], tuple[np.ndarray, np.ndarray]] = {}
        self._last: tuple[Window, np.ndarray] | None = None

    @cached_property
    def window(self) -> Window:
        """The part of the raster that holds the target, with a margin of a degree."""
        west, south, east, north = self.target.bounds
        lon, lat = np.meshgrid(np.linspace(west, east, 181), np.linspace(south, north, 91))
        x, y = self._to_lonlat.transform(lon, lat, direction="INVERSE")
        seen = np.isfinite(x) & np.isfinite(y)
        column, row = _applied(~self.transform, x[seen], y[seen])
        margin = int(np.ceil(111e3 / abs(self.transform.a)))
        height, width = self._size
        top, left = max(int(row.min()) - margin, 0), max(int(column.min()) - margin, 0)
        bottom = min(int(row.max()) + margin, height)
        right = min(int(column.max()) + margin, width)
        return Window(left, top, max(right - left, 0), max(bottom - top, 0))

    def inside(self, window: Window) -> np.ndarray | bool:
        """Pixels whose centre lies in the region (row, column)."""
        if self.region is None:
            return True
        lon, lat = self._lonlat(window, 0.5, 0.5)
        shapely.prepare(self.region)
        return shapely.contains_xy(self.region, lon, lat)

    def integrate(self, field: np.ndarray, window: Window) -> np.ndarray:
        """Integral of a window (row, column) over the target cells (lat, lon) [unit m2]."""
        weights = np.asarray(field, dtype=float).ravel()
        n = self.target.shape[0] * self.target.shape[1]
        total = np.zeros(n)
        for cell in self._cells(window):
            known = cell >= 0
            total += np.bincount(cell[known], weights=weights[known], minlength=n)
        return self._part_area * total.reshape(self.target.shape)

    def _cells(self, window: Window) -> np.ndarray:
        """Target cell of every part of every pixel (part, pixel); -1 outside."""
        if self._last is None or self._last[0] != window:
            steps = (np.arange(self.parts) + 0.5) / self.parts
            cells = [_cell_of(self.target, *self._lonlat(window, u, v)).ravel() for u in steps for v in steps]
            self._last = (window, np.stack(cells))
        return self._last[1]

    def _lonlat(self, window: Window, u: float, v: float) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of the point (u, v) of every pixel of the window; the last is kept."""
        if (window, u, v) not in self._places:
            column, row = np.meshgrid(
                window.col_off + np.arange(window.width) + u, window.row_off + np.arange(window.height) + v
            )
            x, y = _applied(self.transform, column, row)
            self._places = {(window, u, v): self._to_lonlat.transform(x, y, inplace=True)}
        return self._places[window, u, v]


Placement = LatLonPlacement | HomolosinePlacement


def placement(dataset: DatasetReader, target: LatLonGrid, region: BaseGeometry | None = None) -> Placement:
    """The placement that fits the raster's coordinate system."""
    if dataset.crs.is_geographic:
        return LatLonPlacement(dataset, target, region)
    wkt = dataset.crs.to_wkt()
    homolosine = "homolosine" in wkt.lower()
    name = wkt.split('"')[1] if '"' in wkt else wkt
    expect(homolosine, f"{dataset.name}: expected longitude-latitude or Homolosine coordinates, found {name}")
    return HomolosinePlacement(dataset, target, region)


def grid_of(dataset: DatasetReader) -> LatLonGrid:
    """The latitude-longitude grid of a raster, from the file's own transform."""
    t = dataset.transform
    lat = t.f + t.e * np.arange(dataset.height + 1)
    return LatLonGrid(np.clip(lat, -90.0, 90.0), t.c + t.a * np.arange(dataset.width + 1))


def _applied(t: Affine, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return t.a * u + t.b * v + t.c, t.d * u + t.e * v + t.f


def _span(matrix) -> tuple[int, int]:
    """First and one past the last column that holds something."""
    used = np.flatnonzero(np.diff(matrix.indptr))
    return (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 0)


def _cell_of(grid: LatLonGrid, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Flat index of the grid cell that holds each point; -1 outside."""
    west, _, _, _ = grid.bounds
    descending = grid.lat_edges[0] > grid.lat_edges[-1]
    edges = grid.lat_edges[::-1] if descending else grid.lat_edges
    rows, columns = grid.shape
    seen = np.isfinite(lon) & np.isfinite(lat)
    turned = np.where(seen, (np.where(seen, lon, 0.0) - west) % 360.0 + west, np.inf)
    row = np.searchsorted(edges, np.where(seen, lat, np.inf), side="right") - 1
    column = np.searchsorted(grid.lon_edges, turned, side="right") - 1
    inside = seen & (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    row = rows - 1 - row if descending else row
    return np.where(inside, row * columns + column, -1)
