"""The 60 covariates of sites and cells, as far as the landscape implies them."""

from __future__ import annotations

import numpy as np

from proda_core.teaching.bioclimate import bioclimatic, koppen
from proda_core.teaching.fields import logistic
from proda_core.teaching.landscape import Landscape
from proda_core.teaching.soil_classes import suborder, texture_class, wrb_subgroup
from proda_core.vocabulary.covariates import NAMES, SOIL_DEPTHS
from proda_core.vocabulary.soil_layers import GRIDS

_CLM5 = GRIDS["clm5_20"]  # the grid CESM2 counts its bedrock layer on


def covariate_values(land: Landscape, production: np.ndarray) -> np.ndarray:
    """Covariates (site, covariate) of the vocabulary, in its order and units, to single precision.

    Rounded, because processors differ in the last digits of an exponential: the same seed gives the same
    continent on all.

    production : (site) [gC m-2 yr-1], net primary production of the forcing
    """
    plants, soil = land.vegetation, land.soil
    order = suborder(land)
    values = {
        "Lon": land.lon,
        "Lat": land.lat,
        "ESA_Land_Cover": plants.cover,
        "Abs_Depth_to_Bedrock": 100 * soil.bedrock,
        "Garde_Acid": np.clip(np.round(2.2 * (5.6 - soil.acidity[:, 1])), 0, 4),
        "Occurrence_R_Horizon": 100 * logistic((1.8 - soil.bedrock) / 0.5),
        "USDA_Suborder": order,
        "WRB_Subgroup": wrb_subgroup(order),
        "Elevation": land.elevation,
        "Koppen_Climate_2018": koppen(land.climate),
        "cesm2_npp": production,
        "cesm2_npp_std": production * (0.06 + 0.10 / (1 + land.climate.moisture)),
        "cesm2_vegc": plants.biomass,
        "nbedrock": np.clip(np.searchsorted(_CLM5.layer_bottom, soil.bedrock), 6, _CLM5.size),
    }
    values |= bioclimatic(land.climate) | _soil(land)
    return np.column_stack([values[name] for name in NAMES]).astype(np.float32).astype(float)


def _soil(land: Landscape) -> dict[str, np.ndarray]:
    soil, plants = land.soil, land.vegetation
    organic = 1.2 * soil.wetness + 0.35 * plants.trees  # how mossy and humus-rich the topsoil is
    values = {}
    for i, depth in enumerate(SOIL_DEPTHS):
        fading = np.exp(-1.1 * i)
        clay, sand, silt = soil.clay[:, i], soil.sand[:, i], soil.silt[:, i]
        values |= {
            f"Bulk_Density_{depth}": np.clip(1330 + 90 * i + 1.8 * sand - 330 * organic * fading, 120, 1830),
            f"CEC_{depth}": np.clip(2 + 0.42 * clay + 14 * organic * fading, 1, 125),
            f"Clay_Content_{depth}": clay,
            f"Coarse_Fragments_v_{depth}": soil.stones[:, i],
            f"pH_Water_{depth}": 10 * soil.acidity[:, i],
            f"Sand_Content_{depth}": sand,
            f"Silt_Content_{depth}": silt,
            f"SWC_v_Wilting_Point_{depth}": np.clip(3 + 0.42 * clay + 5 * organic * fading, 2, 75),
            f"Texture_USDA_{depth}": texture_class(clay, silt),
        }
    return values
