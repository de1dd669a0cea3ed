"""A longitude-latitude grid of any resolution over the half-degree cells of a study, cut into tiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.sources.grid_cells import HALF_DEGREE

TILE = 256  # pixels, the side of a tile and of a chunk on disk
_NEAR = 0.01  # of a pixel: 0.00833 is accepted as 1/120


@dataclass(frozen=True)
class Tile:
    """Some rows and columns of a grid; its name is also that of its marker on disk."""

    rows: slice
    columns: slice

    @property
    def name(self) -> str:
        """Name, unique in a grid."""
        return f"{self.rows.start:06d}-{self.columns.start:06d}"


@dataclass(frozen=True, eq=False)
class FineGrid:
    """Pixels of ``step`` degrees, rows from north to south, that divide half-degree cells evenly.

    number : (row, column) position of each half-degree cell in the study, -1 where there is none
    west, north : edges of that half-degree grid; parts : pixels along a half-degree cell
    """

    number: np.ndarray
    west: float
    north: float
    parts: int

    @property
    def step(self) -> float:
        """Size of a pixel [degrees]."""
        return HALF_DEGREE / self.parts

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.number.shape[0] * self.parts, self.number.shape[1] * self.parts

    @cached_property
    def lat(self) -> np.ndarray:
        """Centres of rows (lat,) [degrees north], descending."""
        return self.north - (np.arange(self.shape[0]) + 0.5) * self.step

    @cached_property
    def lon(self) -> np.ndarray:
        """Centres of columns (lon,) [degrees east]."""
        return self.west + (np.arange(self.shape[1]) + 0.5) * self.step

    @property
    def land(self) -> int:
        """Number of pixels in a half-degree cell of the study."""
        return int((self.number >= 0).sum()) * self.parts**2

    def cells(self, tile: Tile) -> np.ndarray:
        """Position of the half-degree cell of each pixel of a tile (row, column), -1 where there is none."""
        rows = np.arange(tile.rows.start, tile.rows.stop) // self.parts
        columns = np.arange(tile.columns.start, tile.columns.stop) // self.parts
        return self.number[np.ix_(rows, columns)]

    def tiles(self, side: int = TILE) -> list[Tile]:
        """Tiles with land, row by row."""
        rows, columns = self.shape
        every = [
            Tile(slice(r, min(r + side, rows)), slice(c, min(c + side, columns)))
            for r in range(0, rows, side)
            for c in range(0, columns, side)
        ]
        return [tile for tile in every if (self.cells(tile) >= 0).any()]


def fine_grid(
    cells: Forcing, resolution: float, bounds: tuple[float, float, float, float] | None = None
) -> FineGrid:
    """The grid of this resolution [degrees] over the cells, or over those within west, south, east, north.

    resolution : a part of half a degree, such as 0.5, 0.1 or 1/120
    """
    parts = round(HALF_DEGREE / resolution) if resolution > 0 else 0
    expect(
        parts >= 1 and abs(HALF_DEGREE / resolution - parts) < _NEAR * max(parts, 10),
        f"resolution: expected half a degree or an even part of it, such as 0.1, found {resolution:g}",
    )
    lon, lat = cells.ds["lon"].values, cells.ds["lat"].values
    inside = np.ones(len(lon), dtype=bool)
    if bounds is not None:
        west, south, east, north = bounds
        inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        expect(inside.any(), f"bounds: expected a cell of the study within {bounds}, found none")
    column = np.round((lon - lon[inside].min()) / HALF_DEGREE).astype(int)
    row = np.round((lat[inside].max() - lat) / HALF_DEGREE).astype(int)
    number = np.full((row[inside].max() + 1, column[inside].max() + 1), -1)
    number[row[inside], column[inside]] = np.flatnonzero(inside)
    half = HALF_DEGREE / 2
    return FineGrid(number, float(lon[inside].min() - half), float(lat[inside].max() + half), parts)
