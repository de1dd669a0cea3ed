"""Our products and the references on the same cells, as one record to keep."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from proda_core.comparison.cells import reference_on_cells
from proda_core.records.maps import CarbonMap
from proda_core.records.products import Product


def joined_maps(carbon: CarbonMap, references: Mapping[str, Product]) -> CarbonMap:
    """Stocks (product, interval, cell) of the run and of the references; NaN where a product has none."""
    others = [reference_on_cells(product, carbon, name).ds["stock"] for name, product in references.items()]
    stock = carbon.ds["stock"]
    joined = xr.concat(
        [stock, *(o.reindex(interval=stock["interval"]) for o in others)],
        dim="product",
        coords="minimal",
        compat="override",
        join="override",
        combine_attrs="override",
    )
    place = carbon.ds[["lon", "lat", "cell_area", "land_fraction"]]
    return CarbonMap(place.assign(stock=joined.transpose("product", "interval", "cell")))
