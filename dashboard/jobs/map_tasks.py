"""What a worker process does for the maps: reference products, and the carbon profile of one cell."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dashboard.jobs.messages import Report
from dashboard.jobs.tasks import study
from proda_core.records.maps import ParameterMap
from proda_core.runs import Run

Stocks = tuple[tuple[str, ...], np.ndarray]  # intervals, stock (interval, cell) [kgC m-2]


def reference_products(name: str, report: Report) -> dict[str, Stocks]:
    """Every product that can be laid beside the maps of a data set, on its cells."""
    from proda_core.report.references import references

    cells = study(name).cells_forcing.ds
    lon, lat = cells["lon"].values, cells["lat"].values
    found = {}
    for product, record in references(study(name)).items():
        here = record.on_cells(lon, lat, cells["site"].values) if record.gridded else record
        stock = here.ds["stock"].transpose("interval", "cell").values.astype(np.float32)
        found[product] = here.intervals, stock
    return found


def cell_carbon(name: str, directory: str, cell: int, report: Report) -> dict[str, np.ndarray]:
    """Carbon of every product of a run by layer at one cell, (layer) [gC m-3]."""
    from proda_core.journey import batch_draws
    from proda_core.mapping.soil_carbon import soil_carbon

    run, forcing = Run(directory), study(name).cells_forcing.select([cell])
    products = {"default": None, "batch": batch_draws(run["batch"])}
    if "parameter_map" in run.finished:
        products["proda"] = run["parameter_map"].select([cell])
    if "end_to_end" in run.finished:
        written = run.path("end_to_end").stat().st_mtime_ns
        products["end_to_end"] = _end_to_end(name, directory, written).select([cell])
    return {product: soil_carbon(p, forcing).values[0] for product, p in products.items()}


@lru_cache(maxsize=2)
def _end_to_end(name: str, directory: str, written: int) -> ParameterMap:
    """Parameters of every cell as the network trained through the soil model predicts them."""
    from proda_core.mapping.parameter_maps import predict_map

    cells = study(name).cells_forcing.ds
    place = {axis: cells[axis].values for axis in ("lon", "lat")}
    return predict_map(Run(directory)["end_to_end"], study(name).cells_covariates, **place)
