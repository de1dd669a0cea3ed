"""Net primary production as the carbon input of the soil model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from shapely import box

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.sources import mod17

_CELL_DEGREES = 0.5
_SHARES = ("input_pool", "month")


def npp_at(path: Path, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return net primary production [gC m-2 yr-1] of the half-degree cells of some places, shape (place,).

    path : GeoTIFF of MOD17 (see :mod:`proda_core.sources.mod17`)

    NaN where the file has no value. Raises InputError for a file that cannot be read.
    """
    expect(path.exists(), f"--npp: expected a GeoTIFF of net primary production, found no {path}")
    region = box(lon.min(), lat.min(), lon.max() + _CELL_DEGREES, lat.max() + _CELL_DEGREES)
    npp = mod17.load(path, region=region)["npp"]
    places = {name: xr.DataArray(values, dims="place") for name, values in (("lon", lon), ("lat", lat))}
    return npp.sel(places, method="nearest", tolerance=_CELL_DEGREES / 2 + 1e-6).values


def with_annual_input(forcing: Forcing, annual: np.ndarray) -> Forcing:
    """Return forcing whose carbon input of a year is ``annual`` (site,) [gC m-2 yr-1], where above 0.

    It is shared between pools and months as before; where there was no input, as at the mean site.
    """
    given = forcing.ds["carbon_input"].transpose("site", *_SHARES)
    total = given.sum(_SHARES, skipna=False)
    has_input = (total > 0).values
    expect(has_input.any(), "carbon input: expected a site with carbon input to share out, found none")
    share = (given / total.where(total > 0)).to_numpy()
    share[~has_input] = share[has_input].mean(axis=0)
    replaced = np.asarray(annual) > 0
    values = np.where(replaced[:, None, None], share * np.where(replaced, annual, 0.0)[:, None, None], given)
    changed = given.copy(data=values).transpose(*forcing.ds["carbon_input"].dims)
    return Forcing(forcing.ds.assign(carbon_input=changed))
