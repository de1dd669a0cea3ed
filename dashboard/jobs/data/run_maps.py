"""Everything of a run that lies on cells, and the products it is compared with on the same cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from dashboard.jobs.cache import Cache
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.study import Study
from proda_core.runs import Run
from proda_core.vocabulary.depth_intervals import INTERVALS

KEPT = 8  # runs held in memory
HALF_CELL = 0.25  # degrees


@dataclass(frozen=True, eq=False)
class RunMaps:
    """One run: stocks, parameters and processes on its cells; observed stocks (interval, cell) [kgC m-2]."""

    carbon: CarbonMap
    parameters: ParameterMap | None
    processes: xr.Dataset | None
    observed: np.ndarray | None


class RunMapsCache:
    """Maps of runs, read once for all visitors."""

    def __init__(self) -> None:
        self._kept: Cache[RunMaps] = Cache(KEPT)

    def of(self, run: Run, study: Study) -> RunMaps:
        """The maps of a run; InputError if it has none yet."""
        if "carbon_map" not in run.finished:
            raise InputError(f"Run {run.id}: expected a finished carbon map, found none")
        return self._kept.get_or_create((run.directory, len(run.finished)), lambda: _read(run, study))


def cell_means(stocks: pd.DataFrame, study: Study, carbon: CarbonMap) -> np.ndarray:
    """Mean observed stock (interval, cell) [kgC m-2] of the profiles in each cell; NaN without one.

    stocks : one row per site and interval, with the column ``observed``
    """
    cell = cell_index(study, carbon)
    found = np.full((len(INTERVALS), len(carbon.cells)), np.nan, np.float32)
    rows = stocks.assign(cell=cell.reindex(stocks["site"]).to_numpy()).dropna(subset=["cell", "observed"])
    means = rows.groupby(["interval", "cell"])["observed"].mean()
    for number, interval in enumerate(INTERVALS):
        if interval in means.index.get_level_values(0):
            here = means.loc[interval]
            found[number, here.index.to_numpy(int)] = here.to_numpy()
    return found


def cell_index(study: Study, carbon: CarbonMap) -> pd.Series:
    """Position of the cell that every site lies in, NaN where there is none; by site number."""
    lon, lat = carbon.ds["lon"].values, carbon.ds["lat"].values
    ds = study.profiles.ds
    table = {
        (round(2 * x), round(2 * y)): i for i, (x, y) in enumerate(zip(lon - HALF_CELL, lat - HALF_CELL))
    }
    west, south = np.floor(2 * ds["lon"].values), np.floor(2 * ds["lat"].values)
    cells = [table.get((int(x), int(y)), np.nan) for x, y in zip(west, south)]
    return pd.Series(cells, index=study.sites)


def _read(run: Run, study: Study) -> RunMaps:
    finished, carbon = run.finished, run["carbon_map"]
    parameters = run["parameter_map"] if "parameter_map" in finished else None
    processes = run["process_map"] if "process_map" in finished else None
    observed = cell_means(run["stocks"], study, carbon) if "stocks" in finished else None
    return RunMaps(carbon, parameters, processes, observed)
