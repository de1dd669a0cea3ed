"""Monthly forcing of the teaching continent on the chapter's ten layers, cell by cell.

Water is given in both forms, which are consistent: the water scalar is CLM5's function of the soil
water potential, so the default run is the same with either.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model.scalars import xi_W_potential
from proda_core.teaching.climate import MONTH
from proda_core.teaching.fields import logistic
from proda_core.teaching.landscape import Landscape
from proda_core.teaching.soil import DEPTHS
from proda_core.teaching.vegetation import litter_shares
from proda_core.vocabulary.constants import FREEZING_POINT, MIN_WATER_POTENTIAL, MONTHS
from proda_core.vocabulary.parameters import DEFAULTS, INDEX
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

GRID = GRIDS["clm45_10"]
DAMPING_DEPTH = 2.3  # m, of the yearly temperature wave
NEVER_FROZEN = 42.0  # m, CLM5's deepest thaw where the whole column thaws
SHALLOWEST = 8  # layer, lower limit of nbedrock
_COLUMN, _SURFACE = ("site", "layer", "month"), ("site", "month")
_NODE = GRID.layer_node[:, None]


def forcing(land: Landscape) -> Forcing:
    """Forcing (site, layer, month) of the landscape's points."""
    temperature = soil_temperature(land)
    potential = soil_water_potential(land)
    bedrock = bedrock_layer(land.soil.bedrock)
    thaw = _thaw_depth(temperature)
    monthly = np.ones(MONTHS)
    ds = xr.Dataset(
        {
            "lon": ("site", land.lon),
            "lat": ("site", land.lat),
            "soil_temperature": (_COLUMN, temperature.astype(np.float32)),
            "soil_water_potential": (_COLUMN, potential.astype(np.float32)),
            "water_scalar": (_COLUMN, _water_scalar(potential).astype(np.float32)),
            "oxygen_scalar": (_COLUMN, _oxygen(land).astype(np.float32)),
            "nitrogen_scalar": (_COLUMN, _nitrogen(land).astype(np.float32)),
            "sand": (("site", "layer"), _sand(land).astype(np.float32)),
            "carbon_input": (("site", "input_pool", "month"), carbon_input(land).astype(np.float32)),
            "altmax": (_SURFACE, np.outer(thaw, monthly)),
            "altmax_last_year": (_SURFACE, np.outer(thaw, monthly)),
            "nbedrock": (_SURFACE, np.outer(bedrock, monthly)),
        },
        coords={"site": np.arange(len(land)), "input_pool": list(INPUT_POOLS)},
        attrs={"grid": GRID.name},
    )
    return Forcing(ds)


def soil_temperature(land: Landscape) -> np.ndarray:
    """Soil temperature (site, layer, month) [K]: the air's yearly wave, later and smaller with depth.

    Snow keeps cold soils 1 to 4 K warmer than the air and takes a quarter of the swing.
    """
    air = land.climate.temperature
    snow = logistic((4 - air.mean(axis=1)) / 3)
    mean = air.mean(axis=1) + 1.0 + 3.0 * snow
    swing = 0.5 * (air.max(axis=1) - air.min(axis=1)) * (1.0 - 0.25 * snow)
    wave = np.exp(-_NODE / DAMPING_DEPTH) * np.cos(2 * np.pi * (MONTH - 7.2) / MONTHS - _NODE / DAMPING_DEPTH)
    return FREEZING_POINT + mean[:, None, None] + swing[:, None, None] * wave


def soil_water_potential(land: Landscape) -> np.ndarray:
    """Soil water potential (site, layer, month) [MPa].

    Written as CLM5's water scalar w (0 at minpsi, 1 at maxpsi), which is linear in ln(-psi): drier
    below, where roots have drunk, and in the season in which evaporation outruns rain.
    """
    climate, wetness = land.climate, land.soil.wetness
    mean = 0.054 + 0.062 * climate.moisture / (climate.moisture + 0.9) + 0.04 * wetness
    surplus = climate.rain - climate.evaporative_demand
    surplus = surplus / (np.abs(surplus).max(axis=1, keepdims=True) + 30)
    season = np.exp(-_NODE / 0.6) * surplus[:, None, :] * 0.5
    profile = 1.0 - 0.35 * (1 - np.exp(-_NODE / 0.7))
    w = np.clip(mean[:, None, None] * profile * (1 + season), 0.02, 0.98)
    layer = np.arange(1, GRID.size + 1)[:, None]
    w = np.where(layer > bedrock_layer(land.soil.bedrock)[:, None, None], 0.01, w)
    span = np.log(DEFAULTS[INDEX["maxpsi"]] / MIN_WATER_POTENTIAL)
    return MIN_WATER_POTENTIAL * np.exp(w * span)


def carbon_input(land: Landscape) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1]; a year of it is the production.

    Wood falls all year; leaves in autumn under trees, earlier and slower in grass.
    """
    trees = land.vegetation.trees[:, None]
    autumn = np.exp(-(((MONTH - 10.0) / 0.9) ** 2))
    summer = np.exp(-(((MONTH - 8.0) / 2.2) ** 2))
    fall = 0.25 + 3.5 * trees * autumn + 1.2 * (1 - trees) * summer
    fall = fall / fall.sum(axis=1, keepdims=True)
    streams = litter_shares(land.vegetation) * land.vegetation.production[:, None]
    months = np.repeat(fall[:, None, :], len(INPUT_POOLS), axis=1)
    months[:, 0] = 1 / MONTHS
    return streams[:, :, None] * months


def bedrock_layer(depth: np.ndarray) -> np.ndarray:
    """Last layer above bedrock (site): the one whose bottom is nearest to its depth (site) [m]."""
    nearest = np.abs(np.asarray(depth)[:, None] - GRID.layer_bottom).argmin(axis=1) + 1
    return np.maximum(nearest, SHALLOWEST)


def _water_scalar(potential: np.ndarray) -> np.ndarray:
    """CLM5's W_SCALAR (site, layer, month) with its default maxpsi and minpsi."""
    return xi_W_potential(potential, DEFAULTS[INDEX["maxpsi"]], MIN_WATER_POTENTIAL)


def _oxygen(land: Landscape) -> np.ndarray:
    """O_SCALAR (site, layer, month): air reaches down less far in wet soil."""
    wetness = land.soil.wetness[:, None, None]
    least = 0.50 - 0.20 * wetness
    scalar = least + (1 - least) * np.exp(-_NODE / (0.6 - 0.3 * wetness))
    return np.broadcast_to(scalar, (len(land), GRID.size, MONTHS))


def _nitrogen(land: Landscape) -> np.ndarray:
    """FPI (site, layer, month): nitrogen is short in cold woods, less so below."""
    cold = logistic((6 - land.climate.annual_temperature) / 4)[:, None, None]
    scalar = 0.97 - 0.25 * cold * np.exp(-_NODE / 0.3)
    return np.broadcast_to(scalar, (len(land), GRID.size, MONTHS))


def _sand(land: Landscape) -> np.ndarray:
    """Sand (site, layer) [%], interpolated between the depths of the soil's table, at most 90."""
    position = np.interp(GRID.layer_node, DEPTHS, np.arange(len(DEPTHS)))
    above = np.minimum(position.astype(int), len(DEPTHS) - 2)
    part = position - above
    return land.soil.sand[:, above] * (1 - part) + land.soil.sand[:, above + 1] * part


def _thaw_depth(temperature: np.ndarray) -> np.ndarray:
    """Deepest thaw of the year (site) [m]; :data:`NEVER_FROZEN` where every layer thaws."""
    thaws = temperature.max(axis=2) > FREEZING_POINT
    deepest = np.where(thaws, GRID.layer_bottom, 0.0).max(axis=1)
    return np.where(thaws.all(axis=1), NEVER_FROZEN, deepest)
