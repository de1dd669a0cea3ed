"""The half-degree land cells of the conterminous United States, and points inside its borders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from proda_core.sources import borders
from proda_core.sources.grid_cells import HALF_DEGREE
from proda_core.sources.spherical_grid import LatLonGrid, regular

MIN_LAND = 0.3  # 1, cells with less land are excluded
INLAND_WATER = 0.03  # 1, rivers and lakes: 7.65 of 7.89 million km2 are dry land (US Census 2010)


@dataclass(frozen=True, eq=False)
class Cells:
    """Land cells, row by row from the north: centres (cell) [degrees], area (cell) [m2], land share (cell).

    ``number`` (lat, lon) of the whole grid is the cell's position, -1 where there is none.
    """

    lon: np.ndarray
    lat: np.ndarray
    area: np.ndarray
    land_fraction: np.ndarray
    number: np.ndarray
    grid: LatLonGrid

    def __len__(self) -> int:
        return len(self.lon)

    def holding(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Position of the cell that holds each point (point), -1 where none does."""
        column = np.floor((np.asarray(lon) - self.grid.lon_edges[0]) / HALF_DEGREE).astype(int)
        row = np.floor((self.grid.lat_edges[0] - np.asarray(lat)) / HALF_DEGREE).astype(int)
        rows, columns = self.grid.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = self.number[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
        return np.where(inside, found, -1)


@lru_cache(maxsize=1)
def land_cells() -> Cells:
    """All half-degree cells with at least :data:`MIN_LAND` of land inside the true outline."""
    outline = borders.conterminous_us()
    grid = regular(HALF_DEGREE, outline.bounds)
    share = borders.area_fraction(outline, grid)
    row, column = np.nonzero(share >= MIN_LAND)
    number = np.full(grid.shape, -1)
    number[row, column] = np.arange(len(row))
    land = share[row, column] * (1 - INLAND_WATER)
    return Cells(grid.lon[column], grid.lat[row], grid.cell_area[row, column], land, number, grid)


def on_land(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Whether points (point) lie inside the borders and in a land cell, bool."""
    inside = borders.contains(borders.conterminous_us(), lon, lat)
    return inside & (land_cells().holding(lon, lat) >= 0)
