"""Vegetation classes in which results are compared [ch37], and how land cover maps to them.

The chapter names evergreen, deciduous and mixed forest, shrubland, savanna, grassland, cropland
and wetland. The mapping from ESA CCI land cover follows IGBP habits: a mosaic with cropland is
cropland, trees or shrubs mixed with herbs are savanna, flooded vegetation is wetland; urban, bare,
sparse, water and ice are "other".
"""

from __future__ import annotations

from types import MappingProxyType

VEGETATION: tuple[str, ...] = (
    "evergreen forest",
    "deciduous forest",
    "mixed forest",
    "shrubland",
    "savanna",
    "grassland",
    "cropland",
    "wetland",
    "other",
)
CODE = MappingProxyType({name: code for code, name in enumerate(VEGETATION)})
UNKNOWN = -1  # land cover missing or in no legend

_BY_LAND_COVER = {
    "evergreen forest": (5, 7),
    "deciduous forest": (6, 8),
    "mixed forest": (9,),
    "shrubland": (12,),
    "savanna": (10, 11),
    "grassland": (13,),
    "cropland": (1, 2, 3, 4),
    "wetland": (16, 17, 18),
    "other": (14, 15, 19, 20, 21, 22),
}
FROM_ESA_LAND_COVER = MappingProxyType(
    {cover: CODE[name] for name, covers in _BY_LAND_COVER.items() for cover in covers}
)
