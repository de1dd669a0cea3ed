"""Observations from the model's carbon: structural error, then measurement error.

The structural error is what a column of diffusion and decay cannot represent: a ploughed layer of uniform
carbon, litter on the forest floor, carbon washed into or buried in the subsoil, and smooth
departures of every profile. The measurement error is independent for each sample.
"""

from __future__ import annotations

import numpy as np

from proda_core.soil_model.observation import interpolation_weights
from proda_core.teaching.landscape import Landscape
from proda_core.vocabulary.soil_layers import LayerGrid

PLOUGH_DEPTH = 0.22  # m
HUMUS_SHAPE, HUMUS_MEAN = 0.18, 0.49  # of the gamma distribution of ln(humus layer / mineral soil)
HUMUS_DEPTH = 0.22  # m, over which it fades
BURIED_SHARE = 0.10  # of the profiles
MEASUREMENT_SD = 0.10  # of ln carbon
SMOOTH_SD = 0.14  # of ln carbon
MOST_CARBON = 2.6e5  # gC m-3, peat: upper limit of observed carbon


def at_depths(carbon: np.ndarray, row: np.ndarray, depth: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Carbon (observation) [gC m-3] of rows of ``carbon`` (site, layer) at depths (observation) [m]."""
    return np.einsum("ol,ol->o", interpolation_weights(depth, grid), carbon[row])


def structural_error(
    land: Landscape, row: np.ndarray, depth: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Departure (observation) of ln carbon from the model's, a function of depth in every profile."""
    size = len(land)
    smooth = _smooth(size, row, depth, rng)
    humus = (0.3 + 0.7 * land.vegetation.trees) * rng.gamma(HUMUS_SHAPE, HUMUS_MEAN / HUMUS_SHAPE, size)
    litter = humus[row] * np.exp(-depth / HUMUS_DEPTH)
    buried = _buried(size, row, depth, rng)
    ploughed = land.vegetation.crops * (rng.uniform(0, 1, size) < land.vegetation.crops + 0.2)
    plough = ploughed[row] * np.where(
        depth < PLOUGH_DEPTH, 0.6 * (depth - PLOUGH_DEPTH / 2) / PLOUGH_DEPTH, 0
    )
    return smooth + litter + buried + plough


def limit_carbon(carbon: np.ndarray) -> np.ndarray:
    """Limit carbon smoothly: nearly unchanged where small, never above :data:`MOST_CARBON`.

    >>> limit_carbon(np.array([1e4, 1e6])).round(-3).tolist()
    [10000.0, 260000.0]
    """
    return carbon / (1 + (carbon / MOST_CARBON) ** 4) ** 0.25


def measurement_error(count: int, rng: np.random.Generator) -> np.ndarray:
    """Departure (observation) of ln carbon, independent for each sample."""
    return rng.normal(0, MEASUREMENT_SD, count)


def _smooth(size: int, row: np.ndarray, depth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Waves in ln(depth) with random phases: standard deviation :data:`SMOOTH_SD`."""
    waves = 3
    number = rng.uniform(0.4, 1.6, (size, waves))
    phase = rng.uniform(0, 2 * np.pi, (size, waves))
    angle = number[row] * np.log(depth + 0.03)[:, None] * 1.6 + phase[row]
    return SMOOTH_SD * np.sqrt(2 / waves) * np.cos(angle).sum(axis=1)


def _buried(size: int, row: np.ndarray, depth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A maximum of carbon below the surface, in some profiles."""
    here = rng.uniform(0, 1, size) < BURIED_SHARE
    middle, width = rng.uniform(0.2, 1.2, size), rng.uniform(0.06, 0.22, size)
    height = here * rng.gamma(3.0, 0.28, size)
    return height[row] * np.exp(-0.5 * ((depth - middle[row]) / width[row]) ** 2)
