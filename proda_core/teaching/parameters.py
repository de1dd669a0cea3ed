"""True parameters: how each parameter of the soil model depends on its surroundings.

The position of a parameter in its prior range (preset ``proda``) is u = logistic(base + effects + local),
so that it depends on climate, soil and vegetation smoothly and nonlinearly and never leaves the range.
``local`` is the part that no covariate explains: one number per place and one per profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from proda_core.teaching.fields import logistic
from proda_core.teaching.landscape import Landscape
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]
# Gauss-Hermite points of the standard normal distribution and their weights.
_NORMAL, _WEIGHT = np.polynomial.hermite_e.hermegauss(9)
_WEIGHT = _WEIGHT / _WEIGHT.sum()
SHARE_OF_PROFILE = 0.25  # of the local variance that differs between profiles of one place

_WATER = {
    "wet": -1.24,
    "sour": -1.24,
    "cold_woods": -0.68,
    "steep": -0.62,
    "dry": -0.57,
    "moist": -0.15,
    "crops": 0.31,
}
# base (logit of the position in the prior range), effects by driver, sd of the local departure (logit)
_TABLE: Mapping[str, tuple[float, dict[str, float], float]] = MappingProxyType(
    {
        "diffus": (-1.58, {"acid": -0.5, "grass": 0.5, "warm": 0.3, "clay": -0.2}, 0.38),
        "cryo": (0.0, {"warm": -0.4}, 0.26),
        "q10": (-1.47, {"warm": -0.45, "dry": 0.25}, 0.21),
        "efolding": (1.55, {"wet": -0.5, "clay": -0.2, "cold_wet": -0.3, "crops": 0.2}, 0.34),
        "taucwd": (0.0, {"trees": 0.3, "warm": -0.3}, 0.26),
        "taul1": (0.0, {"warm": -0.2}, 0.26),
        "taul2": (-0.12, {"trees": 0.3, "acid": 0.2}, 0.26),
        "tau4s1": (-0.69, {"clay": 0.2, "warm": -0.2}, 0.26),
        "tau4s2": (-1.15, {"sandy": 1.31, "wet": 0.62, "trees": 0.52, "crops": -0.62, "sour": 0.83}, 0.47),
        "tau4s3": (-2.18, {"clay": 0.2, "acid": 0.3, "wet": 0.4, "steep": 0.2}, 0.27),
        "fl1s1": (0.01, {"clay": 0.15}, 0.21),
        "fl2s1": (0.02, {"clay": 0.15}, 0.21),
        "fl3s2": (-0.51, {"trees": -0.2, "clay": 0.15}, 0.21),
        "fs1s2": (-0.3, {"clay": -0.1, "grass": 0.2}, 0.21),
        "fs1s3": (-2.12, {"clay": 0.2, "dry": 0.2, "trees": 0.2}, 0.27),
        "fs2s1": (0.04, {"clay": -0.15}, 0.21),
        "fs2s3": (-2.03, {"clay": 0.2, "warm": -0.3}, 0.27),
        "fs3s1": (0.0, {"clay": -0.2}, 0.21),
        "fcwdl2": (0.11, {"trees": -0.2}, 0.21),
        "w_scaling": (1.64, _WATER, 0.34),
        "beta": (-1.49, {"trees": -0.9, "grass": 0.4, "crops": 0.4}, 0.34),
    }
)


def drivers(land: Landscape) -> dict[str, np.ndarray]:
    """Drivers of the parameters, each (site), about -1..1 or 0..1; products make the effects nonlinear."""
    warm = np.tanh((land.climate.annual_temperature - 11) / 8)
    moist = np.tanh(np.log(land.climate.moisture) + 0.1)
    clay = np.tanh((land.soil.clay[:, 0] - 27) / 14)
    acid = np.tanh(6.3 - land.soil.acidity[:, 0])
    wet = np.tanh(2.2 * land.soil.wetness)
    plants = land.vegetation
    return {
        "warm": warm,
        "moist": moist,
        "dry": np.clip(-moist, 0, 1),
        "clay": clay,
        "acid": acid,
        "sour": np.clip(acid, 0, 1) * (1 - 0.3 * warm),
        "sandy": np.clip(-clay, 0, 1),
        "wet": wet,
        "cold_wet": wet * (1 - warm) / 2,
        "cold_woods": plants.trees * (1 - warm) / 2,
        "trees": plants.trees,
        "grass": plants.grass,
        "crops": plants.crops,
        "steep": land.soil.steepness,
    }


def parameters(land: Landscape, local: np.ndarray | None = None, *, averaged: bool = False) -> np.ndarray:
    """True parameters (site, parameter) of the prior, physical units.

    local : (site, parameter) standard normal departures of :func:`departures`; none by default
    averaged : the mean over all local departures instead
    """
    driver = drivers(land)
    unit = np.empty((len(land), len(PRIOR.names)))
    for i, name in enumerate(PRIOR.names):
        base, effects, spread = _TABLE[name]
        logit = base + sum(size * driver[key] for key, size in effects.items())
        if averaged:
            unit[:, i] = logistic(logit[:, None] + spread * _NORMAL) @ _WEIGHT
        else:
            unit[:, i] = logistic(logit if local is None else logit + spread * local[:, i])
    return PRIOR.to_physical(unit)


def departures(place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Local departures (site, parameter), standard normal; mostly shared by profiles of one place."""
    count = len(PRIOR.names)
    of_place = rng.normal(0, 1, (int(place.max()) + 1, count))[place]
    of_profile = rng.normal(0, 1, (len(place), count))
    return np.sqrt(1 - SHARE_OF_PROFILE) * of_place + np.sqrt(SHARE_OF_PROFILE) * of_profile
