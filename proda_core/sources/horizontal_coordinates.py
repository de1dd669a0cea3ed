"""Latitude and longitude of a gridded file, under whatever names it has them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.checks import expect

NAMES = {
    "lat": ("lat", "latitude", "nav_lat", "xlat", "latixy", "y"),
    "lon": ("lon", "longitude", "nav_lon", "xlong", "longxy", "x"),
}
STANDARD = {"lat": "latitude", "lon": "longitude"}
UNITS = {
    "lat": ("degrees_north", "degree_north", "degrees_n", "degreesn"),
    "lon": ("degrees_east", "degree_east", "degrees_e", "degreese"),
}
WORLD = {"lat": 90.0, "lon": 360.0}


def with_lat_lon(ds: xr.Dataset, place: str) -> xr.Dataset:
    """Return the data set with its coordinates named lat and lon, longitudes as in the file.

    A coordinate is found by its standard_name or unit, and else by its name. A regular grid has dimensions
    lat and lon; other grids have two-dimensional coordinates or coordinates of cells.

    Raises InputError, which begins with ``place``, where there is none or it is not in degrees.
    """
    found = {axis: _find(ds, axis, place) for axis in NAMES}
    for axis, name in found.items():
        values = np.asarray(ds[name].values, float)
        inside = np.isfinite(values).all() and bool((np.abs(values) <= WORLD[axis] + 1e-6).all())
        expect(inside, f"{place}: {name}: expected {STANDARD[axis]}s in degrees, found {_range(values)}")
    renames = {name: axis for axis, name in found.items() if name != axis}
    twice = [axis for axis in renames.values() if axis in ds.variables]
    expect(not twice, f"{place}: expected one latitude and one longitude, found more: {', '.join(twice)}")
    return ds.rename(renames).set_coords(list(NAMES)) if renames else ds.set_coords(list(NAMES))


def turned_longitude(lon: np.ndarray) -> np.ndarray:
    """Return longitudes of -180 to 180 degrees, to 12 digits.

    >>> turned_longitude([0.0, 190.0, 359.5]).tolist()
    [0.0, -170.0, -0.5]
    """
    return np.round((np.asarray(lon, float) + 180.0) % 360.0 - 180.0, 12)


def _find(ds: xr.Dataset, axis: str, place: str) -> str:
    names = [str(name) for name in ds.variables]
    by_standard = [n for n in names if ds[n].attrs.get("standard_name") == STANDARD[axis]]
    by_unit = [n for n in names if str(ds[n].attrs.get("units", "")).lower() in UNITS[axis]]
    by_name = [n for wanted in NAMES[axis] for n in names if n.lower() == wanted]
    if axis in names:
        return axis
    found = by_standard or [n for n in by_name if n in by_unit] or by_name or by_unit
    expect(len(found) > 0, f"{place}: expected a coordinate '{axis}' or '{STANDARD[axis]}', found none")
    return found[0]


def _range(values: np.ndarray) -> str:
    return f"{np.nanmin(values):g} to {np.nanmax(values):g}" if np.isfinite(values).any() else "no numbers"
