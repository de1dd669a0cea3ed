"""The synthetic landscape of the example: smooth formulas evaluated at run time.

Prairie in the west meets forest in the east; the north is colder. Everything follows from a few smooth
random fields, so that covariates, forcing and carbon are consistent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WEST, SOUTH, COLUMNS, ROWS, CELL = -96.0, 44.0, 6, 5, 0.5  # degrees and numbers of cells
_FIELDS = ("relief", "rain", "wet", "cover", "texture", "rock")


@dataclass(frozen=True)
class Land:
    """The landscape at some points, each an array (site)."""

    lon: np.ndarray
    lat: np.ndarray
    elevation: np.ndarray  # m
    temperature: np.ndarray  # C, annual mean
    rain: np.ndarray  # mm yr-1
    wetness: np.ndarray  # 0 dry .. 1 wet
    forest: np.ndarray  # 0 prairie .. 1 forest
    clay: np.ndarray  # %
    sand: np.ndarray  # %
    npp: np.ndarray  # gC m-2 yr-1
    nbedrock: np.ndarray  # layer number


def cell_centres() -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (cell) of the cells, row by row from the north."""
    lon = WEST + CELL * (np.arange(COLUMNS) + 0.5)
    lat = SOUTH + CELL * (np.arange(ROWS)[::-1] + 0.5)
    return np.tile(lon, ROWS), np.repeat(lat, COLUMNS)


def land_maker(rng: np.random.Generator) -> Callable[[np.ndarray, np.ndarray], Land]:
    """A landscape: a function of longitude and latitude (site) that always gives the same land."""
    waves = {name: (rng.normal(0, 2.2, (5, 2)), rng.uniform(0, 2 * np.pi, 5)) for name in _FIELDS}
    return lambda lon, lat: _land(np.asarray(lon, float), np.asarray(lat, float), waves)


def _land(lon: np.ndarray, lat: np.ndarray, waves: dict) -> Land:
    x = 2 * (lon - WEST) / (COLUMNS * CELL) - 1
    y = 2 * (lat - SOUTH) / (ROWS * CELL) - 1
    field = {
        name: np.cos(np.outer(x, k[:, 0]) + np.outer(y, k[:, 1]) + phase).sum(1) / 2.5
        for name, (k, phase) in waves.items()
    }
    elevation = 330 + 70 * field["relief"]
    temperature = 6.2 - 1.6 * y - 0.0065 * (elevation - 330)
    rain = 720 + 110 * x + 40 * field["rain"]
    wetness = np.clip(0.45 + 0.25 * field["wet"] + 0.1 * x, 0.05, 1)
    return Land(
        lon=lon,
        lat=lat,
        elevation=elevation,
        temperature=temperature,
        rain=rain,
        wetness=wetness,
        forest=1 / (1 + np.exp(-3 * (x + 0.4 * y + 0.4 * field["cover"]))),
        clay=np.clip(22 + 9 * field["texture"], 5, 45),
        sand=np.clip(42 - 18 * field["texture"], 10, 80),
        npp=480 + 0.35 * (rain - 720) + 25 * (temperature - 6),
        nbedrock=np.clip(np.round(16 + 4 * field["rock"]), 12, 20),
    )
