"""Forcing of the synthetic example, shaped like that of CLM5 and derived from the synthetic landscape."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.sources.example_world import Land
from proda_core.vocabulary.constants import FREEZING_POINT, MONTHS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

GRID = GRIDS["clm5_20"]
_DAMPING_DEPTH = 2.4  # m, of the yearly temperature wave
_SURFACE_AMPLITUDE = 12.0  # K
_BELOW_BEDROCK = 0.05  # 1, CLM5's W_SCALAR where there is rock
_NO_PERMAFROST = 42.0  # m, CLM5's deepest thaw where the ground never freezes for a year


def forcing(land: Land, numbers: np.ndarray) -> Forcing:
    """CLM5-like forcing (site, layer, month) of the land at points numbered ``numbers`` (site)."""
    shape = (len(numbers), GRID.size, MONTHS)
    month, depth = np.arange(MONTHS), GRID.layer_node[:, None]
    column, surface = ("site", "layer", "month"), ("site", "month")
    wave = np.exp(-depth / _DAMPING_DEPTH) * np.cos(2 * np.pi * (month - 6.5) / 12 - depth / _DAMPING_DEPTH)
    ds = xr.Dataset(
        {
            "lon": ("site", land.lon),
            "lat": ("site", land.lat),
            "soil_temperature": (
                column,
                FREEZING_POINT + 1.5 + land.temperature[:, None, None] + _SURFACE_AMPLITUDE * wave,
            ),
            "water_scalar": (column, _water(land, depth, month)),
            "oxygen_scalar": (column, np.ones(shape)),
            "nitrogen_scalar": (column, np.broadcast_to(0.45 + 0.5 * np.exp(-depth / 0.6), shape).copy()),
            "sand": (("site", "layer"), np.repeat(land.sand[:, None], GRID.size, axis=1)),
            "carbon_input": (("site", "input_pool", "month"), _carbon_input(land, month)),
            "altmax": (surface, np.full((len(numbers), MONTHS), _NO_PERMAFROST)),
            "altmax_last_year": (surface, np.full((len(numbers), MONTHS), _NO_PERMAFROST)),
            "nbedrock": (surface, np.repeat(land.nbedrock[:, None], MONTHS, axis=1)),
        },
        coords={"site": numbers, "input_pool": list(INPUT_POOLS)},
        attrs={"grid": GRID.name, "synthetic": 1, "title": "synthetic example: invented forcing"},
    )
    return Forcing(ds)


def _water(land: Land, depth: np.ndarray, month: np.ndarray) -> np.ndarray:
    """W_SCALAR (site, layer, month): wetter below and in spring, dry in late summer, none in rock."""
    dry_season = 0.25 * np.exp(-(((month - 7.5) / 1.5) ** 2)) * np.exp(-depth / 0.5)
    scalar = 0.45 + 0.45 * land.wetness[:, None, None] + 0.1 * (1 - np.exp(-depth)) - dry_season
    layer = np.arange(1, GRID.size + 1)[:, None]
    return np.where(layer > land.nbedrock[:, None, None], _BELOW_BEDROCK, np.clip(scalar, _BELOW_BEDROCK, 1))


def _carbon_input(land: Land, month: np.ndarray) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1]; a year of it is the NPP.

    Wood falls all year, leaves in autumn; litter is metabolic, cellulose, lignin 1 : 2 : 1 [CLM].
    """
    leaf_fall = 0.3 + 4 * np.exp(-(((month - 9.3) / 0.9) ** 2))
    leaf_fall /= leaf_fall.sum()
    wood = (0.04 + 0.16 * land.forest) * land.npp
    litter = np.multiply.outer(land.npp - wood, [0.25, 0.5, 0.25])[:, :, None] * leaf_fall
    debris = np.repeat(wood[:, None, None] / MONTHS, MONTHS, axis=2)
    return np.concatenate([debris, litter], axis=1)
