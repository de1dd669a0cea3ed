"""The northeast of the United States: the public demonstration set of BINN (Xu et al. 2025).

1,406 WoSIS profiles with CLM5 forcing and 38 covariates, and 132 half-degree cells with the same.
Layout: Training_Data (sites) and Prediction_Data (cells), text tables and NumPy arrays.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import MAX_DEPTH, Profiles
from proda_core.records.store import file_hash
from proda_core.records.study import Study
from proda_core.sources.covariate_table import covariates_from, vegetation_of
from proda_core.sources.grid_cells import cell_area
from proda_core.sources.northeast_files import expect_range, find, read_table
from proda_core.sources.northeast_forcing import GRID, file_names, read_forcing
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import Note, checked_against_forcing, identified, table
from proda_core.vocabulary.covariates import NORTHEAST

NAME, TITLE = "northeast", "Northeast United States: WoSIS profiles of the BINN demonstration"
SITES, CELLS = ("Training_Data", "model_force_"), ("Prediction_Data", "model_force_pred_")
MAX_LAYERS = 200  # columns of the two observation tables
FILES = {
    SITES[0]: (
        "profile_id.txt",
        "env_info.txt",
        "obs_soc_depth.txt",
        "obs_soc_NY.txt",
        *file_names(SITES[1]),
    ),
    CELLS[0]: ("grid_env_info_ID.txt", "grid_env_info_NY.txt", *file_names(CELLS[1])),
}


def load(directory: str | Path, *, covariates: tuple[str, ...] = NORTHEAST) -> Study:
    """Read the set from ``directory``; all its rows stay, site = row number from 0.

    covariates : names of the columns of the tables of covariates, Lon and Lat first
    """
    directory = Path(directory)
    expect(directory.is_dir(), f"northeast: expected a directory, found none at {directory}")
    paths = {f"{part}/{name}": find(directory, part, name) for part in FILES for name in FILES[part]}
    profiles, forcing, of_sites, notes = _sites(directory, covariates)
    cells_forcing, cells_covariates, cell_notes = _cells(directory, covariates)
    return Study(
        name=NAME,
        title=TITLE,
        synthetic=False,
        profiles=profiles,
        forcing=forcing,
        covariates=of_sites,
        cells_forcing=cells_forcing,
        cells_covariates=cells_covariates,
        quality=table(identified(notes, profiles) + cell_notes),
        provenance={
            "source": "BINN demonstration, Input_Data (Hardyxu8067/BINN_Demo)",
            "licence": "unknown",
            "inputs": {name: file_hash(path) for name, path in paths.items()},
        },
    )


def _sites(directory: Path, names: tuple[str, ...]) -> tuple[Profiles, Forcing, Covariates, list[Note]]:
    part, prefix = SITES
    profile_id = _whole_numbers(find(directory, part, "profile_id.txt"))
    rows, sites = len(profile_id), np.arange(len(profile_id))
    values = read_table(find(directory, part, "env_info.txt"), len(names), rows)
    lon, lat = _coordinates(find(directory, part, "env_info.txt"), values)
    covariates, notes = covariates_from(values, names, sites)
    forcing, forcing_notes = read_forcing(directory, part, prefix, sites=sites, lon=lon, lat=lat)
    depths, carbons = _observations(directory, rows)
    profiles, more = profiles_from(
        depths,
        carbons,
        lon=lon,
        lat=lat,
        profile_id=profile_id,
        column_bottom=float(GRID.layer_bottom[-1]),
        vegetation=vegetation_of(covariates),
    )
    profiles, of_forcing = checked_against_forcing(profiles, forcing)
    return profiles, forcing, covariates, more + of_forcing + forcing_notes + notes


def _cells(directory: Path, names: tuple[str, ...]) -> tuple[Forcing, Covariates, list[Note]]:
    part, prefix = CELLS
    cells = _whole_numbers(find(directory, part, "grid_env_info_ID.txt"))
    path = find(directory, part, "grid_env_info_NY.txt")
    values = read_table(path, len(names), len(cells))
    lon, lat = _coordinates(path, values)
    covariates, notes = covariates_from(values, names, cells, cells=True)
    forcing, forcing_notes = read_forcing(directory, part, prefix, sites=cells, lon=lon, lat=lat)
    ds = forcing.ds.assign(cell_area=("site", cell_area(lat)), land_fraction=("site", np.ones(len(cells))))
    ds["land_fraction"].attrs["comment"] = "not given by the source; taken as 1, too much at the coast"
    notes += _cell_forcing_notes(forcing) + [replace(n, site=-1, cell=n.site) for n in forcing_notes]
    return Forcing(ds), covariates, notes


def _cell_forcing_notes(forcing: Forcing) -> list[Note]:
    """A note for every cell that stays empty on the map."""
    gone = forcing.sites[~forcing.complete.values]
    found = {cell: ", ".join(forcing.missing(cell)) for cell in gone}
    reason = "forcing incomplete: no carbon on the map"
    return [Note(-1, reason, f"missing values of {names}", cell=int(c)) for c, names in found.items()]


def _whole_numbers(path: Path) -> np.ndarray:
    """A file with one whole number per row (row) int."""
    values = read_table(path, 1)[:, 0]
    bad = np.flatnonzero(~(values == np.floor(values)))
    if len(bad):
        raise InputError(f"{path}: row {bad[0] + 1}: expected a whole number, found {values[bad[0]]:g}")
    return values.astype(np.int64)


def _coordinates(path: Path, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (row), the first two columns."""
    for column, name, limit in ((0, "longitude", 180), (1, "latitude", 90)):
        bad = np.flatnonzero(~(np.abs(values[:, column]) <= limit))
        if len(bad):
            raise InputError(
                f"{path}: row {bad[0] + 1}, column {column + 1}: expected a {name} of -{limit} to {limit}"
                f" degrees, found {values[bad[0], column]:g}"
            )
    return values[:, 0], values[:, 1]


def _observations(directory: Path, rows: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Depths [m] and carbon [gC m-3] of every site, as given, padding removed."""
    path = find(directory, SITES[0], "obs_soc_depth.txt")
    depth = expect_range(path, read_table(path, MAX_LAYERS, rows), 0, MAX_DEPTH, "m")
    carbon = read_table(find(directory, SITES[0], "obs_soc_NY.txt"), MAX_LAYERS, rows)
    orphan = np.argwhere(np.isfinite(carbon) & np.isnan(depth))
    if len(orphan):
        row, column = orphan[0] + 1
        raise InputError(f"{path}: row {row}, column {column}: expected a depth for its carbon, found none")
    given = np.isfinite(depth)
    return [d[g] for d, g in zip(depth, given)], [c[g] for c, g in zip(carbon, given)]
