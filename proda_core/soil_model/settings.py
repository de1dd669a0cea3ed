"""Settings of the soil model that are not parameters, each a named field with an explanation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

from proda_core.records.checks import InputError
from proda_core.records.settings import setting
from proda_core.vocabulary.constants import MIN_WATER_POTENTIAL
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

BEDROCK_SCHEMES: tuple[str, ...] = ("closed", "authors")
WATER_FORMS: tuple[str, ...] = ("scalar", "potential")
#: What each form of water limitation reads from the forcing, and the only form to use the parameter.
WATER_VARIABLES = MappingProxyType({"scalar": "water_scalar", "potential": "soil_water_potential"})
WATER_PARAMETERS = MappingProxyType({"scalar": "w_scaling", "potential": "maxpsi"})


@dataclass(frozen=True)
class ModelSettings:
    """Layers, bedrock, water limitation and texture of the soil column.

    ``field_help(ModelSettings)`` explains every field.

    >>> ModelSettings().layers.size
    20
    """

    grid: str = setting(
        "clm5_20",
        "soil layers; clm5_20: CLM5's 20 layers; clm45_10: the chapter's 10",
        choices=tuple(GRIDS),
    )
    bedrock: str = setting(
        "closed",
        "bedrock; closed: no carbon crosses the interface under the last soil layer, as in CLM; authors: "
        "the published code's scheme, which leaks there",
        choices=BEDROCK_SCHEMES,
    )
    water: str = setting(
        "scalar",
        "water limitation; scalar: CLM5's water scalar times w_scaling; potential: computed from soil water "
        "potential and maxpsi",
        choices=WATER_FORMS,
    )
    texture: bool = setting(
        False,
        "transfer fractions of fast soil carbon from sand content, as in CLM5's default run, instead of "
        "fs1s2 and fs1s3",
    )
    advection: float = setting(
        0.0, "downward velocity of carbon; none in CLM5 and in the chapter", unit="m yr-1"
    )
    minpsi: float = setting(
        MIN_WATER_POTENTIAL,
        "water potential below which decomposition stops, in the form potential; CLM5 -2, CLM4.5 -10",
        unit="MPa",
    )

    def __post_init__(self) -> None:
        _expect_one_of("layer grid", self.grid, tuple(GRIDS))
        _expect_one_of("bedrock scheme", self.bedrock, BEDROCK_SCHEMES)
        _expect_one_of("form of the water scalar", self.water, WATER_FORMS)
        if not math.isfinite(self.advection):
            raise InputError(f"advection: expected a finite velocity in m yr-1, found {self.advection}.")
        if self.bedrock == "authors" and self.advection != 0.0:
            raise InputError(
                "advection: expected 0 with bedrock scheme 'authors' (the published code has none),"
                f" found {self.advection:g} m yr-1"
            )
        if not (math.isfinite(self.minpsi) and self.minpsi < 0):
            raise InputError(f"minpsi: expected a negative water potential in MPa, found {self.minpsi}.")

    @property
    def layers(self) -> LayerGrid:
        """The layer grid itself."""
        return GRIDS[self.grid]


def _expect_one_of(what: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise InputError(f"{what}: expected one of {', '.join(allowed)}, found {found!r}.")
