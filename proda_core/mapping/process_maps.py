"""Bulk processes and residence time on every cell, by product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import xarray as xr

from proda_core.mapping.soil_carbon import Parameters
from proda_core.records.forcing import Forcing
from proda_core.records.maps import ParameterMap
from proda_core.soil_model.bulk_processes import bulk_processes
from proda_core.soil_model.diagnostics import diagnose
from proda_core.soil_model.settings import ModelSettings


def process_map(
    products: Mapping[str, Parameters], cells_forcing: Forcing, settings: ModelSettings | None = None
) -> xr.Dataset:
    """The six bulk processes and ``residence_time`` [yr] (product, cell), units in the attributes.

    products : as for :func:`proda_core.mapping.carbon_maps.carbon_map`; draws are replaced by their mean
    """
    found = [_of_one(_one_set(p), cells_forcing, settings) for p in products.values()]
    ds = xr.concat(found, dim="product", combine_attrs="override").assign_coords(product=list(products))
    place = cells_forcing.ds[["lon", "lat", "cell_area", "land_fraction"]]
    return ds.merge(place.drop_vars([n for n in place.coords if n != "site"])).rename(site="cell")


def _of_one(parameters, forcing: Forcing, settings: ModelSettings | None) -> xr.Dataset:
    settings = None if settings is None else replace(settings, texture=parameters is None)
    ds = bulk_processes(parameters, forcing, settings=settings)
    return ds.assign(residence_time=diagnose(parameters, forcing, settings=settings)["column_residence_time"])


def _one_set(parameters: Parameters) -> Parameters:
    """One set of parameters per cell: of a map its mean, of draws their mean."""
    if isinstance(parameters, ParameterMap):
        return parameters.ds["mean"].rename(cell="site")
    if isinstance(parameters, xr.DataArray) and "draw" in parameters.dims:
        return parameters.mean("draw")
    return parameters
