"""Covariates of the synthetic example: the northeast's, as far as the synthetic landscape implies them."""

from __future__ import annotations

import numpy as np

from proda_core.sources.example_world import Land
from proda_core.vocabulary.covariates import NORTHEAST


def covariate_values(land: Land) -> np.ndarray:
    """The northeast's covariates (site, covariate) in its order, as far as the land implies them."""
    cover, suborder = _land_cover(land), _suborder(land)
    values = {
        "Lon": land.lon,
        "Lat": land.lat,
        "ESA_Land_Cover": cover,
        "BIO1": land.temperature,
        "BIO2": 11.5 - 1.5 * land.forest,
        "BIO3": 25 + 0.3 * land.temperature,
        "BIO4": 1180 - 12 * land.temperature,
        "BIO12": land.rain,
        "BIO15": 62 - 0.025 * land.rain,
        "USDA_Suborder": suborder,
        "WRB_Subgroup": np.vectorize({12: 59, 18: 89, 71: 53, 76: 34, 84: 73}.get)(suborder),
        "Elevation": land.elevation,
        "Koppen_Climate_2018": np.where(land.temperature > 6, 25, 26),
        "nbedrock": land.nbedrock,
    } | _soil(land)
    return np.column_stack([values[name] for name in NORTHEAST]).astype(float)


def _soil(land: Land) -> dict[str, np.ndarray]:
    silt = 100 - land.clay - land.sand
    values = {}
    for step, depth in enumerate(("0cm", "30cm", "100cm")):
        clay = land.clay + 2 * step
        values |= {
            f"Bulk_Density_{depth}": 1150 + 180 * step - 150 * land.wetness,
            f"CEC_{depth}": 10 + 0.5 * clay + 12 * land.wetness - 4 * step,
            f"Clay_Content_{depth}": clay,
            f"Coarse_Fragments_v_{depth}": 4 + 5 * step + 1.2 * (20 - land.nbedrock),
            f"pH_Water_{depth}": 66 - 10 * land.forest + 4 * step,
            f"Silt_Content_{depth}": silt - 2 * step,
            f"SWC_v_Wilting_Point_{depth}": 5 + 0.5 * clay,
            f"Texture_USDA_{depth}": texture_class(clay, silt - 2 * step),
        }
    return values


def texture_class(clay: np.ndarray, silt: np.ndarray) -> np.ndarray:
    """Class of the USDA texture triangle (site), 1 clay .. 12 sand, from clay and silt (site) [%].

    >>> texture_class(np.array([20.0, 5.0, 60.0]), np.array([40.0, 5.0, 20.0])).tolist()
    [7, 12, 1]
    """
    sand = 100 - clay - silt
    conditions = [
        (silt + 1.5 * clay < 15, 12),
        (silt + 2 * clay < 30, 11),
        ((clay >= 40) & (silt >= 40), 2),
        ((clay >= 40) & (sand <= 45), 1),
        ((clay >= 35) & (sand > 45), 3),
        ((clay >= 27) & (sand <= 20), 5),
        ((clay >= 27) & (sand <= 45), 4),
        ((clay >= 20) & (silt < 28), 6),
        ((silt >= 80) & (clay < 12), 10),
        (silt >= 50, 8),
        ((clay >= 7) & (silt >= 28) & (sand <= 52), 7),
    ]
    return np.select([c for c, _ in conditions], [code for _, code in conditions], 9)


def _land_cover(land: Land) -> np.ndarray:
    """ESA CCI class / 10 (site): wetland, forests, mosaic, cropland, grassland."""
    conditions = [
        (land.wetness > 0.85, 18),
        ((land.forest > 0.6) & (land.temperature < 5), 7),
        ((land.forest > 0.6) & (land.temperature < 6), 9),
        (land.forest > 0.6, 6),
        (land.forest > 0.35, 4),
        (land.rain < 660, 13),
    ]
    return np.select([c for c, _ in conditions], [code for _, code in conditions], 1)


def _suborder(land: Land) -> np.ndarray:
    """USDA suborder (site): Hemists, Aquolls, Orthods, Udalfs, Udolls."""
    conditions = [
        ((land.wetness > 0.85) & (land.forest > 0.5), 12),
        (land.wetness > 0.75, 71),
        ((land.forest > 0.6) & (land.temperature < 5.5), 18),
        (land.forest > 0.5, 84),
    ]
    return np.select([c for c, _ in conditions], [code for _, code in conditions], 76)
