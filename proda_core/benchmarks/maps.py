"""Cost of maps: every product and interval on a half-degree continent, and a pixel of a fine map."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import xarray as xr

from proda_core.benchmarks.columns import random_forcing
from proda_core.benchmarks.network import random_covariates
from proda_core.benchmarks.steps import OnProgress, Steps
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.parameter_maps import predict_map
from proda_core.mapping.process_maps import process_map
from proda_core.mapping.soil_carbon import BATCH_DRAWS
from proda_core.mapping.uncertainty import DRAWS, with_uncertainty
from proda_core.network import encoding
from proda_core.network.ensemble import Ensemble
from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import PRESETS
from proda_core.network.trained import TrainedNetwork
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.vocabulary.parameters import PRIORS

CELLS, SITES = 3_300, 4_000
_TARGET = 5.0  # s
_PRIOR = PRIORS["proda"]


def measure(quick: bool = False, on_progress: OnProgress | None = None) -> list[dict]:
    """Return rows of name, value, unit and target, of random cells and untrained networks."""
    step = Steps(5, on_progress)
    step("making cells up")
    cells, sites = (300, 400) if quick else (CELLS, SITES)
    forcing, covariates = _forcing(cells), random_covariates(cells, seed=1)
    training = random_covariates(sites, seed=2)
    networks = {name: _untrained(training, seed) for seed, name in enumerate(("proda", "end_to_end"))}
    place = {"lon": forcing.ds["lon"].values, "lat": forcing.ds["lat"].values}
    differences = {"proda": np.random.default_rng(3).normal(0, 0.3, (DRAWS, len(_PRIOR.names)))}
    carbon_map({"default": None}, forcing)  # compiles

    def products() -> dict:
        maps = {name: predict_map(one, covariates, **place) for name, one in networks.items()}
        return {"default": None, "batch": _draws()} | maps

    step("parameters")
    predicted, first = _timed(products)
    step("stocks")
    stocks, second = _timed(lambda: carbon_map(predicted, forcing))
    choices = {"differences": differences, "training": training}
    step("uncertainties")
    _, third = _timed(lambda: with_uncertainty(stocks, networks, covariates, forcing, **choices))
    step("bulk processes")
    _, fourth = _timed(lambda: process_map(predicted, forcing))
    total = first + second + third + fourth
    return [
        _row(f"parameters of two networks, {cells} cells", first),
        _row(f"stocks of four products, five intervals, {BATCH_DRAWS} batch draws", second),
        _row("both uncertainties and the flag", third),
        _row("bulk processes and residence time", fourth),
        _row("all maps together", total, None if quick else _TARGET),
    ]


def _timed(compute: Callable) -> tuple:
    began = time.perf_counter()
    return compute(), time.perf_counter() - began


def _forcing(cells: int) -> Forcing:
    ds = random_forcing("clm5_20", cells, seed=4).ds
    whole = {"cell_area": ("site", np.full(cells, 2.3e9)), "land_fraction": ("site", np.ones(cells))}
    return Forcing(ds.assign(whole))


def _untrained(training: Covariates, seed: int) -> Ensemble:
    """Five untrained networks, which predict as fast as trained ones."""
    import torch

    settings = PRESETS["modern"]
    encoder = encoding.fit(training, settings)
    shape = (encoder.width, encoder.categories, len(_PRIOR.names), settings)
    members = []
    for member in range(settings.members):
        weights = ParameterNetwork(*shape, torch.Generator().manual_seed(10 * seed + member)).state_dict()
        members.append(TrainedNetwork(settings, encoder, _PRIOR, weights, member, history=None))
    return Ensemble(tuple(members))


def _draws() -> xr.DataArray:
    unit = np.random.default_rng(5).uniform(0.3, 0.7, (BATCH_DRAWS, len(_PRIOR.names)))
    coords = {"parameter": list(_PRIOR.names)}
    return xr.DataArray(_PRIOR.to_physical(unit), dims=("draw", "parameter"), coords=coords)


def _row(name: str, seconds: float, target: float | None = None) -> dict:
    return {"name": name, "value": seconds, "unit": "s", "target": target}
