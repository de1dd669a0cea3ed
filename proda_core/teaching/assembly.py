"""Build a study from plain arrays, with the same tables and quality control as real data sets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources.covariate_table import covariates_from, vegetation_of
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import Note, checked_against_forcing, identified, table
from proda_core.teaching.forcing import GRID
from proda_core.vocabulary.covariates import NAMES

FIRST_PROFILE_ID = 1_000_000
TITLE = "Teaching continent: a synthetic United States, none of it measured"
MARKS = {"synthetic": 1, "title": TITLE}


@dataclass(frozen=True, eq=False)
class Parts:
    """The arrays of a study before its records are made.

    depths, carbons : one array (observation) per site, [m] and [gC m-3]
    covariates, cells_covariates : (site, covariate) and (cell, covariate) of the vocabulary
    forcing, cells_forcing : data sets (site, ...), the second with cell_area and land_fraction
    notes : quality notes on corrected values
    """

    lon: np.ndarray
    lat: np.ndarray
    depths: list[np.ndarray]
    carbons: list[np.ndarray]
    covariates: np.ndarray
    cells_covariates: np.ndarray
    forcing: xr.Dataset
    cells_forcing: xr.Dataset
    notes: list[Note] = field(default_factory=list)


def assemble(parts: Parts, name: str, provenance: dict) -> Study:
    """Build the records and the quality notes of a study."""
    sites, cells = np.arange(len(parts.depths)), parts.cells_forcing["site"].values
    covariates, notes = covariates_from(parts.covariates, NAMES, sites)
    cells_covariates, cell_notes = covariates_from(parts.cells_covariates, NAMES, cells, cells=True)
    profiles, more = profiles_from(
        parts.depths,
        parts.carbons,
        lon=parts.lon,
        lat=parts.lat,
        profile_id=FIRST_PROFILE_ID + sites,
        column_bottom=float(GRID.layer_bottom[-1]),
        vegetation=vegetation_of(covariates),
    )
    forcing, cells_forcing = Forcing(_marked(parts.forcing)), Forcing(_marked(parts.cells_forcing))
    profiles, of_forcing = checked_against_forcing(profiles, forcing)
    notes = notes + more + of_forcing + parts.notes
    return Study(
        name=name,
        title=TITLE,
        synthetic=True,
        profiles=Profiles(_marked(profiles.ds)),
        forcing=forcing,
        covariates=Covariates(_marked(covariates.ds)),
        cells_forcing=cells_forcing,
        cells_covariates=Covariates(_marked(cells_covariates.ds)),
        quality=table(identified(notes, profiles) + cell_notes + _cell_forcing_notes(cells_forcing)),
        provenance=provenance,
    )


def _cell_forcing_notes(forcing: Forcing) -> list[Note]:
    """A note for every cell that stays empty on the map."""
    reason = "forcing incomplete: no carbon on the map"
    return [
        Note(-1, reason, f"missing values of {', '.join(forcing.missing(cell))}", cell=int(cell))
        for cell in forcing.sites[~forcing.complete.values]
    ]


def _marked(ds: xr.Dataset) -> xr.Dataset:
    return ds.assign_attrs(MARKS)
