"""Settings of the soil model that are not parameters, each a named field with an explanation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from proda_core.records.checks import InputError
from proda_core.vocabulary.constants import MIN_WATER_POTENTIAL
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

BEDROCK_SCHEMES: tuple[str, ...] = ("closed", "authors")
WATER_FORMS: tuple[str, ...] = ("scalar", "potential")


@dataclass(frozen=True)
class ModelSettings:
    """Layers, bedrock, water limitation and texture of the soil column.

    grid : layer grid of :data:`GRIDS`; CLM5's 20 layers, or the chapter's 10
    bedrock : "closed": no carbon crosses the interface under the last soil layer, as CLM does;
        "authors" is the published code's scheme, which leaks there and is kept for comparison
    water : "scalar" scales a given water scalar, "potential" computes it from soil water potential
    texture : True computes the transfer fractions of fast soil carbon from sand content, as CLM5's
        default run does; False uses the parameters
    advection : downward velocity of carbon [m yr-1]; CLM5 and the chapter have none
    minpsi : water potential below which decomposition stops [MPa]; CLM5 -2, CLM4.5 -10

    >>> ModelSettings().layers.size
    20
    """

    grid: str = "clm5_20"
    bedrock: str = "closed"
    water: str = "scalar"
    texture: bool = False
    advection: float = 0.0
    minpsi: float = MIN_WATER_POTENTIAL

    def __post_init__(self) -> None:
        _expect_one_of("layer grid", self.grid, tuple(GRIDS))
        _expect_one_of("bedrock scheme", self.bedrock, BEDROCK_SCHEMES)
        _expect_one_of("form of the water scalar", self.water, WATER_FORMS)
        if not math.isfinite(self.advection):
            raise InputError(f"advection: expected a finite velocity in m yr-1, found {self.advection}.")
        if not (math.isfinite(self.minpsi) and self.minpsi < 0):
            raise InputError(f"minpsi: expected a negative water potential in MPa, found {self.minpsi}.")

    @property
    def layers(self) -> LayerGrid:
        """The layer grid itself."""
        return GRIDS[self.grid]


def _expect_one_of(what: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise InputError(f"{what}: expected one of {', '.join(allowed)}, found {found!r}.")
