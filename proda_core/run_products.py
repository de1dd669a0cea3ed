"""What several stages of a run derive from the same results: networks, their predictions, products.

It is computed again where it is needed, in seconds, instead of being stored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.mapping.parameter_maps import predict_map
from proda_core.mapping.soil_carbon import batch_draws
from proda_core.mapping.uncertainty import site_differences
from proda_core.network.ensemble import Ensemble
from proda_core.network.split import sites_in
from proda_core.records.maps import ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.study import Study
from proda_core.run_inputs import RunInputs

BOOTSTRAP_DRAWS = 500
LEAST_DIFFERENT = 30  # kept sites whose differences represent a study


def simple_products(batch: Posterior) -> dict[str, Any]:
    """Parameters of the products that are the same everywhere."""
    return {"default": None, "batch": batch_draws(batch)}


def networks(network: Ensemble, end_to_end: Ensemble | None) -> dict[str, Ensemble]:
    """The networks of a run, by name of the product."""
    return {"proda": network} | ({"end_to_end": end_to_end} if end_to_end else {})


def network_maps(
    inputs: RunInputs, end_to_end: Ensemble | None, parameter_map: ParameterMap
) -> dict[str, ParameterMap]:
    """Parameters on every cell, by network."""
    through_model = {"end_to_end": predict_on_cells(end_to_end, inputs.study)} if end_to_end else {}
    return {"proda": parameter_map} | through_model


def products(
    inputs: RunInputs, batch: Posterior, end_to_end: Ensemble | None, parameter_map: ParameterMap
) -> dict[str, Any]:
    """Parameters on every cell, by product of the map."""
    return simple_products(batch) | network_maps(inputs, end_to_end, parameter_map)


def predict_on_cells(network: Ensemble, study: Study) -> ParameterMap:
    """Predicted parameters and their spread between members (cell, parameter)."""
    place = study.cells_forcing.ds
    return predict_map(network, study.cells_covariates, lon=place["lon"].values, lat=place["lat"].values)


def predict_at_sites(
    inputs: RunInputs, network: Ensemble, end_to_end: Ensemble | None
) -> dict[str, xr.DataArray]:
    """Predicted parameters (site, parameter), by network."""
    found = networks(network, end_to_end)
    return {name: one.predict(inputs.covariates)["mean"] for name, one in found.items()}


def differences_at_sites(
    inputs: RunInputs, split: xr.Dataset, posterior: Posterior, network: Ensemble
) -> np.ndarray:
    """Differences between posterior and predicted parameters at sites that did not fit the network.

    These are the validation sites, on which training only stops; at sites that fitted its weights a network
    errs less than elsewhere. With fewer than LEAST_DIFFERENT kept ones, the training sites are used too.
    """
    sites = sites_in(split, "validation")
    if len(np.intersect1d(sites, posterior.kept)) < LEAST_DIFFERENT:
        sites = sites_in(split, "train", "validation")
    return site_differences(network, inputs.covariates, posterior, sites, seed=inputs.choices.seed)


def by_method(site_carbon: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return carbon (site, layer), by method."""
    carbon = site_carbon["carbon"]
    return {str(name): carbon.sel(product=name) for name in carbon["product"].values}


def score_parts(table: Callable, frame: pd.DataFrame, held_out: np.ndarray, seed: int) -> pd.DataFrame:
    """Return the table of the held-out sites, with bootstrap intervals, above that of all sites."""
    tested = table(frame[frame["site"].isin(held_out)], draws=BOOTSTRAP_DRAWS, seed=seed)
    everything = table(frame)
    tested.insert(0, "part", "held out")
    everything.insert(0, "part", "all")
    return pd.concat([tested, everything], ignore_index=True)
