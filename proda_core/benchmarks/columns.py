"""Random forcing for benchmarks, within the ranges of real forcing."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model.column import Column, column_of
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.constants import MONTHS
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS


def random_forcing(grid: str, sites: int, seed: int) -> Forcing:
    """Forcing of many sites: damped annual temperature wave, random water, inputs and bedrock."""
    rng = np.random.default_rng(seed)
    layers = GRIDS[grid]
    column, surface = (sites, layers.size, MONTHS), (sites, MONTHS)
    season = np.cos(2 * np.pi * (np.arange(MONTHS) - 6.5) / MONTHS)
    damped = 12.0 * np.exp(-layers.layer_node / 2.0)[:, None] * season
    temperature = rng.uniform(275, 295, (sites, 1, 1)) + damped + rng.normal(0, 0.5, column)
    bedrock = np.repeat(rng.integers(layers.size - 6, layers.size + 1, (sites, 1)), MONTHS, axis=1)
    dims = ("site", "layer", "month")
    ds = xr.Dataset(
        {
            "lon": ("site", rng.uniform(-120, -70, sites)),
            "lat": ("site", rng.uniform(28, 48, sites)),
            "soil_temperature": (dims, temperature),
            "water_scalar": (dims, rng.uniform(0.05, 1.0, column)),
            "soil_water_potential": (dims, -np.exp(rng.uniform(np.log(1e-3), np.log(3.0), column))),
            "oxygen_scalar": (dims, rng.uniform(0.7, 1.0, column)),
            "nitrogen_scalar": (dims, rng.uniform(0.5, 1.0, column)),
            "sand": (("site", "layer"), rng.uniform(10, 90, (sites, layers.size))),
            "carbon_input": (("site", "input_pool", "month"), rng.uniform(1, 20, (sites, 4, MONTHS))),
            "altmax": (("site", "month"), np.full(surface, 40.0)),
            "altmax_last_year": (("site", "month"), np.full(surface, 40.0)),
            "nbedrock": (("site", "month"), bedrock.astype(float)),
        },
        coords={"site": np.arange(sites), "input_pool": list(INPUT_POOLS)},
        attrs={"grid": grid, "title": "Made-up forcing for benchmarks"},
    )
    return Forcing(ds)


def one_dense_column(grid: str) -> tuple[np.ndarray, Column, ModelSettings]:
    """One site in the form of the matrix model, with mid-prior parameters."""
    prior = PRIORS["binn"]
    column = column_of(random_forcing(grid, 1, seed=1), 0)
    return prior.full(prior.to_physical(np.full(len(prior.names), 0.5))), column, ModelSettings(grid=grid)
