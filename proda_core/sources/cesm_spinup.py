"""CESM2 spin-up fields as the published study holds them: monthly means of years 661-680.

One MATLAB file (version 7.3, which is HDF5) per field, ``var_record_monthly_mean`` of MATLAB shape
(384 lat north to south, 576 lon west to east, [20 layers], 12 months); HDF5 shows the axes reversed.
The files hold no coordinates. ``published`` is the placement the published study used for its sites'
forcing; ``f05`` is CESM's own grid (latitudes -90..90 with the poles, longitudes -180, -179.375, ...),
half a cell further west, which matches the coasts of the fields better.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect, one_of
from proda_core.sources.locate import locate
from proda_core.sources.spherical_grid import LatLonGrid, from_centres
from proda_core.vocabulary.constants import MONTHS

CASE = "sasu_f05_g16_checked_step4_cesm2_ss_4da_661_680"
VARIABLE = "var_record_monthly_mean"
SHAPE = (384, 576)  # lat, lon
COORDINATES = ("published", "f05")
UNITS = {
    "NPP": "gC m-2 s-1",
    "GPP": "gC m-2 s-1",
    "TOTSOMC": "gC m-2",
    "TOTLITC": "gC m-2",
    "TOTVEGC": "gC m-2",
    "TOTECOSYSC": "gC m-2",
    "nbedrock": "1",
    "ALT": "m",
    "ALTMAX": "m",
    "ALTMAX_LASTYEAR": "m",
    "TSOI": "K",
    "SOILPSI": "MPa",
    "W_SCALAR": "1",
    "T_SCALAR": "1",
    "O_SCALAR": "1",
    "FPI_vr": "1",
    "CELLSAND": "%",
    "CWD_INPUT_ACC_VECTOR": "gC m-3 month-1",
    "LITR1_INPUT_ACC_VECTOR": "gC m-3 month-1",
    "LITR2_INPUT_ACC_VECTOR": "gC m-3 month-1",
    "LITR3_INPUT_ACC_VECTOR": "gC m-3 month-1",
}


def centres(coordinates: str = "published") -> tuple[np.ndarray, np.ndarray]:
    """Latitudes (384,) north to south and longitudes (576,) from -180, of one of the two conventions.

    >>> [centres(name)[1][0] for name in COORDINATES]
    [np.float64(-179.6875), np.float64(-180.0)]
    """
    rows, columns = SHAPE
    if one_of(coordinates, COORDINATES, "cesm_spinup: coordinates") == "published":
        return 90 - (np.arange(rows) + 0.5) * 180 / rows, -180 + (np.arange(columns) + 0.5) * 360 / columns
    return np.linspace(90.0, -90.0, rows), -180 + np.arange(columns) * 360 / columns


def grid(coordinates: str = "published") -> LatLonGrid:
    """The grid of the fields."""
    return from_centres(*centres(coordinates))


def file_of(directory: Path | str, name: str) -> Path:
    """The file of one field, e.g. TSOI."""
    return locate(directory, f"{CASE}_{name}.mat", f"*_{name}.mat", what="CESM2 spin-up")


def read(
    directory: Path | str,
    names: Iterable[str],
    *,
    bounds: tuple[float, float, float, float] = (-180.5, -90, 180.5, 90),
    coordinates: str = "published",
) -> xr.Dataset:
    """Fields (lat, lon, [layer], month) within ``bounds`` (west, south, east, north); NaN is ocean."""
    lat, lon = centres(coordinates)
    west, south, east, north = bounds
    rows = _range((lat >= south) & (lat <= north), "latitudes", bounds)
    columns = _range((lon >= west) & (lon <= east), "longitudes", bounds)
    fields = {}
    for name in names:
        field = read_window(file_of(directory, name), rows, columns)
        dims = ("lat", "lon", "month") if field.ndim == 3 else ("lat", "lon", "layer", "month")
        fields[name] = (dims, field, {"units": UNITS.get(name, "unknown")})
    axes = {
        "lat": ("lat", lat[rows], {"units": "degrees_north"}),
        "lon": ("lon", lon[columns], {"units": "degrees_east"}),
        "month": np.arange(1, MONTHS + 1),
    }
    attrs = {"title": "CESM2 spin-up, monthly means of years 661-680", "coordinates_from": coordinates}
    return xr.Dataset(fields, coords=axes, attrs=attrs)


def read_window(path: Path, rows: slice, columns: slice) -> np.ndarray:
    """A window (lat, lon, [layer], month) of one field, MATLAB's axis order restored."""
    with opened(path) as variable:
        try:
            window = variable[(slice(None),) * (variable.ndim - 2) + (columns, rows)]
        except (OSError, RuntimeError) as error:
            raise InputError(f"{path}: expected complete data, found them damaged ({error})") from error
    return np.ascontiguousarray(window.T, dtype=float)


@contextmanager
def opened(path: Path):
    """The variable of one file (month, [layer], lon, lat) as HDF5 shows it."""
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise InputError(
            f"{path}: expected MATLAB 7.3 (HDF5), found it unreadable or truncated ({error})"
        ) from error
    with file:
        expect(VARIABLE in file, f"{path}: expected variable {VARIABLE}, found {', '.join(file) or 'none'}")
        variable = file[VARIABLE]
        shape = variable.shape
        right = variable.ndim in (3, 4) and shape[0] == MONTHS and shape[-2:] == SHAPE[::-1]
        expect(right, f"{path}: expected shape (12, [layer], 576, 384), found {shape}")
        yield variable


def _range(inside: np.ndarray, what: str, bounds: tuple) -> slice:
    found = np.flatnonzero(inside)
    expect(len(found) > 0, f"cesm_spinup: expected {what} of the grid within {bounds}, found none")
    return slice(int(found[0]), int(found[-1]) + 1)
