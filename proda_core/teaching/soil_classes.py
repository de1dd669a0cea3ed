"""Soil classes: USDA texture class, USDA suborder and WRB subgroup, by simple keys."""

from __future__ import annotations

import numpy as np

from proda_core.sources.example_covariates import texture_class
from proda_core.teaching.landscape import Landscape
from proda_core.vocabulary.legends import USDA_SUBORDER, WRB_SUBGROUP

__all__ = ["suborder", "texture_class", "wrb_subgroup"]

_CODE = {name: code for code, name in USDA_SUBORDER.items()}


def suborder(land: Landscape) -> np.ndarray:
    """USDA suborder (point) int: the first matching line of the key."""
    warm, moist = land.climate.annual_temperature, land.climate.moisture
    clay, sand, acid = land.soil.clay[:, 0], land.soil.sand[:, 0], land.soil.acidity[:, 0]
    wet, steep, trees = land.soil.wetness, land.soil.steepness, land.vegetation.trees
    western = land.lon < -112
    key = [
        ((wet > 0.68) & (warm < 8), "Hemists"),
        (wet > 0.72, "Saprists"),
        ((wet > 0.45) & (trees < 0.4), "Aquolls"),
        ((wet > 0.45) & (warm > 15), "Aquults"),
        ((wet > 0.45) & (warm > 8), "Aqualfs"),
        (wet > 0.45, "Aquepts"),
        (warm < 2.5, "Cryepts"),
        (sand > 72, "Psamments"),
        ((clay > 48) & (moist > 0.9), "Uderts"),
        (clay > 48, "Usterts"),
        (steep > 0.85, "Orthents"),
        ((moist < 0.3) & (clay > 28), "Argids"),
        ((moist < 0.3) & (acid > 7.4), "Calcids"),
        (moist < 0.3, "Cambids"),
        ((trees < 0.5) & (warm < 5), "Cryolls"),
        ((trees < 0.5) & western, "Xerolls"),
        ((trees < 0.5) & (moist < 0.8), "Ustolls"),
        (trees < 0.5, "Udolls"),
        ((warm < 7) & (sand > 42), "Orthods"),
        ((warm > 13.5) & (acid < 6.0), "Udults"),
        (western, "Xeralfs"),
        (steep > 0.4, "Udepts"),
    ]
    return np.select([fits for fits, _ in key], [_CODE[name] for _, name in key], _CODE["Udalfs"])


def wrb_subgroup(order: np.ndarray) -> np.ndarray:
    """WRB subgroup (point) int: one fixed subgroup per suborder (the codes have no further meaning)."""
    return 1 + (7 * np.asarray(order)) % len(WRB_SUBGROUP)
