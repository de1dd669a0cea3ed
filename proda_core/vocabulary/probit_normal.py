"""The probit-normal distribution on 0..1: u = Phi(location + scale z) with z standard normal.

Location 0 and scale 1 make it uniform. Arguments are numbers or arrays of one shape.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

SD_OF_UNIFORM = 1.0 / np.sqrt(12.0)
FARTHEST = 8.0  # normal score; beyond it the nearest number to u may be 0 or 1


def unit_of_scores(z: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return u of standard normal scores ``z``.

    >>> float(unit_of_scores(0.0, 0.0, 1.0))
    0.5
    """
    return ndtr(location + scale * np.asarray(z))


def scores_of_unit(unit: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the standard normal scores of ``unit``, infinite at 0 and 1."""
    return (ndtri(unit) - location) / scale


def log_density(unit: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the logarithm of the density at ``unit``: 0 where the distribution is uniform."""
    x = np.clip(ndtri(unit), -FARTHEST, FARTHEST)
    return 0.5 * (x**2 - ((x - location) / scale) ** 2) - np.log(scale)


def mean(location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the mean of u.

    >>> float(mean(0.0, 1.0))
    0.5
    """
    return ndtr(location / np.sqrt(1.0 + np.square(scale)))


def sd(location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the standard deviation of u, from Owen's T function (D. B. Owen 1980, integral 20,010.4).

    Exactly :data:`SD_OF_UNIFORM` where the distribution is uniform.
    """
    h, square = location / np.sqrt(1.0 + np.square(scale)), np.square(scale)
    below = ndtr(h)
    variance = below - 2.0 * owens_t(h, 1.0 / np.sqrt(1.0 + 2.0 * square)) - below**2
    uniform = np.equal(location, 0.0) & np.equal(scale, 1.0)
    return np.where(uniform, SD_OF_UNIFORM, np.sqrt(np.maximum(variance, 0.0)))
