"""Carbon per volume of soil from organic carbon, bulk density and coarse fragments of a layer.

Organic carbon [g kg-1] is per mass of fine earth. With the density of the fine earth [kg m-3],
SOC [gC m-3] = orgc x density x (1 - coarse fragments / 100); with that of the whole soil, whose mass includes
the coarse fragments, SOC = orgc x (density - coarse fragments / 100 x 2650).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from proda_core.records.checks import one_of

# Bulk densities of WoSIS, the first that a layer has is used: of the fine earth, oven dry, air dry,
# at 33 kPa, field moist; then of the whole soil, whose mass includes the coarse fragments.
FINE_EARTH = ("bdfiod", "bdfiad", "bdfi33", "bdfifm")
WHOLE_SOIL = ("bdwsod", "bdws33")
BULK_DENSITIES = (*FINE_EARTH, *WHOLE_SOIL)
STONE_DENSITY = 2650.0  # kg m-3, of quartz [Poesen & Lavee 1994, Catena 23:1]
DENSITIES_OF = ("fine_earth", "whole_soil")
WHOLE_SOIL_CHOICES = ("convert", "as_fine_earth")
KG_PER_M3 = 1000.0  # kg m-3 in one kg dm-3

FINE, WHOLE, FILLED, NONE = range(4)
BULK_DENSITY_FLAGS = {
    FINE: "measured_fine_earth",
    WHOLE: "measured_whole_soil",
    FILLED: "filled_by_function",
    NONE: "missing",
}


def filled_bulk_density(orgc: np.ndarray) -> np.ndarray:
    """PRODA's bulk density [kg m-3] for organic carbon [g kg-1]: 319.05 + 1300.69 exp(-0.00885 x 1.724 orgc).

    1.724 turns carbon into organic matter. [PRODA]

    >>> filled_bulk_density(np.array([0.0, 100.0])).round(1).tolist()
    [1619.7, 601.9]
    """
    return 319.05 + 1300.69 * np.exp(-0.00885 * 1.724 * orgc)


def fine_earth_mass(density: np.ndarray, stones: np.ndarray) -> np.ndarray:
    """Mass of fine earth in a volume of soil [kg m-3], from the density of the whole soil [kg m-3].

    stones : share of the volume [1]; NaN where the stones would weigh as much as the soil, or more

    >>> fine_earth_mass(np.array([1700.0, 700.0]), np.array([0.3, 0.3])).tolist()
    [905.0, nan]
    """
    mass = density - stones * STONE_DENSITY
    return np.where(mass > 0, mass, np.nan)


def bulk_density(layers: pd.DataFrame, fill: str | None = "proda") -> tuple[np.ndarray, np.ndarray]:
    """Bulk density (layer) [kg m-3] and where it comes from (layer), see BULK_DENSITY_FLAGS.

    layers : columns orgc and any of BULK_DENSITIES [kg dm-3]; numbers not above zero count as missing
    fill : "proda" computes missing ones from organic carbon, None leaves them missing
    """
    density, flag = np.full(len(layers), np.nan), np.full(len(layers), NONE, np.int8)
    for name in [n for n in BULK_DENSITIES if n in layers]:
        values = layers[name].to_numpy(float)
        take = np.isnan(density) & (values > 0)
        density[take] = values[take] * KG_PER_M3
        flag[take] = FINE if name in FINE_EARTH else WHOLE
    if fill == "proda":
        gap = np.isnan(density) & np.isfinite(layers["orgc"].to_numpy(float))
        density[gap] = filled_bulk_density(layers["orgc"].to_numpy(float)[gap])
        flag[gap] = FILLED
    return density, flag


def carbon_content(
    layers: pd.DataFrame,
    *,
    coarse_fragments: bool = False,
    fill: str | None = "proda",
    whole_soil: str = "convert",
) -> pd.DataFrame:
    """Carbon (layer) [gC m-3], bulk_density [kg m-3], bulk_density_flag, fragments_unknown (bool).

    coarse_fragments : subtract the volume of stones where the density is of the fine earth; PRODA does not
    whole_soil : "convert" subtracts the mass of stones from a density of the whole soil; "as_fine_earth"
        takes it as it is, as PRODA does

    A layer without a number of stones is treated as free of them and flagged where they count. Carbon is
    NaN where a whole soil is lighter than its stones.
    """
    one_of(whole_soil, WHOLE_SOIL_CHOICES, "whole_soil")
    density, flag = bulk_density(layers, fill)
    stones = layers["cfvo"].to_numpy(float) / 100 if "cfvo" in layers else np.full(len(layers), np.nan)
    whole = (flag == WHOLE) & (whole_soil == "convert")
    counted = whole | ((flag != WHOLE) & coarse_fragments)
    share = np.where(counted & np.isfinite(stones), stones, 0.0)
    mass = np.where(whole, fine_earth_mass(density, share), density * (1 - share))
    return pd.DataFrame(
        {
            "carbon": layers["orgc"].to_numpy(float) * mass,
            "bulk_density": density,
            "bulk_density_flag": flag,
            "fragments_unknown": counted & np.isnan(stones),
        },
        index=layers.index,
    )
