"""The input of the published PRODA study: conterminous US profiles, CESM2 forcing, 60 covariates.

The directory ENSEMBLE/INPUT_DATA of the BINN repository: profiles of WoSIS 2019 with those of
Hugelius and Mishra, spin-up fields of CESM2 (20 layers), covariates of sites and half-degree cells.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.records.checks import expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import MAX_DEPTH
from proda_core.records.study import Study
from proda_core.sources import borders
from proda_core.sources import proda_published_tables as tables
from proda_core.sources.cesm_forcing import from_spinup
from proda_core.sources.covariate_table import covariates_from, vegetation_of
from proda_core.sources.locate import locate
from proda_core.sources.matlab import read_matrix
from proda_core.sources.product_data import hashes
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import LEFT_OUT, Note, checked_against_forcing, table
from proda_core.sources.spherical_grid import regular
from proda_core.vocabulary.covariates import NAMES
from proda_core.vocabulary.soil_layers import GRIDS

NAME = "proda_published"
TITLE = "Conterminous United States: the input of the published PRODA study"
UNITED_STATES = 156  # country code of the profile table
# Corners of the conterminous US in the published code: west, south, east, north.
BOX = (-124.763068, 24.5, -66.949895, 49.384358)
RESOLUTION = 0.5  # degrees, of the cells
ELIGIBLE = "eligible_profile_loc_0_cesm2_clm5_cen_vr_v2_whole_time.mat"
FILES = ("soc_profile_*.nc", "soc_data_integrate_*.nc", "*_env_info.mat", "world_grid_envinfo_present.mat")


def load(directory: Path | str, *, eligible: bool = False, coordinates: str = "published") -> Study:
    """The study's profiles in the conterminous US and its half-degree cells.

    eligible : only the profiles the published study kept (its list, numbered from 1, comes with the data)
    coordinates : placement of the CESM2 fields, see cesm_spinup
    """
    everywhere = tables.read_profiles(directory)
    rows = _chosen(directory, everywhere, eligible)
    profiles, sites = everywhere.iloc[rows].reset_index(drop=True), np.arange(len(rows))
    lon, lat = profiles["lon"].to_numpy(), profiles["lat"].to_numpy()
    values = tables.read_site_covariates(directory, everywhere["profile_id"].to_numpy())[rows]
    covariates, notes = covariates_from(values, NAMES, sites)
    forcing, more = from_spinup(directory, sites=sites, lon=lon, lat=lat, coordinates=coordinates)
    depths, carbons, dropped = _observations(directory, profiles["profile_id"].to_numpy())
    record, odd = profiles_from(
        depths,
        carbons,
        lon=lon,
        lat=lat,
        profile_id=profiles["profile_id"].to_numpy(),
        column_bottom=float(GRIDS["clm5_20"].layer_bottom[-1]),
        vegetation=vegetation_of(covariates),
    )
    record, of_forcing = checked_against_forcing(record, forcing)
    cells_forcing, cells_covariates, cell_notes = _cells(directory, coordinates)
    return Study(
        name=NAME,
        title=TITLE,
        synthetic=False,
        profiles=record,
        forcing=forcing,
        covariates=covariates,
        cells_forcing=cells_forcing,
        cells_covariates=cells_covariates,
        quality=table([*dropped, *odd, *of_forcing, *more, *notes, *cell_notes]),
        provenance={
            "source": "Hardyxu8067/BINN, ENSEMBLE/INPUT_DATA (Xu et al. 2025; Tao et al. 2020)",
            "licence": "MIT (repository); profiles: see WoSIS",
            "coordinates": coordinates,
            "inputs": hashes([locate(directory, name) for name in FILES]),
        },
    )


def _chosen(directory: Path | str, profiles: pd.DataFrame, eligible: bool) -> np.ndarray:
    """Rows (from 0) of the profiles in the conterminous US."""
    west, south, east, north = BOX
    chosen = (profiles["country"] == UNITED_STATES) & profiles["lon"].between(west, east)
    chosen &= profiles["lat"].between(south, north)
    if eligible:
        listed = read_matrix(locate(directory, ELIGIBLE, what="published study"), "eligible_loc_0").ravel()
        chosen &= np.isin(np.arange(len(profiles)) + 1, listed)
    rows = np.flatnonzero(chosen)
    expect(
        len(rows) > 0,
        f"{directory}: expected profiles of the conterminous US (country {UNITED_STATES}), found none",
    )
    return rows


def _observations(
    directory: Path | str, profile_id: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray], list[Note]]:
    """Depths [m] and carbon [gC m-3] of every profile; layers without a depth in the soil are noted."""
    layers = tables.read_layers(directory)
    site = pd.Series(np.arange(len(profile_id)), index=profile_id)
    layers = layers.assign(site=layers["profile_id"].map(site), depth=layers["node"] / 100.0).dropna(
        subset="site"
    )
    placed = layers["depth"].between(0.0, MAX_DEPTH)
    notes = [
        Note(int(r.site), "layer without a depth in the soil", f"{r.depth:g} m", LEFT_OUT, int(r.profile_id))
        for r in layers[~placed].itertuples()
    ]
    layers = layers[placed].sort_values("site", kind="stable")
    cuts = np.cumsum(np.bincount(layers["site"].astype(int), minlength=len(profile_id)))[:-1]
    carbon = layers["carbon"].where(layers["carbon"] >= 0)
    return np.split(layers["depth"].to_numpy(), cuts), np.split(carbon.to_numpy(), cuts), notes


def _cells(directory: Path | str, coordinates: str) -> tuple[Forcing, Covariates, list[Note]]:
    """Forcing and covariates of the half-degree cells with land of the conterminous US."""
    values = tables.read_cell_covariates(directory)
    region = borders.conterminous_us()
    grid = regular(RESOLUTION, region.bounds)
    lon, lat = values[:, NAMES.index("Lon")], values[:, NAMES.index("Lat")]
    column = np.floor((lon - grid.lon_edges[0]) / RESOLUTION).astype(int)
    row = np.floor((grid.lat_edges[0] - lat) / RESOLUTION).astype(int)
    inside = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    land = np.zeros(len(values))
    land[inside] = borders.area_fraction(region, grid)[row[inside], column[inside]]
    cells = np.flatnonzero(land > 0)
    expect(len(cells) > 0, f"{directory}: expected half-degree cells in the conterminous US, found none")
    covariates, notes = covariates_from(values[cells], NAMES, cells, cells=True)
    forcing, more = from_spinup(
        directory, sites=cells, lon=lon[cells], lat=lat[cells], coordinates=coordinates, cells=True
    )
    area = grid.cell_area[row[cells], column[cells]]
    ds = forcing.ds.assign(cell_area=("site", area), land_fraction=("site", land[cells]))
    return Forcing(ds), covariates, notes + more
