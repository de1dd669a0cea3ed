"""Smooth random fields over the continent, and the local variation no map resolves.

A field is a sum of plane waves whose wave numbers are drawn once (random Fourier features): it
has mean 0, standard deviation 1, correlation exp(-(distance / length)^2 / 2), and can be
evaluated anywhere, so that sites and grid cells share one landscape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KM_PER_DEGREE = 111.2
MIDDLE_LATITUDE = 38.5  # degrees, at which the length of a degree of longitude is taken
WAVES = 80  # plane waves per field: enough for a nearly normal sum


def plane(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points (point) [degrees] as (point, 2) [km] on a plane that fits the conterminous US.

    >>> plane(np.array([0.0]), np.array([1.0])).tolist()
    [[0.0, 111.2]]
    """
    shrink = np.cos(np.radians(MIDDLE_LATITUDE))
    return KM_PER_DEGREE * np.column_stack([np.asarray(lon) * shrink, lat])


@dataclass(frozen=True, eq=False)
class Field:
    """One random field: wave numbers (wave, 2) [rad km-1] and phases (wave) [rad]."""

    wave: np.ndarray
    phase: np.ndarray

    def __call__(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """The field at points (point), standard deviation 1."""
        angle = plane(lon, lat) @ self.wave.T + self.phase
        return np.sqrt(2 / len(self.phase)) * np.cos(angle).sum(axis=1)


def field(rng: np.random.Generator, length: float) -> Field:
    """Draw a field of correlation length ``length`` [km]."""
    return Field(rng.normal(0, 1 / length, (WAVES, 2)), rng.uniform(0, 2 * np.pi, WAVES))


def logistic(x: np.ndarray) -> np.ndarray:
    """The logistic function, 0..1.

    >>> float(logistic(0.0))
    0.5
    """
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
