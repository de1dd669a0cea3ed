"""What the first page shows of a run: its maps beside a reference, and its scores; without its data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from dashboard.jobs.cache import Cache
from dashboard.jobs.runs import Runs, RunSummary
from dashboard.jobs.tasks.maps import Stocks
from proda_core.comparison.cells import reference_on_cells
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap
from proda_core.showcase import Showcase, showcase
from proda_core.studies import TEACHING

SHOWN = ("default", "batch", "proda")
KEPT = 6  # pictures held in memory


@dataclass(frozen=True, eq=False)
class OverviewData:
    """Maps of one run, the reference first if there is one, and its scores (None where it has none)."""

    choice: RunSummary
    carbon: CarbonMap
    reference: str
    scores: pd.DataFrame | None


class OverviewCache:
    """Pictures of runs, made once for all visitors."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._kept: Cache[OverviewData] = Cache(KEPT)
        self._showcase: Showcase | None = None

    def picture(self, choice: RunSummary, products: Mapping[str, Stocks] | None = None) -> OverviewData:
        """The picture of a run with maps; InputError where its files cannot be read.

        products : what others made of the same cells, if the showcase has nothing of them.
        """
        carbon = self._runs.carbon_map(choice.id)
        products = products or {}
        return self._kept.get_or_create(
            (choice, carbon, *products), lambda: self._made(choice, carbon, products)
        )

    def has_reference(self, data: str) -> bool:
        """Whether the showcase has a reference for the maps of a data set."""
        return data in TEACHING and self.showcase() is not None

    def showcase(self) -> Showcase | None:
        """The committed showcase, read once; None where it is not there."""
        if self._showcase is None:
            try:
                self._showcase = showcase()
            except (InputError, OSError):
                return None
        return self._showcase

    def places(self, data: str) -> pd.DataFrame | None:
        """Where the profiles of a run of the showcase lie; None for other data sets."""
        found = self.showcase() if data in TEACHING else None
        return None if found is None else found.observed

    def _made(self, choice: RunSummary, carbon: CarbonMap, products: Mapping[str, Stocks]) -> OverviewData:
        names = [name for name in SHOWN if name in carbon.products]
        carbon = CarbonMap(
            carbon.ds[["stock", "cell_area", "land_fraction", "lon", "lat"]].sel(product=names)
        )
        reference, carbon = self._beside(choice.study, carbon, products)
        return OverviewData(choice, carbon, reference, self._runs.scores(choice.id))

    def _beside(self, study: str, carbon: CarbonMap, products: Mapping[str, Stocks]) -> tuple[str, CarbonMap]:
        """The maps with the first reference map of the data set before them, on the same cells."""
        if self.has_reference(study):
            name, product = next(iter(self.showcase().references.items()))
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
