"""Generate the continent from a seed: landscape, sites, forcing, covariates, profiles and truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.records.checks import expect, one_of
from proda_core.records.forcing import Forcing
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.soil_model import steady_state
from proda_core.soil_model.settings import ModelSettings
from proda_core.teaching.assembly import MARKS, Parts, assemble
from proda_core.teaching.covariates import covariate_values
from proda_core.teaching.dirty import spoil
from proda_core.teaching.forcing import GRID, forcing
from proda_core.teaching.horizons import horizons
from proda_core.teaching.landscape import Landscape, landscape_maker
from proda_core.teaching.observed import at_depths, limit_carbon, measurement_error, structural_error
from proda_core.teaching.outline import land_cells
from proda_core.teaching.parameters import PRIOR, departures, parameters
from proda_core.teaching.sites import Sites, sites
from proda_core.teaching.truth import cell_truth, faults, site_truth, truth_dataset

PROFILES = 26_509  # of the chapter [ch37]
LEAST_PROFILES = 50
VARIANTS = ("teaching", "teaching-dirty")
_STREAMS = (
    "landscape",
    "places",
    "departures",
    "local",
    "depths",
    "structure",
    "measurement",
    "cells",
    "dirt",
)
_STEPS = 5


@dataclass(frozen=True, eq=False)
class World:
    """A study and its truth."""

    study: Study
    truth: xr.Dataset


def make(
    seed: int,
    variant: str = "teaching",
    n_profiles: int = PROFILES,
    on_progress: Callable[[Progress], None] | None = None,
) -> World:
    """Generate the continent; the same seed, variant and size always give the same one."""
    one_of(variant, VARIANTS, "variant")
    expect(n_profiles >= LEAST_PROFILES, f"profiles: expected at least {LEAST_PROFILES}, found {n_profiles}")
    report, rng = _reporter(on_progress), _streams(seed)
    report("drawing the landscape")
    cells, maker = land_cells(), landscape_maker(rng["landscape"])
    where = sites(n_profiles, maker, rng["places"])
    cell_land = maker(cells.lon, cells.lat)
    land = maker(where.lon, where.lat, where.place, rng["departures"])
    report("making forcing")
    cell_forcing, cell = forcing(cell_land), cells.holding(where.lon, where.lat)
    report("running the soil model at every site")
    columns = steady_state.prepare(cell_forcing, ModelSettings(grid=GRID.name, water="scalar"))
    variables = _site_variables(land, where, columns, cell, cell_forcing, rng)
    report("running the soil model in every cell")
    variables |= cell_truth(cell_land, columns, rng["cells"])
    report("checking and storing")
    parts = _parts(where, land, cell_land, cell_forcing, cell, variables)
    if variant == "teaching-dirty":
        parts, planted = spoil(parts, rng["dirt"])
        variables |= faults(planted)
    study = assemble(parts, variant, _provenance(seed, variant, n_profiles))
    return World(study, truth_dataset(variables, MARKS | {"seed": seed, "variant": variant}))


def pit_depth(land: Landscape, bedrock: np.ndarray) -> np.ndarray:
    """Greatest depth of sampling (site) [m]: to bedrock, and to water in wet soils."""
    return np.minimum(bedrock, 3.0 * np.exp(-1.6 * land.soil.wetness))


def _site_variables(
    land: Landscape,
    where: Sites,
    columns: steady_state.Columns,
    cell: np.ndarray,
    cell_forcing: Forcing,
    rng: dict[str, np.random.Generator],
) -> dict[str, tuple]:
    """True parameters, carbon and observations of the sites."""
    values = parameters(land, departures(where.place, rng["local"]))
    carbon = steady_state.soc(columns, PRIOR.full(values), cell)
    bedrock = GRID.layer_node[cell_forcing.ds["nbedrock"].values[cell, 0].astype(int) - 1]
    row_size, depth = horizons(len(land), pit_depth(land, bedrock), rng["depths"])
    row = np.repeat(np.arange(len(land)), row_size)
    modelled = at_depths(carbon, row, depth, GRID)
    real = limit_carbon(modelled * np.exp(structural_error(land, row, depth, rng["structure"])))
    error = measurement_error(len(depth), rng["measurement"])
    measured = np.maximum(np.round(real * np.exp(error)), 1.0)
    expected = parameters(land, averaged=True)
    return site_truth(values, expected, carbon, row, depth, modelled, real, measured)


def _parts(
    where: Sites,
    land: Landscape,
    cell_land: Landscape,
    cell_forcing: Forcing,
    cell: np.ndarray,
    variables: dict[str, tuple],
) -> Parts:
    cells, production = land_cells(), cell_forcing.annual_input.values
    row, depth, carbon = (variables[name][1] for name in ("site_of_observation", "depth", "measured_carbon"))
    ends = np.searchsorted(row, np.arange(1, len(where)))
    return Parts(
        lon=where.lon,
        lat=where.lat,
        depths=np.split(depth, ends),
        carbons=np.split(carbon, ends),
        covariates=covariate_values(land, production[cell]),
        cells_covariates=covariate_values(cell_land, production),
        forcing=_forcing_of_sites(cell_forcing, where, cell),
        cells_forcing=cell_forcing.ds.assign(
            cell_area=("site", cells.area), land_fraction=("site", cells.land_fraction)
        ),
    )


def _forcing_of_sites(cells: Forcing, where: Sites, cell: np.ndarray) -> xr.Dataset:
    """Forcing of the half-degree cell that contains each site."""
    ds = cells.ds.isel(site=cell).assign_coords(site=np.arange(len(where)))
    return ds.assign(lon=("site", where.lon), lat=("site", where.lat))


def _provenance(seed: int, variant: str, n_profiles: int) -> dict:
    return {
        "source": "synthetic: made by formulas and random numbers",
        "licence": "MIT",
        "variant": variant,
        "seed": seed,
        "profiles": n_profiles,
        "inputs": {},
    }


def _streams(seed: int) -> dict[str, np.random.Generator]:
    children = np.random.SeedSequence(seed).spawn(len(_STREAMS))
    return {name: np.random.default_rng(child) for name, child in zip(_STREAMS, children, strict=True)}


def _reporter(on_progress: Callable[[Progress], None] | None) -> Callable[[str], None]:
    steps = iter(range(_STEPS))

    def report(message: str) -> None:
        if on_progress is not None:
            on_progress(Progress(next(steps), _STEPS, message))

    return report
