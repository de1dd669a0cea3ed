"""Which reader opens which data set, and what kind of thing comes out: one row per data set.

Studies go through the journey; profiles need the forcing of a study's grid; products, fields,
parameters and borders are what studies and maps are compared with or made of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from proda_core.records.checks import one_of
from proda_core.records.products import Product
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources import (
    borders,
    cesm_spinup,
    clm_parameters,
    mod17,
    proda_published,
    sanderman,
    soilgrids,
    wise30sec,
    wosis,
)
from proda_core.sources.check import Summary, summarise

KINDS = ("study", "profiles", "product", "fields", "parameters", "borders")
US_WINDOW = (-130.0, 23.0, -65.0, 51.0)  # west, south, east, north
SPINUP_FIELDS = ("NPP", "TOTSOMC", "nbedrock", "ALTMAX", "ALTMAX_LASTYEAR", "O_SCALAR")


@dataclass(frozen=True)
class Reader:
    """``kind`` is one of KINDS; ``read`` takes the directory of the raw files."""

    kind: str
    read: Callable[[Path], Study | Profiles | Product | xr.Dataset | pd.DataFrame | dict]


def _product(module) -> Reader:
    return Reader("product", lambda directory: module.load(directory, region=borders.conterminous_us()))


def _wosis(directory: Path) -> Profiles:
    return wosis.load(directory, region=borders.conterminous_us_outline())[0]


def _spinup(directory: Path) -> xr.Dataset:
    present = [name for name in SPINUP_FIELDS if any(Path(directory).rglob(f"*_{name}.mat"))]
    return cesm_spinup.read(directory, present or SPINUP_FIELDS[:1], bounds=US_WINDOW)


READERS: dict[str, Reader] = {
    "proda_published": Reader("study", proda_published.load),
    "wosis_2019": Reader("profiles", _wosis),
    "wosis_2023": Reader("profiles", _wosis),
    "wise30sec": _product(wise30sec),
    "soilgrids_2017": _product(soilgrids),
    "soilgrids_2020": _product(soilgrids),
    "sanderman2017": _product(sanderman),
    "cesm2_spinup": Reader("fields", _spinup),
    "mod17": Reader("fields", lambda directory: mod17.load(directory, region=borders.conterminous_us())),
    "clm5": Reader("parameters", clm_parameters.read),
    "natural_earth": Reader("borders", borders.countries),
}


def read(name: str, directory: Path | str):
    """Open a data set of READERS from the directory of its raw files, for the conterminous US."""
    return READERS[one_of(name, READERS, "data set")].read(Path(directory))


def check(name: str, directory: Path | str) -> Summary:
    """Open a data set and say what it holds: what ``proda data check NAME`` shows."""
    found = read(name, directory)
    if isinstance(found, pd.DataFrame):
        facts = {str(i): f"{row['value']:.6g} {row['unit']}" for i, row in found.iterrows()}
        return Summary(facts, pd.DataFrame())
    if isinstance(found, dict):
        return Summary({"shapes": f"{len(found):,}", "names": ", ".join(sorted(found))}, pd.DataFrame())
    return summarise(found)
