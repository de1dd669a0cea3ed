"""CLM5/CESM history files: monthly NetCDF, read into fields.

Coordinates come from the file, whatever they are called and whatever grid they describe; fill values are
1e36; the month is that of the time bounds; units are converted to those of :data:`cesm_spinup.UNITS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.records.checks import expect
from proda_core.sources.cesm_spinup import UNITS
from proda_core.sources.cesm_time import Times, stamp_edge, times_of
from proda_core.sources.horizontal_coordinates import turned_longitude, with_lat_lon
from proda_core.sources.netcdf_files import opened
from proda_core.sources.units import ONE, converted
from proda_core.vocabulary.constants import MONTHS

LARGEST = 1e30  # anything above is a fill value (CLM's is 1e36, sometimes not declared as such)
LAYER_DIMENSIONS = ("levgrnd", "levsoi", "levdcmp", "levsoifl")
DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])  # of CESM's noleap calendar
SECONDS_PER_DAY = 86400.0
CELL = "cell"  # dimension of grids that are not latitudes by longitudes


def read_history(
    paths: Path | str | Sequence[Path | str], names: Iterable[str], *, stamps: str = "auto"
) -> xr.Dataset:
    """Mean year of history files: fields (lat, lon, [layer], month), longitudes -180..180 ascending.

    ``names`` are CLM's (TSOI, SOILPSI, NPP, nbedrock, CELLSAND...); units are converted to those of
    :data:`cesm_spinup.UNITS`. Fields without time keep none. Unstructured and curvilinear grids have
    (cell, [layer], month) and lat(cell), lon(cell). ``depth`` (layer) [m] is the file's level.

    stamps : what a time stamp on the first instant of a month marks where a file has no bounds, "start"
        or "end" of the mean; "auto" decides by the first stamp of whole years

    Raises InputError for missing names, unknown units, and months that are missing or not known.
    """
    files = [Path(p) for p in ([paths] if isinstance(paths, (str, Path)) else paths)]
    expect(len(files) > 0, "cesm: expected history files, found none")
    read = [_read_one(path, list(names)) for path in files]
    times = [part.times for part in read if part.times is not None]
    edge = stamp_edge(times, stamps, str(files[0]))
    parts = [part.with_month(edge) for part in read]
    timed = [name for name in parts[0].data_vars if "time" in parts[0][name].dims]
    series = xr.concat([part[timed] for part in parts], dim="time", join="exact") if timed else None
    fixed = parts[0][[name for name in parts[0].data_vars if name not in timed]]
    ds = fixed if series is None else xr.merge([fixed.drop_vars("month", errors="ignore"), mean_year(series)])
    return _turned(ds).transpose("lat", "lon", CELL, "layer", "month", missing_dims="ignore")


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


@dataclass(frozen=True, eq=False)
class _Part:
    """Fields of one file and its times."""

    fields: xr.Dataset
    times: Times | None

    def with_month(self, edge: str) -> xr.Dataset:
        """Return the fields with ``month(time)`` in place of time."""
        if self.times is None:
            return self.fields
        return self.fields.drop_vars("time", errors="ignore").assign_coords(
            month=("time", self.times.month(edge))
        )


def _read_one(path: Path, names: list[str]) -> _Part:
    with opened(path, "a history file", decode_times=False) as ds:
        missing = [name for name in names if name not in ds.variables]
        expect(not missing, f"{path}: expected variables {', '.join(names)}; found no {', '.join(missing)}")
        times = times_of(ds, path)
        fields = _on_cells(with_lat_lon(ds, str(path)), path)[names].load()
    levels = [dim for dim in LAYER_DIMENSIONS if dim in fields.dims]
    expect(
        len(levels) <= 1,
        f"{path}: expected fields of one layer axis, found {', '.join(levels)}; read them apart",
    )
    fields = _with_depth(fields, levels[0], path) if levels else fields
    fields = fields.where(abs(fields) < LARGEST)
    known = {name: in_units(field, str(path)) for name, field in fields.data_vars.items()}
    return _Part(fields.assign(known), times)


def in_units(field: xr.DataArray, place: str) -> xr.DataArray:
    """Return a field in the unit of its name in :data:`cesm_spinup.UNITS`; a field of another name as it is.

    Raises InputError where its units do not convert, or are missing and the field has some.
    """
    wanted = UNITS.get(str(field.name))
    if wanted is None:
        return field
    given = str(field.attrs.get("units", "")).strip()
    where = f"{place}: {field.name}"
    expect(
        given != "" or wanted in ONE, f"{where}: expected an attribute units, such as {wanted}, found none"
    )
    values = converted(field.values, given or wanted, wanted, where)
    return field.copy(data=values).assign_attrs(units=wanted)


def _with_depth(fields: xr.Dataset, level: str, path: Path) -> xr.Dataset:
    """The level axis renamed to ``layer``, its coordinate as ``depth`` [m]."""
    named = fields.rename({level: "layer"})
    if "layer" not in named.coords:
        return named
    depth, unit = named["layer"].values.astype(float), str(named["layer"].attrs.get("units", "m")) or "m"
    metres = converted(depth, unit, "m", f"{path}: {level}")
    return named.drop_vars("layer").assign_coords(depth=("layer", metres, {"units": "m"}))


def _on_cells(ds: xr.Dataset, path: Path) -> xr.Dataset:
    """A regular grid as it is; any other grid with one dimension ``cell``."""
    lat, lon = ds["lat"].dims, ds["lon"].dims
    if (lat, lon) == (("lat",), ("lon",)):
        return ds
    same = lat == lon and len(lat) in (1, 2)
    expect(
        same,
        f"{path}: expected coordinates lat(lat) and lon(lon), of cells, or of a curvilinear grid;"
        f" found lat{lat} and lon{lon}",
    )
    if len(lat) == 1:
        return ds.rename({lat[0]: CELL}).drop_vars(CELL, errors="ignore")
    rows, columns = (ds.sizes[dim] for dim in lat)
    flat = ds.drop_vars(lat, errors="ignore").stack({CELL: lat}, create_index=False)
    return flat.assign_attrs(shape=f"{rows} x {columns}")


def _turned(ds: xr.Dataset) -> xr.Dataset:
    """Longitudes -180..180; on a regular grid ascending, latitudes north to south."""
    attrs = {"lon": ds["lon"].attrs, "lat": ds["lat"].attrs}
    ds = ds.assign_coords(lon=(ds["lon"].dims, turned_longitude(ds["lon"].values)))
    if CELL not in ds.dims:
        ds = ds.sortby("lon").sortby("lat", ascending=False)
    for name, words in attrs.items():
        ds[name].attrs.update(words)
    return ds
