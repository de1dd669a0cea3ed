"""A handful of cells with forcing that differs from one to the next."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import INPUT_POOLS

CELLS = np.array([0, 3, 4, 9])


@pytest.fixture
def forcing() -> Forcing:
    rng = np.random.default_rng(2)
    column, surface = ("site", "layer", "month"), ("site", "month")
    n, season = len(CELLS), np.cos(np.arange(12) / 12 * 2 * np.pi)
    depth = np.exp(-np.arange(20) / 5)
    warm = 280 + rng.uniform(0, 8, n)[:, None, None] - 10 * depth[:, None] * season
    return Forcing(
        xr.Dataset(
            {
                "lon": ("site", -75 + 0.5 * np.arange(n)),
                "lat": ("site", np.full(n, 42.25)),
                "soil_temperature": (column, warm),
                "water_scalar": (column, rng.uniform(0.3, 0.9, (n, 20, 12))),
                "oxygen_scalar": (column, np.ones((n, 20, 12))),
                "nitrogen_scalar": (column, np.full((n, 20, 12), 0.7)),
                "sand": (("site", "layer"), rng.uniform(20, 70, (n, 20))),
                "carbon_input": (("site", "input_pool", "month"), rng.uniform(1, 20, (n, 4, 12))),
                "altmax": (surface, np.full((n, 12), 8.0)),
                "altmax_last_year": (surface, np.full((n, 12), 8.0)),
                "nbedrock": (surface, np.full((n, 12), 14.0)),
                "cell_area": ("site", np.full(n, 2.3e9)),
                "land_fraction": ("site", np.array([1.0, 0.5, 1.0, 0.0])),
            },
            coords={"site": CELLS, "input_pool": list(INPUT_POOLS)},
            attrs={"grid": "clm5_20"},
        )
    )


@pytest.fixture
def covariates() -> Covariates:
    ds = xr.Dataset(coords={"site": CELLS})
    ds["Lon"] = ("site", -75 + 0.5 * np.arange(len(CELLS)), {"units": "degrees_east"})
    ds["Lat"] = ("site", np.full(len(CELLS), 42.25), {"units": "degrees_north"})
    return Covariates(ds)


@pytest.fixture
def parameters() -> xr.DataArray:
    """Parameters (site, parameter) near the middle of the prior, different at every cell."""
    prior = PRIORS["proda"]
    unit = np.random.default_rng(4).uniform(0.3, 0.7, (len(CELLS), 21))
    return xr.DataArray(
        prior.to_physical(unit),
        dims=("site", "parameter"),
        coords={"site": CELLS, "parameter": list(prior.names)},
    )
