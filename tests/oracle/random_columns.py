"""Random forcing and parameters for tests: wet and dry, warm and frozen, deep and shallow soils."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model.column import Column
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

MONTH = np.arange(12)
DEEP = 42.0  # m, active layer of ground without permafrost


def random_parameters(n: int, seed: int, prior: str = "proda") -> np.ndarray:
    """Draw parameters from a prior, completed with defaults: (n, parameter), physical units."""
    chosen = PRIORS[prior]
    unit = np.random.default_rng(seed).uniform(1e-9, 1 - 1e-9, (n, len(chosen.names)))
    return chosen.full(chosen.to_physical(unit))


def random_forcing(n: int, seed: int, grid: str = "clm5_20") -> Forcing:
    """Draw n columns; of ten, two have permafrost, half a one never thaws, five have bedrock."""
    rng = np.random.default_rng(seed)
    layers = GRIDS[grid]
    altmax, last_year = _active_layer(rng, n)
    nbedrock = _bedrock(rng, n, layers.size)
    column = ("site", "layer", "month")
    shape = (n, layers.size, 12)
    in_rock = np.arange(layers.size)[:, None] >= nbedrock[:, None, :]
    water = np.where(in_rock, 0.05, _season(rng, shape, 0.02, 1.0))
    dataset = xr.Dataset(
        {
            "lon": ("site", rng.uniform(-180, 180, n)),
            "lat": ("site", rng.uniform(-60, 75, n)),
            "soil_temperature": (column, _temperature(rng, n, layers.layer_node)),
            "water_scalar": (column, water),
            "soil_water_potential": (column, -(10 ** rng.uniform(-3.5, 1.0, shape))),
            "oxygen_scalar": (column, _season(rng, shape, 0.1, 1.0)),
            "nitrogen_scalar": (column, _season(rng, shape, 0.3, 1.0)),
            "sand": (("site", "layer"), rng.uniform(3, 97, (n, layers.size))),
            "carbon_input": (("site", "input_pool", "month"), _input(rng, n)),
            "altmax": (("site", "month"), altmax),
            "altmax_last_year": (("site", "month"), last_year),
            "nbedrock": (("site", "month"), nbedrock.astype(float)),
        },
        coords={"site": np.arange(n), "input_pool": list(INPUT_POOLS)},
        attrs={"grid": grid},
    )
    return Forcing(dataset)


def _temperature(rng, n: int, node: np.ndarray) -> np.ndarray:
    mean = rng.uniform(258, 300, (n, 1, 1))
    damping = np.exp(-node / 2.5)[:, None]
    wave = np.sin(2 * np.pi * (MONTH / 12 - rng.uniform(size=(n, 1, 1))) - node[:, None] / 2.5)
    return mean + rng.uniform(0, 18, (n, 1, 1)) * damping * wave


def _season(rng, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    middle = rng.uniform(low, high, (shape[0], 1, 1))
    swing = rng.uniform(0, 0.4, (shape[0], 1, 1)) * np.sin(2 * np.pi * (MONTH / 12 - rng.uniform()))
    return np.clip(middle + swing + rng.normal(0, 0.1, shape), low, high)


def _input(rng, n: int) -> np.ndarray:
    annual = 10 ** rng.uniform(1.0, 3.1, (n, 1, 1))
    streams = rng.dirichlet([1, 1, 2, 1], n)[:, :, None]
    return annual * streams * rng.dirichlet(np.full(12, 0.7), (n, len(INPUT_POOLS)))


def _active_layer(rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    kind = rng.uniform(size=(n, 1))
    shallow = rng.uniform(0.02, 2.4, (n, 1))
    altmax = np.where(kind < 0.05, 0.0, np.where(kind < 0.25, shallow, DEEP))
    drift = np.where(kind < 0.25, rng.uniform(0.7, 1.3, (n, 12)), 1.0)
    return altmax * np.ones(12), altmax * drift


def _bedrock(rng, n: int, layers: int) -> np.ndarray:
    shallow = rng.integers(3, layers, (n, 1))
    constant = np.where(rng.uniform(size=(n, 1)) < 0.5, shallow, layers) * np.ones(12, dtype=int)
    rising = np.clip(constant - rng.integers(0, 3, (n, 12)), 2, layers)
    return np.where(rng.uniform(size=(n, 1)) < 0.1, rising, constant)


def forcing_of(columns: list[Column], grid: str = "clm5_20") -> Forcing:
    """Put single columns together to the record that the package takes."""
    dims = {"carbon_input": ("site", "input_pool", "month"), "sand": ("site", "layer")}
    surface = ("altmax", "altmax_last_year", "nbedrock")
    names = [name for name in Column.__dataclass_fields__ if getattr(columns[0], name) is not None]
    arrays = {name: np.stack([getattr(column, name) for column in columns]) for name in names}
    n = len(columns)
    dataset = xr.Dataset(
        {
            name: (
                dims.get(name, ("site", "month") if name in surface else ("site", "layer", "month")),
                array,
            )
            for name, array in arrays.items()
        }
        | {"lon": ("site", np.zeros(n)), "lat": ("site", np.zeros(n))},
        coords={"site": np.arange(n), "input_pool": list(INPUT_POOLS)},
        attrs={"grid": grid},
    )
    return Forcing(dataset)
