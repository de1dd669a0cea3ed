"""The maps of a run and the observed stocks on the same cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.comparison.cells import CELL_SIZE
from proda_core.comparison.convergence import run_disagrees
from proda_core.comparison.identified import spread_ratios
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.study import Study
from proda_core.runs import Run
from proda_core.vocabulary.depth_intervals import INTERVALS


@dataclass(frozen=True, eq=False)
class RunMaps:
    """One run: stocks, parameters and processes on its cells; observed stocks (interval, cell) [kgC m-2].

    spread_ratios : posterior over prior standard deviation by parameter, as far as known
    """

    carbon: CarbonMap
    parameters: ParameterMap | None
    processes: xr.Dataset | None
    observed: np.ndarray | None
    spread_ratios: Mapping[str, float] = field(default_factory=dict)
    batch_disagrees: bool = False  # whether the chains of its batch have not converged


def cell_means(stocks: pd.DataFrame, study: Study, carbon: CarbonMap) -> np.ndarray:
    """Return the mean observed stock of each cell, (interval, cell) [kgC m-2]; NaN without a profile.

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
    """Return the index of the cell that contains each site, NaN where there is none; by site number."""
    lon, lat = carbon.ds["lon"].values, carbon.ds["lat"].values
    ds = study.profiles.ds
    table = {
        (round(2 * x), round(2 * y)): i
        for i, (x, y) in enumerate(zip(lon - CELL_SIZE / 2, lat - CELL_SIZE / 2))
    }
    west, south = np.floor(2 * ds["lon"].values), np.floor(2 * ds["lat"].values)
    cells = [table.get((int(x), int(y)), np.nan) for x, y in zip(west, south)]
    return pd.Series(cells, index=study.sites)


def read_run_maps(run: Run, study: Study) -> RunMaps:
    """Read the maps of a run; InputError if it has none yet."""
    if "carbon_map" not in run.finished:
        raise InputError(f"Run {run.id}: expected a finished carbon map, found none")
    finished, carbon = run.finished, run["carbon_map"]
    parameters = run["parameter_map"] if "parameter_map" in finished else None
    processes = run["process_map"] if "process_map" in finished else None
    observed = cell_means(run["stocks"], study, carbon) if "stocks" in finished else None
    ratios = spread_ratios(run).to_dict()
    return RunMaps(carbon, parameters, processes, observed, ratios, run_disagrees(run))
