"""Environmental scalars xi of decomposition, and transfer fractions that depend on soil texture.

Each function takes arrays that broadcast against each other, so that one column or many sites
are the same call. Sources: CLM5 source and technical note [CTSM]; the scaled water scalar is
that of the published PRODA and BINN codes.
"""

from __future__ import annotations

import numpy as np

from proda_core.vocabulary.constants import FREEZING_POINT, MIN_WATER_SCALAR, REFERENCE_TEMPERATURE
from proda_core.vocabulary.soil_layers import LayerGrid

DEEPEST = (
    660.0  # 1, most e-folding depths that count: exp(-660) is about the least rate with a finite inverse
)
PASSIVE_FROM_FAST = 0.004  # 1, fs1s3 of the texture-dependent default run [CTSM]


def xi_T(soil_temperature: np.ndarray, q10: np.ndarray) -> np.ndarray:
    """Temperature scalar [1]: Q10^((T - 298.15) / 10), also below freezing, where fQ10 = Q10.

    CLM writes frozen soil as Q10^(-2.5) fQ10^((T - 273.15) / 10), with a Q10 of its own that is
    the same number as for thawed soil.

    >>> float(xi_T(np.array(298.15), np.array(1.5)))
    1.0
    """
    thawed = q10 ** ((soil_temperature - REFERENCE_TEMPERATURE) / 10)
    at_freezing = q10 ** ((FREEZING_POINT - REFERENCE_TEMPERATURE) / 10)
    frozen = at_freezing * q10 ** ((soil_temperature - FREEZING_POINT) / 10)
    return np.where(soil_temperature >= FREEZING_POINT, thawed, frozen)


def xi_W_scalar(water_scalar: np.ndarray, w_scaling: np.ndarray) -> np.ndarray:
    """Water scalar, scalar form [1]: min(1, w_scaling W).

    >>> float(xi_W_scalar(np.array(0.3), np.array(2.0)))
    0.6
    """
    return np.minimum(1.0, w_scaling * water_scalar)


def xi_W_potential(potential: np.ndarray, maxpsi: np.ndarray, minpsi: float) -> np.ndarray:
    """Water scalar, potential form [1]: ln(minpsi / psi) / ln(minpsi / maxpsi), at least 0.05.

    psi is the soil water potential [MPa] or maxpsi, whichever is lower; at psi <= minpsi
    decomposition is at its minimum.

    >>> float(xi_W_potential(np.array(-0.001), np.array(-0.002), -2.0))
    1.0
    >>> float(xi_W_potential(np.array(-5.0), np.array(-0.002), -2.0))
    0.05
    """
    psi = np.minimum(potential, maxpsi)
    moist = np.log(minpsi / np.maximum(psi, minpsi)) / np.log(minpsi / maxpsi)
    return np.maximum(moist, MIN_WATER_SCALAR)


def xi_D(grid: LayerGrid, efolding: np.ndarray) -> np.ndarray:
    """Depth scalar exp(-z / efolding), shape (..., layer) [1]; never so small that 1 / K is infinite."""
    return np.exp(-np.minimum(grid.layer_node / np.asarray(efolding)[..., None], DEEPEST))


def texture_transfers(sand: np.ndarray) -> tuple[np.ndarray, float]:
    """Fractions of fast soil carbon that become slow and passive, (fs1s2, fs1s3), from sand [%].

    t = 0.85 - 0.0068 (100 - sand); fs1s2 = (1 - t) (1 - 0.004 / (1 - t)); fs1s3 = 0.004. CLM5's
    default run takes them so, layer by layer.

    >>> round(float(texture_transfers(np.array(50.0))[0]), 3)
    0.486
    """
    respired = 0.85 - 0.0068 * (100.0 - np.asarray(sand))
    kept = 1.0 - respired
    return kept * (1.0 - PASSIVE_FROM_FAST / kept), PASSIVE_FROM_FAST
