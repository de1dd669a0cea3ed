"""Carbon of every product at the measured sites, for comparison with the same observations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.mapping.soil_carbon import Parameters, soil_carbon
from proda_core.records.forcing import Forcing
from proda_core.soil_model.settings import ModelSettings

INTERVAL = ("carbon_q05", "carbon_q95")


def site_carbon(
    products: Mapping[str, Parameters],
    forcing: Forcing,
    *,
    others: Mapping[str, xr.DataArray],
    intervals: Mapping[str, xr.Dataset],
    settings: ModelSettings | None = None,
) -> xr.Dataset:
    """``carbon`` (product, site, layer) [gC m-3], and ``carbon_q05``, ``carbon_q95`` where they are given.

    others : carbon (site, layer) that does not come from parameters
    intervals : by product, with both variables (site, layer); NaN for products without
    settings : of the soil model, as for :func:`proda_core.mapping.soil_carbon.soil_carbon`
    """
    carbon = {name: soil_carbon(parameters, forcing, settings) for name, parameters in products.items()}
    first = next(iter(carbon.values()))
    carbon |= {name: _like(first, values) for name, values in others.items()}
    names = pd.Index(carbon, name="product")
    ds = xr.concat(carbon.values(), dim=names, combine_attrs="override").to_dataset(name="carbon")
    ds["carbon"].attrs = dict(first.attrs)
    nothing = xr.full_like(first, np.nan)
    for bound in INTERVAL:
        found = [_like(first, intervals[name][bound]) if name in intervals else nothing for name in carbon]
        attrs = {"units": "gC m-3", "long_name": f"soil organic carbon, {int(bound[-2:])} % quantile"}
        ds[bound] = xr.concat(found, dim=names, combine_attrs="drop").assign_attrs(attrs)
    return ds


def _like(first: xr.DataArray, values: xr.DataArray) -> xr.DataArray:
    """Values (site, layer) at the sites of ``first``, NaN where they have none."""
    values = values.reset_coords(drop=True).reindex(site=first["site"])
    return values.transpose("site", "layer").assign_coords(first.coords)
