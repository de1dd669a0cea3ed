"""Tasks of the maps: reference products, and the carbon profile of a cell or a site."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dashboard.jobs.messages import TaskContext
from dashboard.jobs.tasks.common import study
from proda_core.records.maps import ParameterMap
from proda_core.runs import Run

if TYPE_CHECKING:
    from proda_core.network.ensemble import Ensemble
    from proda_core.records.forcing import Forcing

Stocks = tuple[tuple[str, ...], np.ndarray]  # intervals, stock (interval, cell) [kgC m-2]


def reference_products(name: str, context: TaskContext) -> dict[str, Stocks]:
    """Return every reference product on the cells of a data set."""
    from proda_core.report.references import references

    cells = study(name).cells_forcing.ds
    lon, lat = cells["lon"].values, cells["lat"].values
    found = {}
    for product, record in references(study(name)).items():
        here = record.on_cells(lon, lat, cells["site"].values) if record.gridded else record
        stock = here.ds["stock"].transpose("interval", "cell").values.astype(np.float32)
        found[product] = here.intervals, stock
    return found


def cell_carbon(name: str, directory: str, cell: int, context: TaskContext) -> dict[str, np.ndarray]:
    """Return carbon of every product of a run at one cell, (layer) [gC m-3]."""
    from proda_core.run_study import study_of_run

    run = Run(Path(directory))
    products = _without_network(run)
    if "parameter_map" in run.finished:
        products["proda"] = run["parameter_map"].select([cell])
    if "end_to_end" in run.finished:
        written = run.path("end_to_end").stat().st_mtime_ns
        products["end_to_end"] = _end_to_end(name, directory, written).select([cell])
    return _profiles(run, products, study_of_run(run, study(name)).cells_forcing.select([cell]))


def site_carbon(name: str, directory: str, site: int, context: TaskContext) -> dict[str, np.ndarray]:
    """Return carbon of every product of a run at a site that is not stored in it, (layer) [gC m-3]."""
    from proda_core.run_study import study_of_run

    run, whole = Run(Path(directory)), study(name)
    products = _without_network(run)
    for product, stage in (("proda", "network"), ("end_to_end", "end_to_end")):
        if stage in run.finished:
            network = _network(directory, stage, run.path(stage).stat().st_mtime_ns)
            products[product] = network.predict(whole.covariates.select([site]))["mean"]
    return _profiles(run, products, study_of_run(run, whole).forcing.select([site]))


def _without_network(run: Run) -> dict[str, object]:
    """Return the parameters of the products that need no network: default and, if finished, batch."""
    from proda_core.mapping.soil_carbon import batch_draws

    return {"default": None} | ({"batch": batch_draws(run["batch"])} if "batch" in run.finished else {})


def _profiles(run: Run, products: dict[str, object], forcing: Forcing) -> dict[str, np.ndarray]:
    from proda_core.mapping.soil_carbon import soil_carbon
    from proda_core.run_study import model_of_run

    settings = model_of_run(run, forcing)
    return {name: soil_carbon(given, forcing, settings).values[0] for name, given in products.items()}


@lru_cache(maxsize=4)
def _network(directory: str, stage: str, written: int) -> Ensemble:
    return Run(Path(directory))[stage]


@lru_cache(maxsize=2)
def _end_to_end(name: str, directory: str, written: int) -> ParameterMap:
    """Return the parameters of every cell predicted by the network trained through the soil model."""
    from proda_core.mapping.parameter_maps import predict_map

    cells = study(name).cells_forcing.ds
    place = {axis: cells[axis].values for axis in ("lon", "lat")}
    return predict_map(_network(directory, "end_to_end", written), study(name).cells_covariates, **place)
