"""Recovery of the truth: predicted maps of parameters and bulk processes against the true ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from proda_core.records.forcing import Forcing
from proda_core.records.maps import ParameterMap
from proda_core.soil_model.bulk_processes import bulk_processes

PARAMETER, BULK_PROCESS = "parameter", "bulk process"


def recovery(predicted: ParameterMap, truth: xr.Dataset, cells_forcing: Forcing) -> pd.DataFrame:
    """One row per parameter and bulk process, over the cells of both.

    correlation, rank_correlation : of the predicted and the true map
    spread : sd of the predicted map over that of the true one; below 1 the map varies too little

    truth : of :func:`proda_core.teaching.truth`; its ``cell_parameters`` are what covariates explain
    """
    cells = np.intersect1d(predicted.cells, truth["cell"].values)
    found = predicted.select(cells).ds["mean"].reset_coords(drop=True)
    planted = truth["cell_parameters"].sel(cell=cells).reset_coords(drop=True)
    planted = planted.sel(parameter=found["parameter"].values)
    rows = [
        _row(str(name), PARAMETER, found.sel(parameter=name), planted.sel(parameter=name))
        for name in found["parameter"].values
    ]
    forcing = cells_forcing.select(cells)
    of_found, of_planted = (bulk_processes(p.rename(cell="site"), forcing) for p in (found, planted))
    rows += [_row(str(name), BULK_PROCESS, of_found[name], of_planted[name]) for name in of_found.data_vars]
    return pd.DataFrame(rows)


def _row(name: str, kind: str, found: xr.DataArray, planted: xr.DataArray) -> dict:
    x, y = found.values, planted.values
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    even = bool(np.ptp(x) == 0 or np.ptp(y) == 0)  # variables that no parameter changes, such as plant input
    return {
        "name": name,
        "kind": kind,
        "correlation": np.nan if even else float(np.corrcoef(x, y)[0, 1]),
        "rank_correlation": np.nan if even else float(stats.spearmanr(x, y).statistic),
        "spread": np.nan if even else float(x.std() / y.std()),
        "cells": int(known.sum()),
    }
