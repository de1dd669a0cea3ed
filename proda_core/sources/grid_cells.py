"""Areas of single cells of a longitude-latitude grid, on the same sphere as whole grids."""

from __future__ import annotations

import numpy as np

from proda_core.sources.spherical_grid import EARTH_RADIUS

HALF_DEGREE = 0.5  # degrees, the grid of the chapter's maps


def cell_area(lat: np.ndarray, size: float = HALF_DEGREE) -> np.ndarray:
    """Area (cell) [m2] of cells ``size`` degrees wide and high, centred at latitudes ``lat`` (cell).

    >>> bool(np.isclose(720 * cell_area(np.arange(-89.75, 90, 0.5)).sum(), 4 * np.pi * EARTH_RADIUS**2))
    True
    """
    north, south = np.radians(np.asarray(lat, float) + [[size / 2], [-size / 2]])
    return EARTH_RADIUS**2 * np.radians(size) * (np.sin(north) - np.sin(south))
