"""Maps and scores of a run for the first page, beside a reference map; needs no open data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import xarray as xr

from dashboard.jobs.runs import RunSummary
from dashboard.jobs.tasks.maps import Stocks
from proda_core.comparison.cells import reference_on_cells
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap
from proda_core.showcase import Showcase, showcase
from proda_core.studies import TEACHING

PRODUCTS = ("default", "batch", "proda")


@dataclass(frozen=True, eq=False)
class OverviewData:
    """Maps of one run, the reference first if there is one, and its scores.

    reference : name of the reference product, "" without one
    scores : None where the run has none
    kept : share of profiles that may train a network, beside the published one; "" where it is unknown
    """

    choice: RunSummary
    carbon: CarbonMap
    reference: str
    scores: pd.DataFrame | None
    kept: str = ""


def has_reference(data: str) -> bool:
    """Whether the showcase has a reference for the maps of a data set."""
    return data in TEACHING and _showcase() is not None


def read_overview(
    run: RunSummary,
    carbon: CarbonMap,
    products: Mapping[str, Stocks],
    scores: pd.DataFrame | None,
    kept: str = "",
) -> OverviewData:
    """Return the maps of a run that the first page shows, with the first reference map of its data set.

    products : reference products of the same cells, used where the showcase has none
    """
    names = [name for name in PRODUCTS if name in carbon.products]
    carbon = CarbonMap(carbon.ds[["stock", "cell_area", "land_fraction", "lon", "lat"]].sel(product=names))
    reference, carbon = _with_reference(run.study, carbon, products)
    return OverviewData(run, carbon, reference, scores, kept)


def _with_reference(study: str, carbon: CarbonMap, products: Mapping[str, Stocks]) -> tuple[str, CarbonMap]:
    """Return the name of the reference and the maps with it first, on the same cells; "" without one."""
    if has_reference(study):
        name, product = next(iter(_showcase().references.items()))
        other = reference_on_cells(product, carbon, name).ds["stock"]
    elif alike := {n: p for n, p in products.items() if p[1].shape[1] == len(carbon.cells)}:
        name, (known, stock) = next(iter(alike.items()))
        axes = {"product": [name], "interval": list(known), "cell": carbon.ds["cell"].values}
        other = xr.DataArray(stock[None], dims=tuple(axes), coords=axes)
    else:
        return "", carbon
    intervals = [i for i in carbon.ds["interval"].values if i in other["interval"].values]
    stocks = [stock.sel(interval=intervals) for stock in (other, carbon.ds["stock"])]
    both = xr.concat([s.reset_coords(drop=True) for s in stocks], "product", combine_attrs="override")
    place = carbon.ds[["cell_area", "land_fraction", "lon", "lat"]]
    place = place.drop_vars(["product", "interval"], errors="ignore")
    return name, CarbonMap(place.merge(both.to_dataset(name="stock")))


def _showcase() -> Showcase | None:
    """Return the committed showcase; None where it is missing or cannot be read."""
    try:
        return _read_showcase()
    except (InputError, OSError):
        return None


@lru_cache(maxsize=1)
def _read_showcase() -> Showcase:
    return showcase()
