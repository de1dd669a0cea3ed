"""Vegetation of the teaching continent: land cover, production and litter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.teaching.climate import Climate
from proda_core.teaching.fields import Field, logistic
from proda_core.teaching.soil import Soil

# Land cover of the vocabulary (ESA CCI class / 10) that occurs, in the order of the scores.
_COVERS = (7, 6, 9, 12, 10, 13, 1, 4, 18, 20)


@dataclass(frozen=True, eq=False)
class Vegetation:
    """Vegetation at points, each (point)."""

    cover: np.ndarray  # ESA CCI class / 10
    trees: np.ndarray  # 0 none .. 1 closed forest
    grass: np.ndarray  # 0 none .. 1 grassland or cropland
    crops: np.ndarray  # 0 wild .. 1 ploughed
    production: np.ndarray  # gC m-2 yr-1, net primary production
    biomass: np.ndarray  # gC m-2


def vegetation(
    lon: np.ndarray,
    lat: np.ndarray,
    climate: Climate,
    soil: Soil,
    fields: dict[str, Field],
    own: np.ndarray,
) -> Vegetation:
    """Vegetation at points; ``own`` (point, cover) is the local score of each cover, about 0..1."""
    moist, warm = climate.moisture, climate.annual_temperature
    trees = logistic(5.0 * (np.log(moist) + 0.30) + 0.8 * fields["woods"](lon, lat) + 1.2 * soil.steepness)
    arable = (1 - soil.steepness) * logistic((warm - 4.5) / 1.2) * (1 - soil.wetness)
    crops = arable * logistic(1.8 * fields["farms"](lon, lat) + 5 * _belt(lon, lat) - 2.1)
    scores = _scores(lon, climate, soil, trees, crops) + 0.55 * own
    cover = np.array(_COVERS)[scores.argmax(axis=1)]
    production = _production(climate) * np.exp(0.10 * fields["fertile"](lon, lat))
    production *= 1 - 0.10 * crops
    biomass = production * (1.5 + 17 * trees * (1 - crops))
    grass = np.clip(1 - trees, 0, 1) * logistic(4 * (np.log(moist) + 1.5))
    return Vegetation(cover, trees * (1 - crops), np.maximum(grass, crops), crops, production, biomass)


def cover_count() -> int:
    """Number of land covers."""
    return len(_COVERS)


def litter_shares(vegetation: Vegetation) -> np.ndarray:
    """Shares of production that become debris, metabolic, cellulose and lignin litter (point, input_pool).

    Litter is split 0.25 / 0.50 / 0.25 as in CLM; the share of wood is subtracted before.
    """
    wood = 0.02 + 0.26 * vegetation.trees
    return np.column_stack([wood, np.multiply.outer(1 - wood, (0.25, 0.50, 0.25))])


def _belt(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Membership of a point in the large farming regions (point), 0..1."""
    middle = np.exp(-(((lon + 93) / 7.5) ** 2) - ((lat - 41.5) / 4) ** 2)
    river = np.exp(-(((lon + 90.5) / 1.6) ** 2) - ((lat - 34.5) / 3) ** 2)
    valley = np.exp(-(((lon + 120.5) / 0.9) ** 2) - ((lat - 37.5) / 2.2) ** 2)
    northern = np.exp(-(((lon + 99) / 3) ** 2) - ((lat - 47) / 2.5) ** 2)
    return np.clip(middle + 0.8 * river + 0.8 * valley + 0.7 * northern, 0, 1)


def _scores(lon, climate, soil, trees, crops) -> np.ndarray:
    """Score of each cover (point, cover)."""
    warm, dry = climate.annual_temperature, logistic(-4.5 * (np.log(climate.moisture) + 1.05))
    evergreen = logistic((-102 - lon) / 2) + logistic((3.8 - warm) / 1.2) + 0.8 * logistic((warm - 16) / 1.0)
    evergreen = np.clip(evergreen, 0, 1)
    wild, flooded = 1 - crops, logistic((soil.wetness - 0.47) / 0.04)
    return np.column_stack(
        [
            2.0 * trees * wild * (0.35 + 0.65 * evergreen),
            2.0 * trees * wild * (1.0 - 0.65 * evergreen),
            2.0 * trees * wild * (0.82 - 1.1 * (evergreen - 0.5) ** 2),
            1.75 * dry * wild,
            1.65 * wild * np.exp(-(((trees - 0.45) / 0.22) ** 2)),
            1.75 * wild * (1 - dry) * (1 - trees),
            1.85 * crops,
            1.15 * crops + 0.45 * trees * crops,
            2.6 * flooded,
            0.95 * dry,
        ]
    )


def _production(climate: Climate) -> np.ndarray:
    """Net primary production (point) [gC m-2 yr-1]: the smaller of the limits by temperature and by rain."""
    warmth = 1 / (1 + np.exp(1.1 - 0.12 * climate.annual_temperature))
    rain = 1 - np.exp(-((climate.moisture / 0.55) ** 1.1))
    return 20 + 900 * np.minimum(warmth, 0.95) * rain
