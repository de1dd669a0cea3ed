"""Legends of the categorical covariates: code and meaning.

Sources: ESA CCI land cover (classes divided by ten); USDA texture triangle as numbered by
SoilGrids; Köppen-Geiger classes of Beck et al. 2018; USDA Soil Taxonomy suborders as numbered by
SoilGrids 2017. The numbers of the WRB subgroups changed between releases of SoilGrids, so the
number is the meaning here.
"""

from __future__ import annotations

from types import MappingProxyType

_LAND_COVER = (
    "rainfed cropland",
    "irrigated cropland",
    "mosaic cropland with natural vegetation",
    "mosaic natural vegetation with cropland",
    "broadleaved evergreen forest",
    "broadleaved deciduous forest",
    "needleleaved evergreen forest",
    "needleleaved deciduous forest",
    "mixed forest",
    "mosaic trees and shrubs with herbs",
    "mosaic herbs with trees and shrubs",
    "shrubland",
    "grassland",
    "lichens and mosses",
    "sparse vegetation",
    "flooded forest, fresh water",
    "flooded forest, saline water",
    "flooded shrubs or herbs",
    "urban",
    "bare",
    "water",
    "snow and ice",
)
_TEXTURE = (
    "clay",
    "silty clay",
    "sandy clay",
    "clay loam",
    "silty clay loam",
    "sandy clay loam",
    "loam",
    "silt loam",
    "sandy loam",
    "silt",
    "loamy sand",
    "sand",
)
_KOPPEN = (
    "Af Am Aw BWh BWk BSh BSk Csa Csb Csc Cwa Cwb Cwc Cfa Cfb Cfc Dsa Dsb Dsc Dsd "
    "Dwa Dwb Dwc Dwd Dfa Dfb Dfc Dfd ET EF"
).split()
# First code of a run of suborders, and the run.
_SUBORDERS = {
    0: "ocean shifting-sand rock ice",
    5: "Histels Turbels Orthels",
    10: "Folists Fibrists Hemists Saprists",
    15: "Aquods Cryods Humods Orthods Gelods",
    20: "Aquands Cryands Torrands Xerands Vitrands Ustands Udands Gelands",
    30: "Aquox Torrox Ustox Perox Udox",
    40: "Aquerts Cryerts Xererts Torrerts Usterts Uderts",
    50: "Cryids Salids Durids Gypsids Argids Calcids Cambids",
    60: "Aquults Humults Udults Ustults Xerults",
    69: "Borolls Albolls Aquolls Rendolls Xerolls Cryolls Ustolls Udolls Gelolls",
    80: "Aqualfs Cryalfs Ustalfs Xeralfs Udalfs Udepts Gelepts",
    89: "Ochrepts Aquepts Anthrepts Cryepts Ustepts Xerepts Aquents Arents Psamments Fluvents Orthents",
}


def _counted(meanings: tuple[str, ...] | list[str], first: int = 1) -> MappingProxyType:
    return MappingProxyType(dict(enumerate(meanings, start=first)))


ESA_LAND_COVER = _counted(_LAND_COVER)
USDA_TEXTURE = _counted(_TEXTURE)
KOPPEN = _counted(_KOPPEN)
USDA_SUBORDER = MappingProxyType(
    {code: name for first, run in _SUBORDERS.items() for code, name in enumerate(run.split(), start=first)}
)
WRB_SUBGROUP = _counted([f"WRB subgroup {code}" for code in range(1, 119)])
ACID_GRADE = _counted([f"grade {code}" for code in range(5)], first=0)
