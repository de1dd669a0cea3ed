"""Places of profiles: in clusters, as the roads, farms and surveys of real data sets make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.sources import borders
from proda_core.teaching.fields import KM_PER_DEGREE
from proda_core.teaching.landscape import Landscape, LandscapeMaker
from proda_core.teaching.outline import on_land

# Profiles per place of the real profiles of the north-eastern US: 1265 places, 1406 profiles.
_PER_PLACE = {1: 1181, 2: 49, 3: 24, 4: 6, 5: 2, 6: 2, 9: 1}
PLACES_PER_CLUSTER = 12
SOLITARY = 0.2  # share of places that belong to no cluster
CLUSTER_RADIUS = 16.0  # km


@dataclass(frozen=True, eq=False)
class Sites:
    """Coordinates (site) [degrees, four decimals] and place number (site) of every profile."""

    lon: np.ndarray
    lat: np.ndarray
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.lon)


def sites(size: int, maker: LandscapeMaker, rng: np.random.Generator) -> Sites:
    """Draw ``size`` profiles: places in clusters, some places with several profiles."""
    per_place = _profiles_per_place(size, rng)
    count = len(per_place)
    solitary = int(SOLITARY * count)
    centres = _chosen(max(1, count // PLACES_PER_CLUSTER), maker, rng)
    clustered = _around(centres, count - solitary, rng)
    points = np.round(np.concatenate([clustered, _chosen(solitary, maker, rng)]), 4)
    points = points[rng.permutation(count)]
    place = np.repeat(np.arange(count), per_place)
    place = place[rng.permutation(size)]
    return Sites(points[place, 0], points[place, 1], place)


def attraction(land: Landscape) -> np.ndarray:
    """Relative density of profiles (point): high on farms and open land, low in deserts, peaks and swamps."""
    plants, soil = land.vegetation, land.soil
    open_land = 0.40 + 0.35 * plants.crops + 0.5 * (1 - plants.trees) * (1 - plants.crops)
    desert = np.exp(-((land.climate.moisture / 0.3) ** 2))
    return open_land * (1 - 0.35 * soil.steepness) * (1 - 0.4 * soil.wetness) * (1 - 0.6 * desert)


def _profiles_per_place(size: int, rng: np.random.Generator) -> np.ndarray:
    """Profiles of each place (place), adding up to ``size``."""
    share = np.array(list(_PER_PLACE.values()), float)
    drawn = rng.choice(list(_PER_PLACE), size=size, p=share / share.sum())
    last = int(np.searchsorted(np.cumsum(drawn), size))
    drawn = drawn[: last + 1]
    drawn[-1] -= drawn.sum() - size
    return drawn


def _chosen(count: int, maker: LandscapeMaker, rng: np.random.Generator) -> np.ndarray:
    """Points (count, 2) on land, drawn by the density of profiles."""
    west, south, east, north = borders.conterminous_us().bounds
    found = np.zeros((0, 2))
    while len(found) < count:
        tries = 4 * count + 200
        lon = rng.uniform(west, east, tries)
        lat = np.degrees(np.arcsin(rng.uniform(*np.sin(np.radians([south, north])), tries)))
        keep = on_land(lon, lat)
        lon, lat = lon[keep], lat[keep]
        accepted = rng.uniform(0, 1.5, len(lon)) < attraction(maker(lon, lat))
        found = np.concatenate([found, np.column_stack([lon, lat])[accepted]])
    return found[:count]


def _around(centres: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points (count, 2) on land scattered around centres, large clusters and small ones."""
    popularity = rng.gamma(1.2, 1.0, len(centres))
    found = np.zeros((0, 2))
    while len(found) < count:
        centre = centres[rng.choice(len(centres), 2 * count, p=popularity / popularity.sum())]
        distance = CLUSTER_RADIUS * rng.gamma(1.0, 1.0, 2 * count)
        angle = rng.uniform(0, 2 * np.pi, 2 * count)
        north = distance * np.sin(angle) / KM_PER_DEGREE
        east = distance * np.cos(angle) / KM_PER_DEGREE / np.cos(np.radians(centre[:, 1]))
        points = centre + np.column_stack([east, north])
        found = np.concatenate([found, points[on_land(*points.T)]])
    return found[:count]
