"""Carbon stocks of several products on the same cells, by depth interval."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from proda_core.mapping.soil_carbon import Parameters, soil_carbon
from proda_core.records.forcing import Forcing
from proda_core.records.maps import CarbonMap
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, stock_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.soil_layers import LayerGrid


def carbon_map(
    products: Mapping[str, Parameters], cells_forcing: Forcing, settings: ModelSettings | None = None
) -> CarbonMap:
    """Stocks (product, interval, cell) [kgC m-2]: exact integrals of the layers' carbon.

    products : parameters by product name, e.g. {"default": None, "batch": draws, "proda": map};
        in any form accepted by :func:`proda_core.mapping.soil_carbon.soil_carbon`
    """
    stock = [stocks(soil_carbon(p, cells_forcing, settings), cells_forcing.grid) for p in products.values()]
    place = cells_forcing.ds[["lon", "lat", "cell_area", "land_fraction"]].rename(site="cell")
    ds = xr.concat(stock, dim="product").rename(site="cell").to_dataset(name="stock")
    ds = ds.assign_coords(product=list(products)).merge(place[["cell_area", "land_fraction", "lon", "lat"]])
    return CarbonMap(ds[["stock", "cell_area", "land_fraction", "lon", "lat"]])


def stocks(carbon: xr.DataArray, grid: LayerGrid) -> xr.DataArray:
    """Stocks (interval, site) [kgC m-2] of carbon densities (site, layer) [gC m-3]."""
    values = carbon.transpose("site", "layer").values @ stock_weights(grid).T / GRAMS_PER_KILOGRAM
    return xr.DataArray(
        np.ascontiguousarray(values.T),
        dims=("interval", "site"),
        coords={"interval": list(INTERVALS), "site": carbon["site"].values},
        attrs={"units": "kgC m-2", "long_name": "soil organic carbon stock"},
    )
