"""Small records made of random numbers, valid at the door, for tests to bend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.records.study import QUALITY_COLUMNS, Study
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

SITES = np.array([3, 7, 8, 20])


def profiles_dataset(sites: np.ndarray = SITES, seed: int = 0) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    size = rng.integers(0, 6, len(sites))
    size[:2] = 4, 1
    n = size.sum()
    return xr.Dataset(
        {
            "lon": ("profile", rng.uniform(-80, -70, len(sites))),
            "lat": ("profile", rng.uniform(40, 45, len(sites))),
            "profile_id": ("profile", rng.integers(0, 999, len(sites))),
            "place": ("profile", np.arange(len(sites))),
            "row_size": ("profile", size),
            "depth": ("observation", rng.uniform(0.01, 2, n)),
            "carbon": ("observation", rng.uniform(1e3, 9e4, n)),
            "usable": ("observation", np.zeros(n, np.int8)),
        },
        coords={"profile": sites},
    )


def forcing_dataset(sites: np.ndarray = SITES, grid: str = "clm5_20", seed: int = 0) -> xr.Dataset:
    rng, layers = np.random.default_rng(seed), GRIDS[grid].size
    shape, column, surface = (len(sites), layers, 12), ("site", "layer", "month"), ("site", "month")
    return xr.Dataset(
        {
            "lon": ("site", rng.uniform(-80, -70, len(sites))),
            "lat": ("site", rng.uniform(40, 45, len(sites))),
            "soil_temperature": (column, rng.uniform(270, 295, shape)),
            "water_scalar": (column, rng.uniform(0.05, 1, shape)),
            "oxygen_scalar": (column, np.ones(shape)),
            "nitrogen_scalar": (column, rng.uniform(0.1, 1, shape)),
            "sand": (("site", "layer"), rng.uniform(5, 90, shape[:2])),
            "carbon_input": (("site", "input_pool", "month"), rng.uniform(0, 30, (len(sites), 4, 12))),
            "altmax": (surface, np.full((len(sites), 12), 42.0)),
            "altmax_last_year": (surface, np.full((len(sites), 12), 42.0)),
            "nbedrock": (surface, np.full((len(sites), 12), layers - 2.0)),
        },
        coords={"site": sites, "input_pool": list(INPUT_POOLS)},
        attrs={"grid": grid},
    )


def covariates_dataset(sites: np.ndarray = SITES, seed: int = 0) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    flags = {"flag_values": [1, 2, 5], "flag_meanings": "sand loam clay_loam"}
    return xr.Dataset(
        {
            "zebra": ("site", rng.normal(size=len(sites)), {"units": "K"}),
            "texture": ("site", rng.choice([1, 2, 5, -1], len(sites)).astype(np.int16), flags),
            "apple": ("site", rng.normal(size=len(sites)), {"units": "1"}),
        },
        coords={"site": sites},
    )


def posterior_dataset(sites: np.ndarray = SITES, seed: int = 0) -> xr.Dataset:
    rng, names = np.random.default_rng(seed), ["q10", "efolding", "beta"]
    per_parameter = (len(sites), len(names))
    return xr.Dataset(
        {
            "draws": (
                ("site", "chain", "draw", "parameter"),
                rng.uniform(0, 1, (len(sites), 2, 5, len(names))),
            ),
            "mean": (("site", "parameter"), rng.uniform(0, 1, per_parameter)),
            "sd": (("site", "parameter"), rng.uniform(0, 1, per_parameter)),
            "acceptance": (("site", "chain"), rng.uniform(0, 1, (len(sites), 2))),
            "verdict": ("site", np.arange(len(sites), dtype=np.int8) % 2),
        },
        coords={"site": sites, "parameter": names},
        attrs={"schedule": "{}", "seed": 1},
    )


def parameter_map_dataset(cells: np.ndarray = SITES) -> xr.Dataset:
    return xr.Dataset(
        {
            "mean": (("cell", "parameter"), np.ones((len(cells), 2))),
            "lon": ("cell", np.linspace(-80, -70, len(cells))),
            "lat": ("cell", np.linspace(40, 45, len(cells))),
        },
        coords={"cell": cells, "parameter": ["q10", "beta"]},
    )


def carbon_map_dataset(cells: np.ndarray = SITES) -> xr.Dataset:
    stock = np.arange(2.0 * 2 * len(cells)).reshape(2, 2, len(cells))
    return xr.Dataset(
        {
            "stock": (("product", "interval", "cell"), stock),
            "lon": ("cell", np.linspace(-80, -70, len(cells))),
            "lat": ("cell", np.linspace(40, 45, len(cells))),
            "cell_area": ("cell", np.full(len(cells), 2e9)),
            "land_fraction": ("cell", np.full(len(cells), 0.5)),
        },
        coords={"cell": cells, "product": ["default", "proda"], "interval": ["0-30", "0-100"]},
    )


def study(sites: np.ndarray = SITES, cells: np.ndarray = np.arange(5)) -> Study:
    area = {"cell_area": ("site", np.full(len(cells), 2e9)), "land_fraction": ("site", np.ones(len(cells)))}
    row = (int(sites[0]), 99, 2, 0.5, "9 m", "too deep", "observation left out")
    return Study(
        name="sample",
        title="a sample",
        synthetic=True,
        profiles=Profiles(profiles_dataset(sites)),
        forcing=Forcing(forcing_dataset(sites)),
        covariates=Covariates(covariates_dataset(sites)),
        cells_forcing=Forcing(forcing_dataset(cells).assign(area)),
        cells_covariates=Covariates(covariates_dataset(cells)),
        quality=pd.DataFrame([row], columns=list(QUALITY_COLUMNS)),
        provenance={"licence": "MIT"},
    )


def every_record(sites: np.ndarray = SITES) -> list:
    return [
        Profiles(profiles_dataset(sites)),
        Forcing(forcing_dataset(sites)),
        Covariates(covariates_dataset(sites)),
        Posterior(posterior_dataset(sites)),
        ParameterMap(parameter_map_dataset(sites)),
        CarbonMap(carbon_map_dataset(sites)),
    ]
