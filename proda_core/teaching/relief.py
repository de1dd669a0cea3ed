"""Relief: elevation with the main mountain ranges, and the distance to the western coast."""

from __future__ import annotations

import numpy as np

from proda_core.teaching.fields import KM_PER_DEGREE, Field, logistic, plane

# Crest lines (lon, lat), half-width [km] and height [m]: drawn after an atlas.
_RANGES = (
    (((-121.6, 48.9), (-121.9, 44.0), (-120.2, 39.5), (-118.3, 36.0)), 75, 1500),
    (((-115.0, 48.9), (-113.0, 45.5), (-110.0, 43.0), (-106.2, 40.0), (-105.8, 36.0)), 160, 1150),
    (((-111.5, 41.5), (-112.0, 38.0), (-110.0, 34.0)), 170, 900),
    (((-84.3, 34.8), (-80.8, 37.5), (-77.5, 41.0), (-73.8, 43.8), (-70.5, 45.0)), 85, 620),
    (((-94.5, 36.0), (-92.0, 36.8)), 110, 270),
)
_PACIFIC_LAT = (32.5, 34.5, 38.0, 40.4, 44.0, 48.4)
_PACIFIC_LON = (-117.2, -120.6, -123.0, -124.4, -124.1, -124.7)


def elevation(lon: np.ndarray, lat: np.ndarray, rough: Field) -> np.ndarray:
    """Elevation (point) [m]: plains that rise to the west, a high interior, ranges, roughness."""
    plains = 90 + 1350 * logistic((-101.5 - lon) / 2.2) - 300 * logistic((-117.5 - lon) / 1.2)
    point = plane(lon, lat)
    crests = sum(height * np.exp(-((_distance(point, line) / width) ** 2)) for line, width, height in _RANGES)
    coastal = np.clip(pacific_distance(lon, lat) / 120, 0, 1)
    base = 30 + (plains + crests) * coastal
    return np.clip(base * (1 + 0.15 * rough(lon, lat)), 1, 3900)


def pacific_distance(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Distance (point) [km] eastward from the Pacific coast."""
    coast = np.interp(lat, _PACIFIC_LAT, _PACIFIC_LON)
    return np.maximum((lon - coast) * KM_PER_DEGREE * np.cos(np.radians(lat)), 0)


def _distance(point: np.ndarray, line: tuple) -> np.ndarray:
    """Distance (point) [km] to a polyline."""
    corners = plane(*np.array(line).T)
    distances = []
    for start, end in zip(corners[:-1], corners[1:], strict=True):
        along = end - start
        share = np.clip((point - start) @ along / (along @ along), 0, 1)
        distances.append(np.hypot(*(point - start - share[:, None] * along).T))
    return np.min(distances, axis=0)
