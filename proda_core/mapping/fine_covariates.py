"""Covariates of the pixels of a fine grid: the interface, and covariates interpolated between cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import xarray as xr

from proda_core.mapping.fine_grid import FineGrid, Tile
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.sources.grid_cells import HALF_DEGREE

PLACE = ("Lon", "Lat")  # covariates that are the coordinates of a pixel
SYNTHETIC = "synthetic: covariates interpolated between half-degree cells, not observed at this resolution"


class FineCovariates(Protocol):
    """Interface: covariates of the land pixels of a tile."""

    origin: str

    def of(self, grid: FineGrid, tile: Tile) -> Covariates:
        """Covariates of the pixels with a cell, in the order of the rows of the tile."""


@dataclass(frozen=True, eq=False)
class Interpolated:
    """Synthetic fine covariates: bilinear between the centres of cells, categories of the cell itself.

    Cells without a value of a covariate are skipped; Lon and Lat are those of the pixel.
    """

    cells: Covariates
    origin: str = SYNTHETIC

    def of(self, grid: FineGrid, tile: Tile) -> Covariates:
        """Covariates of the pixels with a cell."""
        number = grid.cells(tile)
        land = number >= 0
        lat, lon = np.meshgrid(grid.lat[tile.rows], grid.lon[tile.columns], indexing="ij")
        own = {"Lon": lon[land], "Lat": lat[land]}
        rows, down = _weights(grid.lat[tile.rows], grid.north, -1.0, grid.number.shape[0])
        columns, across = _weights(grid.lon[tile.columns], grid.west, 1.0, grid.number.shape[1])
        near = grid.number[np.ix_(rows, columns)]
        ds = xr.Dataset(coords={"site": np.arange(int(land.sum()))})
        for name in self.cells.names:
            given = self.cells.ds[name]
            if name in own:
                values = own[name]
            elif name in self.cells.categorical:
                values = given.values[number[land]]
            else:
                values = _blend(given.values, near, down, across)[land]
            ds[name] = ("site", values, given.attrs)
        return Covariates(ds)


def known_sites(covariates: Covariates) -> np.ndarray:
    """Return whether each site has a covariate beside its coordinates (site,).

    Where there is none, a network would predict from the medians it was trained with.
    """
    known = [
        covariates.ds[name] != UNKNOWN if name in covariates.categorical else covariates.ds[name].notnull()
        for name in covariates.names
        if name not in PLACE
    ]
    return np.any(known, axis=0) if known else np.ones(len(covariates), dtype=bool)


def _weights(centres: np.ndarray, edge: float, way: float, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells along one axis on either side of these centres, and their weights (centre, cell)."""
    position = way * (centres - edge) / HALF_DEGREE - 0.5
    first = np.clip(np.floor(position).astype(int), 0, cells - 1)
    second = np.clip(np.floor(position).astype(int) + 1, 0, cells - 1)
    used = np.arange(first.min(), second.max() + 1)
    weights, share = np.zeros((len(centres), len(used))), position - np.floor(position)
    rows = np.arange(len(centres))
    np.add.at(weights, (rows, first - used[0]), 1 - share)
    np.add.at(weights, (rows, second - used[0]), share)
    return used, weights


def _blend(values: np.ndarray, near: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Weighted mean of the cells with a value around each pixel (row, column), NaN where there is none."""
    field = np.where(near >= 0, values[near].astype(float), np.nan)
    known = np.isfinite(field)
    share = down @ known.astype(float) @ across.T
    total = down @ np.where(known, field, 0.0) @ across.T
    return np.divide(total, share, out=np.full(share.shape, np.nan), where=share > 1e-9)
