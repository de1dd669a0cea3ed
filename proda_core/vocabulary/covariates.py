"""The 60 covariates of PRODA: name, unit, range, kind, and the legend of those that are codes.

The order exists here only. Ranges are those of the world's land on the half-degree grid, or the
physical limits where these are wider; a value outside is a mistake or a fill value. Sources: ESA
CCI land cover; WorldClim 2 (BIO1..BIO19); SoilGrids 2017 (soil); Köppen-Geiger of Beck et al.
2018; CESM2 (cesm2_*, nbedrock).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from proda_core.vocabulary import legends

KINDS: tuple[str, ...] = ("place", "climate", "soil", "vegetation")
SOIL_DEPTHS: tuple[str, ...] = ("0cm", "30cm", "100cm")


@dataclass(frozen=True)
class Covariate:
    """One covariate. ``legend`` maps codes to meanings where the covariate is a category."""

    name: str
    unit: str
    low: float
    high: float
    kind: str
    meaning: str
    legend: MappingProxyType | None = None

    @property
    def categorical(self) -> bool:
        """Whether its numbers are codes, which are encoded and never scaled or averaged."""
        return self.legend is not None


def _code(name: str, kind: str, meaning: str, legend: MappingProxyType) -> Covariate:
    return Covariate(name, "1", min(legend), max(legend), kind, meaning, legend)


def _by_depth(name: str, unit: str, low: float, high: float, meaning: str) -> tuple[Covariate, ...]:
    return tuple(
        Covariate(f"{name}_{depth}", unit, low, high, "soil", f"{meaning} at {depth[:-2]} cm")
        for depth in SOIL_DEPTHS
    )


_BIO = (
    ("degC", -60, 40, "annual mean temperature"),
    ("degC", 0, 40, "mean diurnal temperature range"),
    ("%", 0, 100, "isothermality"),
    ("0.01 degC", 0, 2600, "temperature seasonality (standard deviation x 100)"),
    ("degC", -40, 55, "maximum temperature of the warmest month"),
    ("degC", -80, 35, "minimum temperature of the coldest month"),
    ("degC", 0, 80, "annual temperature range"),
    ("degC", -70, 45, "mean temperature of the wettest quarter"),
    ("degC", -70, 45, "mean temperature of the driest quarter"),
    ("degC", -50, 45, "mean temperature of the warmest quarter"),
    ("degC", -70, 40, "mean temperature of the coldest quarter"),
    ("mm", 0, 12000, "annual precipitation"),
    ("mm", 0, 3500, "precipitation of the wettest month"),
    ("mm", 0, 1000, "precipitation of the driest month"),
    ("%", 0, 300, "precipitation seasonality (coefficient of variation)"),
    ("mm", 0, 9000, "precipitation of the wettest quarter"),
    ("mm", 0, 3000, "precipitation of the driest quarter"),
    ("mm", 0, 7000, "precipitation of the warmest quarter"),
    ("mm", 0, 7000, "precipitation of the coldest quarter"),
)

COVARIATES: tuple[Covariate, ...] = (
    Covariate("Lon", "degrees_east", -180, 180, "place", "longitude"),
    Covariate("Lat", "degrees_north", -90, 90, "place", "latitude"),
    _code("ESA_Land_Cover", "vegetation", "land cover, ESA CCI class / 10", legends.ESA_LAND_COVER),
    *(
        Covariate(f"BIO{number}", unit, low, high, "climate", meaning)
        for number, (unit, low, high, meaning) in enumerate(_BIO, start=1)
    ),
    Covariate("Abs_Depth_to_Bedrock", "cm", 0, 80000, "soil", "depth to bedrock"),
    *_by_depth("Bulk_Density", "kg m-3", 50, 2650, "bulk density of the fine earth"),
    *_by_depth("CEC", "cmol kg-1", 0, 220, "cation exchange capacity"),
    *_by_depth("Clay_Content", "%", 0, 100, "clay content"),
    *_by_depth("Coarse_Fragments_v", "%", 0, 100, "coarse fragments by volume"),
    _code("Garde_Acid", "soil", "grade of subsoil acidity", legends.ACID_GRADE),
    Covariate("Occurrence_R_Horizon", "%", 0, 100, "soil", "probability of an R horizon within 2 m"),
    *_by_depth("pH_Water", "0.1", 20, 110, "pH in water x 10"),
    *_by_depth("Sand_Content", "%", 0, 100, "sand content"),
    *_by_depth("Silt_Content", "%", 0, 100, "silt content"),
    *_by_depth("SWC_v_Wilting_Point", "%", 0, 100, "water content at wilting point, by volume,"),
    *(
        _code(f"Texture_USDA_{d}", "soil", f"texture class at {d[:-2]} cm", legends.USDA_TEXTURE)
        for d in SOIL_DEPTHS
    ),
    _code("USDA_Suborder", "soil", "suborder of USDA Soil Taxonomy", legends.USDA_SUBORDER),
    _code("WRB_Subgroup", "soil", "subgroup of the World Reference Base", legends.WRB_SUBGROUP),
    Covariate("Elevation", "m", -500, 9000, "place", "elevation"),
    _code("Koppen_Climate_2018", "climate", "Köppen-Geiger climate", legends.KOPPEN),
    Covariate("cesm2_npp", "gC m-2 yr-1", 0, 5000, "vegetation", "net primary production of CESM2"),
    Covariate("cesm2_npp_std", "gC m-2 yr-1", 0, 5000, "vegetation", "its standard deviation"),
    Covariate("cesm2_vegc", "gC m-2", 0, 100000, "vegetation", "vegetation carbon of CESM2"),
    Covariate("nbedrock", "1", 1, 25, "soil", "last soil layer of CESM2 above bedrock"),
)

NAMES: tuple[str, ...] = tuple(c.name for c in COVARIATES)
BY_NAME = MappingProxyType({c.name: c for c in COVARIATES})

_NORTHEAST_LEFT_OUT = {
    *(f"BIO{number}" for number in range(1, 20) if number not in (1, 2, 3, 4, 12, 15)),
    *(f"Sand_Content_{depth}" for depth in SOIL_DEPTHS),
    *("Abs_Depth_to_Bedrock", "Garde_Acid", "Occurrence_R_Horizon"),
    *("cesm2_npp", "cesm2_npp_std", "cesm2_vegc"),
}
NORTHEAST: tuple[str, ...] = tuple(name for name in NAMES if name not in _NORTHEAST_LEFT_OUT)
