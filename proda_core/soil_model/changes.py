"""A changed climate: the forcing warmer, wetter or drier, with more or less litter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing


@dataclass(frozen=True)
class Change:
    """Differences from the given forcing; each a number, or one for every year.

    warming : added to soil temperature [K]
    wetness : factor on the water scalar (kept within 0 and 1); soil water potential is divided by
        it, so that 0.8 is drier in both forms of the water scalar [1]
    litter : factor on carbon input [1]
    """

    warming: float | tuple[float, ...] = 0.0
    wetness: float | tuple[float, ...] = 1.0
    litter: float | tuple[float, ...] = 1.0

    def __post_init__(self) -> None:
        for name, least in (("warming", -100.0), ("wetness", 0.0), ("litter", 0.0)):
            values = np.atleast_1d(np.asarray(getattr(self, name), dtype=float))
            good = np.isfinite(values) & (values >= least)
            expect(
                bool(good.all()), f"change: {name}: expected at least {least:g}, found {values[~good][:1]}"
            )
        expect(bool(np.all(np.asarray(self.wetness) > 0)), "change: wetness: expected more than 0, found 0")

    def of_year(self, year: int) -> Change:
        """Return the change in one year (from 0); after the last year given, that of the last.

        >>> Change(warming=(0.0, 1.5)).of_year(7).warming
        1.5
        """
        each = (np.atleast_1d(value) for value in (self.warming, self.wetness, self.litter))
        return Change(*(float(values[min(year, len(values) - 1)]) for values in each))


def changed(forcing: Forcing, change: Change) -> Forcing:
    """Return the forcing with the change of its first year applied."""
    now, ds = change.of_year(0), forcing.ds
    new = {
        "soil_temperature": ds["soil_temperature"] + now.warming,
        "carbon_input": ds["carbon_input"] * now.litter,
    }
    if "water_scalar" in ds:
        new["water_scalar"] = (ds["water_scalar"] * now.wetness).clip(0.0, 1.0)
    if "soil_water_potential" in ds:
        new["soil_water_potential"] = ds["soil_water_potential"] / now.wetness
    return Forcing(ds.assign({name: array.assign_attrs(ds[name].attrs) for name, array in new.items()}))
