"""Table of readers: which function opens which data set, and the kind of its result.

A run starts from a study; profiles need the forcing of a study's grid; products, fields, parameters and
borders are compared with studies and maps or used to make them.
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
from proda_core.sources.raster_aggregation import OnProgress

KINDS = ("study", "profiles", "product", "fields", "parameters", "borders")
US_WINDOW = (-130.0, 23.0, -65.0, 51.0)  # west, south, east, north
SPINUP_FIELDS = ("NPP", "TOTSOMC", "nbedrock", "ALTMAX", "ALTMAX_LASTYEAR", "O_SCALAR")


@dataclass(frozen=True)
class Reader:
    """``kind`` is one of KINDS; ``read`` takes the directory of the raw files.

    ``reports_progress`` : whether ``read`` takes ``on_progress``, as readers of rasters do.
    """

    kind: str
    read: Callable[..., Study | Profiles | Product | xr.Dataset | pd.DataFrame | dict]
    reports_progress: bool = False


def _rasters(kind: str, module) -> Reader:
    def read(directory: Path, on_progress: OnProgress | None = None) -> Product | xr.Dataset:
        return module.load(directory, region=borders.conterminous_us(), on_progress=on_progress)

    return Reader(kind, read, reports_progress=True)


def _wosis(directory: Path) -> Profiles:
    return wosis.load(directory, region=borders.conterminous_us_outline())[0]


def _spinup(directory: Path) -> xr.Dataset:
    present = [name for name in SPINUP_FIELDS if any(Path(directory).rglob(f"*_{name}.mat"))]
    return cesm_spinup.read(directory, present or SPINUP_FIELDS[:1], bounds=US_WINDOW)


READERS: dict[str, Reader] = {
    "proda_published": Reader("study", proda_published.load),
    "wosis_2019": Reader("profiles", _wosis),
    "wosis_2023": Reader("profiles", _wosis),
    "wise30sec": _rasters("product", wise30sec),
    "soilgrids_2017": _rasters("product", soilgrids),
    "soilgrids_2020": _rasters("product", soilgrids),
    "sanderman2017": _rasters("product", sanderman),
    "cesm2_spinup": Reader("fields", _spinup),
    "mod17": _rasters("fields", mod17),
    "clm5": Reader("parameters", clm_parameters.read),
    "natural_earth": Reader("borders", borders.countries),
}


def read(name: str, directory: Path | str, on_progress: OnProgress | None = None):
    """Open a data set of READERS from the directory of its raw files, for the conterminous US.

    on_progress : called while rasters are read
    """
    reader = READERS[one_of(name, READERS, "data set")]
    options = {"on_progress": on_progress} if reader.reports_progress else {}
    return reader.read(Path(directory), **options)


def check(name: str, directory: Path | str, on_progress: OnProgress | None = None) -> Summary:
    """Open a data set and summarise it, as printed by ``proda data check NAME``."""
    found = read(name, directory, on_progress)
    if isinstance(found, pd.DataFrame):
        facts = {str(i): f"{row['value']:.6g} {row['unit']}" for i, row in found.iterrows()}
        return Summary(facts, pd.DataFrame())
    if isinstance(found, dict):
        return Summary({"shapes": f"{len(found):,}", "names": ", ".join(sorted(found))}, pd.DataFrame())
    return summarise(found)
