"""Covariates of the pixels of a fine grid from a gridded file: units converted, nothing outside the file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.mapping.fine_covariates import PLACE
from proda_core.mapping.fine_grid import FineGrid, Tile
from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.sources.horizontal_coordinates import turned_longitude, with_lat_lon
from proda_core.sources.netcdf_files import expect_whole
from proda_core.sources.units import converted
from proda_core.vocabulary.covariates import BY_NAME

SAMPLED = 64  # rows and columns looked at when a file is opened
GAP = 1.5  # a distance between centres so many times that to the other neighbour is a gap in the file
_NEAR = 1e-6  # degrees


@dataclass(frozen=True, eq=False)
class Gridded:
    """Covariates of a data set (lat, lon), one variable each: every pixel has that of the grid cell it is in.

    ds : latitudes and longitudes of -180 to 180 ascending
    wanted : covariates of the study, for names, units and legends

    A pixel outside the file has no value, nor has one whose value is outside the covariate's range.
    """

    ds: xr.Dataset
    wanted: Covariates
    origin: str
    place: str = "covariates"

    def of(self, grid: FineGrid, tile: Tile) -> Covariates:
        """Covariates of the pixels with a cell."""
        land = grid.cells(tile) >= 0
        rows, columns = self._lat.of(grid.lat[tile.rows]), self._lon.of(grid.lon[tile.columns])
        known = ((rows >= 0)[:, None] & (columns >= 0))[land]
        near = self.ds.isel(lat=rows, lon=columns).load()  # -1, the last, is masked below
        lat, lon = np.meshgrid(grid.lat[tile.rows], grid.lon[tile.columns], indexing="ij")
        own = {"Lon": lon[land], "Lat": lat[land]}
        ds = xr.Dataset(coords={"site": np.arange(int(land.sum()))})
        for name in self.wanted.names:
            if name in near:
                values = np.where(known, near[name].values[land].astype(float), np.nan)
                values = self._in_unit(name, values)
            else:
                values = own[name]
            ds[name] = ("site", values, self.wanted.ds[name].attrs)
        return Covariates(ds)

    def covered(self, grid: FineGrid) -> int:
        """Number of pixels with a cell that are inside the file."""
        rows, columns = self._lat.of(grid.lat) >= 0, self._lon.of(grid.lon) >= 0
        rows, columns = (part.reshape(-1, grid.parts).sum(axis=1) for part in (rows, columns))
        return int((np.outer(rows, columns) * (grid.number >= 0)).sum())

    def expect_units(self) -> None:
        """Raise InputError where units do not convert, or most numbers are outside a covariate's range."""
        steps = {axis: slice(None, None, -(-self.ds.sizes[axis] // SAMPLED)) for axis in ("lat", "lon")}
        some = self.ds.isel(steps).load()
        for name in self.ds.data_vars:
            if name in self.wanted.categorical:
                continue
            raw = np.asarray(some[name].values, float)
            values = self._converted(name, raw)
            low, high = _range(name)
            known = np.isfinite(values)
            middle = float(np.median(values[known])) if known.any() else np.nan
            expect(
                not known.any() or low <= middle <= high,
                f"{self.place}: {name}: expected {low:g} to {high:g} {self._unit(name)}, found a median of"
                f" {middle:g}; state its units and its missing value in the file",
            )

    def _in_unit(self, name: str, values: np.ndarray) -> np.ndarray:
        if name in self.wanted.categorical:
            return _codes(values, self.wanted.ds[name].attrs["flag_values"])
        values, (low, high) = self._converted(name, values), _range(name)
        return np.where((values < low) | (values > high), np.nan, values)

    def _converted(self, name: str, values: np.ndarray) -> np.ndarray:
        """Values in the study's unit; a file that states no unit has that already."""
        unit = str(self.ds[name].attrs.get("units", "")).strip()
        if not unit:
            return values
        return converted(values, unit, self._unit(name), f"{self.place}: {name}")

    def _unit(self, name: str) -> str:
        known = BY_NAME[name].unit if name in BY_NAME else "1"
        return str(self.wanted.ds[name].attrs.get("units", known))

    @cached_property
    def _lat(self) -> _Axis:
        return _Axis(self.ds["lat"].values)

    @cached_property
    def _lon(self) -> _Axis:
        return _Axis(self.ds["lon"].values, 360.0)


@dataclass(frozen=True, eq=False)
class _Axis:
    """Centres of cells along an axis, ascending; a cell reaches half way to its neighbours, not over gaps.

    turn : after so many degrees the axis begins again
    """

    centres: np.ndarray
    turn: float = 0.0

    def of(self, points: np.ndarray) -> np.ndarray:
        """Position of the cell that holds each point (point,); -1 outside."""
        found = self._of(points)
        for shifted in (points - self.turn, points + self.turn) if self.turn else ():
            found = np.where(found < 0, self._of(shifted), found)
        return found

    def _of(self, points: np.ndarray) -> np.ndarray:
        position = np.searchsorted((self.centres[1:] + self.centres[:-1]) / 2, points, side="right")
        near = np.abs(points - self.centres[position]) <= self._reach[position] + _NEAR
        return np.where(near, position, -1)

    @cached_property
    def _reach(self) -> np.ndarray:
        gaps = np.diff(self.centres)
        before, after = np.append(gaps[:1], gaps), np.append(gaps, gaps[-1:])
        low, high = np.minimum(before, after), np.maximum(before, after)
        return np.where(high > GAP * low, low, high) / 2


def open_gridded(path: Path, wanted: Covariates) -> Gridded:
    """Gridded covariates of a NetCDF file or Zarr store, read tile by tile.

    Coordinates may have other names and longitudes 0 to 360. Raises InputError where a covariate is
    missing, its unit does not convert, or the file cannot be read.
    """
    path = Path(path)
    expect(path.exists(), f"{path}: expected gridded covariates, found no such file")
    if path.is_file():
        expect_whole(path)
    try:
        ds = xr.open_dataset(path, engine="zarr" if path.suffix == ".zarr" else None, chunks={})
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path}: expected gridded covariates, found {error}") from error
    names = _present(ds, wanted, path)
    found = Gridded(_ascending(ds[names], path), wanted, f"covariates of {path.name}", str(path))
    found.expect_units()
    return found


def _present(ds: xr.Dataset, wanted: Covariates, path: Path) -> list[str]:
    missing = [name for name in wanted.names if name not in ds and name not in PLACE]
    expect(
        not missing, f"{path}: expected covariates {', '.join(wanted.names)}; missing {', '.join(missing)}"
    )
    return [name for name in wanted.names if name in ds and name not in PLACE]


def _ascending(ds: xr.Dataset, path: Path) -> xr.Dataset:
    ds = with_lat_lon(ds, str(path))
    regular = ds["lat"].dims == ("lat",) and ds["lon"].dims == ("lon",)
    expect(
        regular and min(ds.sizes["lat"], ds.sizes["lon"]) > 1,
        f"{path}: expected a grid of two or more latitudes and longitudes, found lat{ds['lat'].dims} and"
        f" lon{ds['lon'].dims} of {ds['lat'].size} and {ds['lon'].size}",
    )
    ds = ds.assign_coords(lon=turned_longitude(ds["lon"].values)).sortby(["lat", "lon"])
    twice = (np.diff(ds["lon"]) <= 0).any() or (np.diff(ds["lat"]) <= 0).any()
    expect(not twice, f"{path}: expected every latitude and longitude once, found one twice")
    for name, field in ds.data_vars.items():
        flat = set(field.dims) == {"lat", "lon"}
        expect(
            flat, f"{path}: {name}: expected dimensions lat and lon, found {', '.join(map(str, field.dims))}"
        )
    return ds.transpose("lat", "lon")


def _range(name: str) -> tuple[float, float]:
    covariate = BY_NAME.get(name)
    return (-np.inf, np.inf) if covariate is None else (covariate.low, covariate.high)


def _codes(values: np.ndarray, legend: np.ndarray) -> np.ndarray:
    known = np.isin(values, legend)
    return np.where(known, np.nan_to_num(values, nan=UNKNOWN), UNKNOWN).astype(np.int64)
