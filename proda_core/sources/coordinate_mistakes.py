"""Mistakes in coordinates that their distance to the grid reveals: swapped, or west without a minus sign."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SWAPPED = "latitude and longitude look swapped"
UNSIGNED = "longitude looks like degrees west without a minus sign"

Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of longitudes and latitudes (point,) [km]


def suspected(lon: np.ndarray, lat: np.ndarray, distance: Distance, limit: float) -> np.ndarray:
    """Return the mistake (point,) that explains why a point is beyond ``limit`` [km], "" where none does.

    distance : to the nearest cell with forcing; without its mistake a point is within the limit

    >>> to_ithaca = lambda lon, lat: 111.0 * np.hypot(lon + 76.5, lat - 42.4)
    >>> suspected(np.array([42.4, 76.5, -76.5]), np.array([-76.5, 42.4, 42.4]), to_ithaca, 100.0).tolist()
    ['latitude and longitude look swapped', 'longitude looks like degrees west without a minus sign', '']
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    far = distance(lon, lat) > limit
    found = np.full(len(lon), "", dtype=object)
    for mistake, (other_lon, other_lat) in {UNSIGNED: (-lon, lat), SWAPPED: (lat, lon)}.items():
        possible = far & (np.abs(other_lat) <= 90)
        if possible.any():
            near = distance(other_lon[possible], other_lat[possible]) <= limit
            found[np.flatnonzero(possible)[near]] = mistake
    return found.astype(str)
