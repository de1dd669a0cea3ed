"""Covariates of the pixels of a fine grid: from a gridded file, or interpolated between cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import xarray as xr

from proda_core.mapping.fine_grid import FineGrid, Tile
from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.sources.grid_cells import HALF_DEGREE

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


@dataclass(frozen=True, eq=False)
class Gridded:
    """Covariates of a data set (lat, lon), one variable each: every pixel has the nearest value.

    wanted : covariates of the study, for names, units and legends
    """

    ds: xr.Dataset
    wanted: Covariates
    origin: str

    def of(self, grid: FineGrid, tile: Tile) -> Covariates:
        """Covariates of the pixels with a cell."""
        land = grid.cells(tile) >= 0
        near = self._sorted.sel(lat=grid.lat[tile.rows], lon=grid.lon[tile.columns], method="nearest")
        lat, lon = np.meshgrid(grid.lat[tile.rows], grid.lon[tile.columns], indexing="ij")
        own = {"Lon": lon[land], "Lat": lat[land]}
        ds = xr.Dataset(coords={"site": np.arange(int(land.sum()))})
        for name in self.wanted.names:
            values = near[name].values[land] if name in near else own[name]
            if name in self.wanted.categorical:
                values = _codes(values, self.wanted.ds[name].attrs["flag_values"])
            ds[name] = ("site", values, self.wanted.ds[name].attrs)
        return Covariates(ds)

    @cached_property
    def _sorted(self) -> xr.Dataset:
        return self.ds.sortby(["lat", "lon"]).transpose("lat", "lon")


def open_gridded(path: Path, wanted: Covariates) -> Gridded:
    """Gridded covariates of a NetCDF file or Zarr store, read tile by tile."""
    try:
        ds = xr.open_dataset(path, engine="zarr" if Path(path).suffix == ".zarr" else None, chunks={})
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected gridded covariates, found {error}") from error
    for axis in ("lat", "lon"):
        expect(
            axis in ds.dims, f"{path}: expected dimensions lat and lon, found {', '.join(map(str, ds.dims))}"
        )
    missing = [name for name in wanted.names if name not in ds and name not in ("Lon", "Lat")]
    expect(
        not missing, f"{path}: expected covariates {', '.join(wanted.names)}; missing {', '.join(missing)}"
    )
    names = [name for name in wanted.names if name in ds]
    return Gridded(ds[names], wanted, f"covariates of {Path(path).name}")


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


def _codes(values: np.ndarray, legend: np.ndarray) -> np.ndarray:
    known = np.isin(values, legend)
    return np.where(known, np.nan_to_num(values, nan=UNKNOWN), UNKNOWN).astype(np.int64)
