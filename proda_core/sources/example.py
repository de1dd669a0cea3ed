"""The built-in synthetic example: a small study that needs no download.

60 synthetic profiles in 30 half-degree cells, made from the seed when it is asked for. Nothing in
it was measured. Carbon follows a sum of two exponentials of depth whose size and shape depend on
the surroundings, times log-normal noise; five mistakes are planted for quality control to find.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources.covariate_table import covariates_from, vegetation_of
from proda_core.sources.example_covariates import covariate_values
from proda_core.sources.example_forcing import GRID, forcing
from proda_core.sources.example_world import CELL, COLUMNS, ROWS, SOUTH, WEST, Land, cell_centres, land_maker
from proda_core.sources.grid_cells import cell_area
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import Note, checked_against_forcing, identified, table
from proda_core.vocabulary.covariates import NORTHEAST

NAME, TITLE = "example", "Synthetic example: an invented landscape, nothing in it was measured"
SITES = 60
SHARED_PLACES = 6  # the last sites repeat the places of the first, as profiles of one pit do
FIRST_PROFILE_ID = 900_000
SPREAD_BETWEEN_SITES, SPREAD_BETWEEN_LAYERS = 0.25, 0.15  # sd of ln carbon


def load(seed: int = 0) -> Study:
    """Make the example; the same seed always gives the same study."""
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]
    land_at = land_maker(streams[0])
    cells = land_at(*cell_centres())
    sites = land_at(*_coordinates(streams[1]))
    cells_forcing, cells_covariates = _cells(cells)
    profiles, covariates, notes = _sites(sites, streams[2])
    site_forcing = _forcing_of_sites(sites, cells_forcing)
    profiles, of_forcing = checked_against_forcing(profiles, site_forcing)
    return Study(
        name=NAME,
        title=TITLE,
        synthetic=True,
        profiles=profiles,
        forcing=site_forcing,
        covariates=covariates,
        cells_forcing=cells_forcing,
        cells_covariates=cells_covariates,
        quality=table(identified(notes + of_forcing, profiles)),
        provenance={"source": "synthetic example, invented", "seed": seed, "licence": "MIT", "inputs": {}},
    )


def true_carbon(land: Land, depth: np.ndarray) -> np.ndarray:
    """Carbon (site, depth) [gC m-3] without noise, at depths (site, depth) [m].

    C(z) = a (0.85 exp(-z / h) + 0.15 exp(-z / 0.7 m)): larger where production is higher and where it is
    colder, wetter and more clayey; deeper (h) under prairie than under forest.
    """
    amount = 55e3 * (land.npp / 480) ** 0.8 * np.exp(-0.05 * (land.temperature - 6))
    amount *= (0.6 + 0.8 * land.wetness) * (land.clay / 22) ** 0.25
    steep = (0.10 + 0.08 * (1 - land.forest))[:, None]
    return amount[:, None] * (0.85 * np.exp(-depth / steep) + 0.15 * np.exp(-depth / 0.7))


def _coordinates(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (site); the last few repeat the first few."""
    lon = np.round(rng.uniform(WEST, WEST + COLUMNS * CELL, SITES), 4)
    lat = np.round(rng.uniform(SOUTH, SOUTH + ROWS * CELL, SITES), 4)
    lon[-SHARED_PLACES:], lat[-SHARED_PLACES:] = lon[:SHARED_PLACES], lat[:SHARED_PLACES]
    return lon, lat


def _cells(land: Land) -> tuple[Forcing, Covariates]:
    numbers = np.arange(len(land.lon))
    ds = forcing(land, numbers).ds
    ds = ds.assign(
        cell_area=("site", cell_area(land.lat, CELL)), land_fraction=("site", np.ones(len(numbers)))
    )
    covariates, _ = covariates_from(covariate_values(land), NORTHEAST, numbers, cells=True)
    return Forcing(ds), _labelled(covariates)


def _forcing_of_sites(land: Land, cells: Forcing) -> Forcing:
    """Every site takes the forcing of the cell it lies in."""
    column = np.clip(np.floor((land.lon - WEST) / CELL), 0, COLUMNS - 1).astype(int)
    row = np.clip(np.floor((land.lat - SOUTH) / CELL), 0, ROWS - 1).astype(int)
    cell = (ROWS - 1 - row) * COLUMNS + column
    ds = cells.ds.drop_vars(["cell_area", "land_fraction"]).isel(site=cell)
    located = {"lon": ("site", land.lon), "lat": ("site", land.lat), "site": np.arange(len(cell))}
    return Forcing(ds.assign_coords(site=located.pop("site")).assign(located))


def _sites(land: Land, rng: np.random.Generator) -> tuple[Profiles, Covariates, list[Note]]:
    values = covariate_values(land)
    values[8, NORTHEAST.index("USDA_Suborder")] = 87  # planted: no suborder has this number
    covariates, notes = covariates_from(values, NORTHEAST, np.arange(SITES))
    depths, carbons = _observations(land, rng)
    profiles, more = profiles_from(
        depths,
        carbons,
        lon=land.lon,
        lat=land.lat,
        profile_id=FIRST_PROFILE_ID + np.arange(SITES),
        column_bottom=float(GRID.layer_bottom[-1]),
        vegetation=vegetation_of(covariates),
    )
    return Profiles(_marked(profiles.ds)), _labelled(covariates), more + notes


def _observations(land: Land, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Depths [m] and carbon [gC m-3] of every site, with four of the planted mistakes."""
    depths, carbons = [], []
    between = rng.normal(0, SPREAD_BETWEEN_SITES, SITES)
    for site in range(SITES):
        depth = _horizons(rng)
        one = Land(**{name: value[site : site + 1] for name, value in vars(land).items()})
        noise = np.exp(between[site] + rng.normal(0, SPREAD_BETWEEN_LAYERS, len(depth)))
        depths.append(depth)
        carbons.append(np.round(true_carbon(one, depth[None, :])[0] * noise, 0))
    carbons[11][-1] = 0.0  # planted: nothing was found, or nothing was written down
    carbons[23][0] *= 100.0  # planted: a percentage taken for a fraction
    depths[35], carbons[35] = depths[35][:1], carbons[35][:1]  # planted: one layer only
    depths[47], carbons[47] = np.roll(depths[47], 1), np.roll(carbons[47], 1)  # planted: out of order
    return depths, carbons


def _horizons(rng: np.random.Generator) -> np.ndarray:
    """Mid-depths (observation) [m] of four to nine horizons, thicker below, to half a centimetre."""
    count, bottom = rng.integers(4, 10), rng.uniform(0.8, 2.0)
    edges = bottom * (np.arange(count + 1) / count) ** 1.6
    return np.round((edges[1:] + edges[:-1]) / 2 * 200) / 200


def _labelled(covariates: Covariates) -> Covariates:
    return Covariates(_marked(covariates.ds))


def _marked(ds: xr.Dataset) -> xr.Dataset:
    return ds.assign_attrs(synthetic=1, title=TITLE)
