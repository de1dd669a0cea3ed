"""The small invented landscape of the synthetic example: smooth formulas, made at run time.

It lies where prairie in the west meets forest in the east; north is colder. Everything follows
from a handful of smooth random fields, so that surroundings, forcing and carbon hang together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.vocabulary.constants import FREEZING_POINT, MONTHS
from proda_core.vocabulary.covariates import NORTHEAST
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

GRID = GRIDS["clm5_20"]
WEST, SOUTH, COLUMNS, ROWS, CELL = -96.0, 44.0, 6, 5, 0.5  # degrees and numbers of cells
_DAMPING_DEPTH = 2.4  # m, of the yearly temperature wave
_SURFACE_AMPLITUDE = 12.0  # K
_BELOW_BEDROCK = 0.05  # 1, CLM5's W_SCALAR where there is rock
_NO_PERMAFROST = 42.0  # m, CLM5's deepest thaw where the ground never freezes for a year
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


def forcing(land: Land, numbers: np.ndarray) -> Forcing:
    """CLM5-like forcing (site, layer, month) of the land at points numbered ``numbers`` (site)."""
    shape = (len(numbers), GRID.size, MONTHS)
    month, depth = np.arange(MONTHS), GRID.layer_node[:, None]
    column, surface = ("site", "layer", "month"), ("site", "month")
    wave = np.exp(-depth / _DAMPING_DEPTH) * np.cos(2 * np.pi * (month - 6.5) / 12 - depth / _DAMPING_DEPTH)
    ds = xr.Dataset(
        {
            "lon": ("site", land.lon),
            "lat": ("site", land.lat),
            "soil_temperature": (
                column,
                FREEZING_POINT + 1.5 + land.temperature[:, None, None] + _SURFACE_AMPLITUDE * wave,
            ),
            "water_scalar": (column, _water(land, depth, month)),
            "oxygen_scalar": (column, np.ones(shape)),
            "nitrogen_scalar": (column, np.broadcast_to(0.45 + 0.5 * np.exp(-depth / 0.6), shape).copy()),
            "sand": (("site", "layer"), np.repeat(land.sand[:, None], GRID.size, axis=1)),
            "carbon_input": (("site", "input_pool", "month"), _carbon_input(land, month)),
            "altmax": (surface, np.full((len(numbers), MONTHS), _NO_PERMAFROST)),
            "altmax_last_year": (surface, np.full((len(numbers), MONTHS), _NO_PERMAFROST)),
            "nbedrock": (surface, np.repeat(land.nbedrock[:, None], MONTHS, axis=1)),
        },
        coords={"site": numbers, "input_pool": list(INPUT_POOLS)},
        attrs={"grid": GRID.name, "synthetic": 1, "title": "synthetic example: invented forcing"},
    )
    return Forcing(ds)


def _water(land: Land, depth: np.ndarray, month: np.ndarray) -> np.ndarray:
    """W_SCALAR (site, layer, month): wetter below and in spring, dry in late summer, none in rock."""
    dry_season = 0.25 * np.exp(-(((month - 7.5) / 1.5) ** 2)) * np.exp(-depth / 0.5)
    scalar = 0.45 + 0.45 * land.wetness[:, None, None] + 0.1 * (1 - np.exp(-depth)) - dry_season
    layer = np.arange(1, GRID.size + 1)[:, None]
    return np.where(layer > land.nbedrock[:, None, None], _BELOW_BEDROCK, np.clip(scalar, _BELOW_BEDROCK, 1))


def _carbon_input(land: Land, month: np.ndarray) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1]; a year of it is the NPP.

    Wood falls all year, leaves in autumn; litter is metabolic, cellulose, lignin 1 : 2 : 1 [CLM].
    """
    leaf_fall = 0.3 + 4 * np.exp(-(((month - 9.3) / 0.9) ** 2))
    leaf_fall /= leaf_fall.sum()
    wood = (0.04 + 0.16 * land.forest) * land.npp
    litter = np.multiply.outer(land.npp - wood, [0.25, 0.5, 0.25])[:, :, None] * leaf_fall
    debris = np.repeat(wood[:, None, None] / MONTHS, MONTHS, axis=2)
    return np.concatenate([debris, litter], axis=1)


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
