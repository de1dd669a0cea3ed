"""The landscape: the properties of points from which truth, forcing and covariates are derived."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields

import numpy as np

from proda_core.teaching import relief
from proda_core.teaching.climate import Climate, climate
from proda_core.teaching.fields import Field, field
from proda_core.teaching.soil import Soil, SoilNoise, soil
from proda_core.teaching.vegetation import Vegetation, cover_count, vegetation

# Correlation length [km] of every field the landscape is made of.
_LENGTHS = {
    "rough": 45,
    "warm": 300,
    "wet": 250,
    "slope": 70,
    "parent": 260,
    "parent_near": 45,
    "fines": 180,
    "hollow": 55,
    "lime": 200,
    "cover": 120,
    "woods": 130,
    "farms": 110,
    "fertile": 220,
}


@dataclass(frozen=True, eq=False)
class Landscape:
    """The landscape at points."""

    lon: np.ndarray
    lat: np.ndarray
    elevation: np.ndarray  # m
    climate: Climate
    soil: Soil
    vegetation: Vegetation

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, eq=False)
class LandscapeMaker:
    """Random fields of one continent; calling it evaluates the landscape at points."""

    fields: dict[str, Field]

    def __call__(
        self,
        lon: np.ndarray,
        lat: np.ndarray,
        place: np.ndarray | None = None,
        rng: np.random.Generator | None = None,
    ) -> Landscape:
        """The landscape at points (point); with ``place`` numbers, each place has its own departures.

        Without them, the smooth landscape of a grid cell.
        """
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        noise, own = _departures(len(lon), place, rng)
        height = relief.elevation(lon, lat, self.fields["rough"])
        air = climate(lon, lat, height, self.fields["warm"], self.fields["wet"])
        soils = soil(lon, lat, height, air, self.fields, noise)
        plants = vegetation(lon, lat, air, soils, self.fields, own)
        return Landscape(lon, lat, height, air, soils, plants)


def landscape_maker(rng: np.random.Generator) -> LandscapeMaker:
    """Draw the fields of a continent."""
    return LandscapeMaker({name: field(rng, length) for name, length in _LENGTHS.items()})


def _departures(size: int, place: np.ndarray | None, rng) -> tuple[SoilNoise, np.ndarray]:
    names = [item.name for item in dataclass_fields(SoilNoise)]
    if place is None:
        return SoilNoise(**{name: np.zeros(size) for name in names}), np.zeros((size, cover_count()))
    places = int(place.max()) + 1
    noise = {name: rng.normal(0, 1, places)[place] for name in names}
    return SoilNoise(**noise), rng.uniform(0, 1, (places, cover_count()))[place]
