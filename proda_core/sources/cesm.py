"""CLM5/CESM history files: monthly NetCDF, read into fields.

Coordinates come from the file (longitudes may run 0..360), fill values are 1e36, and a monthly
mean carries the time of the END of its month: the month is taken from the time bounds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.sources.netcdf_files import opened
from proda_core.vocabulary.constants import MONTHS

LARGEST = 1e30  # anything above is a fill value (CLM's is 1e36, sometimes not declared as such)
LAYER_DIMENSIONS = ("levgrnd", "levsoi", "levdcmp", "levsoifl")
DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])  # of CESM's noleap calendar
SECONDS_PER_DAY = 86400.0


def read_history(paths: Path | str | Sequence[Path | str], names: Iterable[str]) -> xr.Dataset:
    """Mean year of history files: fields (lat, lon, [layer], month), longitudes -180..180 ascending.

    ``names`` are CLM's (TSOI, SOILPSI, NPP, nbedrock, CELLSAND...). Fields without time keep none.
    """
    files = [Path(p) for p in ([paths] if isinstance(paths, (str, Path)) else paths)]
    expect(len(files) > 0, "cesm: expected history files, found none")
    parts = [_read_one(path, list(names)) for path in files]
    timed = [name for name in parts[0].data_vars if "time" in parts[0][name].dims]
    series = xr.concat([part[timed] for part in parts], dim="time", join="exact") if timed else None
    fixed = parts[0][[name for name in parts[0].data_vars if name not in timed]]
    ds = fixed if series is None else xr.merge([fixed.drop_vars("month", errors="ignore"), mean_year(series)])
    return _turned(ds).transpose("lat", "lon", "layer", "month", missing_dims="ignore")


def mean_year(series: xr.Dataset) -> xr.Dataset:
    """Mean of every calendar month over the years (month 1..12) of a series with ``month(time)``."""
    months = np.unique(series["month"].values)
    expect(
        len(months) == MONTHS,
        f"cesm: expected all 12 months, found {', '.join(map(str, months))}",
    )
    return series.groupby("month").mean("time", keep_attrs=True)


def annual_sum(flux: xr.DataArray) -> xr.DataArray:
    """Total of a year of a monthly mean flux (..., month) [unit s-1] -> [unit yr-1], noleap calendar."""
    seconds = xr.DataArray(DAYS_IN_MONTH * SECONDS_PER_DAY, dims="month", coords={"month": np.arange(1, 13)})
    unit = str(flux.attrs.get("units", "")).replace("s-1", "yr-1").replace("/s", " yr-1")
    return (flux * seconds).sum("month", skipna=False).assign_attrs(units=unit)


def _read_one(path: Path, names: list[str]) -> xr.Dataset:
    with opened(path, "a history file", decode_times=xr.coders.CFDatetimeCoder(use_cftime=True)) as ds:
        missing = [name for name in names if name not in ds.variables]
        expect(not missing, f"{path}: expected variables {', '.join(names)}; found no {', '.join(missing)}")
        for axis in ("lat", "lon"):
            expect(axis in ds.variables, f"{path}: expected coordinate '{axis}', found none")
        fields, month = ds[names].load(), _months(ds, path)
    renames = {dim: "layer" for dim in LAYER_DIMENSIONS if dim in fields.dims}
    expect(
        len(renames) <= 1,
        f"{path}: expected fields of one layer axis, found {', '.join(renames)}; read them apart",
    )
    fields = fields.rename(renames).drop_vars("layer", errors="ignore")
    fields = fields.where(abs(fields) < LARGEST)
    return fields.assign_coords(month=("time", month)) if month is not None else fields


def _months(ds: xr.Dataset, path: Path) -> np.ndarray | None:
    """Calendar month (time): of the middle of the time bounds, or of the day before the time stamp."""
    if "time" not in ds.dims:
        return None
    bounds = ds["time"].attrs.get("bounds") or next(
        (n for n in ("time_bounds", "time_bnds") if n in ds), None
    )
    if bounds in ds:
        start, end = ds[bounds].values[:, 0], ds[bounds].values[:, 1]
        if not hasattr(start[0], "month"):
            raise InputError(f"{path}: {bounds}: expected decoded times, found numbers without a calendar")
        return np.array([(a + (b - a) / 2).month for a, b in zip(start, end, strict=True)])
    return np.array([(t - datetime.timedelta(days=1)).month for t in ds["time"].values])


def _turned(ds: xr.Dataset) -> xr.Dataset:
    """Longitudes -180..180 ascending, latitudes north to south."""
    lon = (ds["lon"] + 180.0) % 360.0 - 180.0
    attrs = {"lon": ds["lon"].attrs, "lat": ds["lat"].attrs}
    ds = ds.assign_coords(lon=lon).sortby("lon").sortby("lat", ascending=False)
    for name, words in attrs.items():
        ds[name].attrs.update(words)
    return ds
