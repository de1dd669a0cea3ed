"""What holds for carbon in time, whatever the column and wherever it starts from."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model.changes import Change, changed
from proda_core.soil_model.column import column_of
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.soil_model.transient import STEP, integrate, monthly_inputs, monthly_matrices
from proda_core.vocabulary.parameters import INDEX
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

SITES = 12
CHANGE = Change(warming=(0.0, 1.0, 2.0), wetness=0.8, litter=1.2)
every_grid = pytest.mark.parametrize("grid", list(GRIDS))


def parameters() -> np.ndarray:
    drawn = random_parameters(SITES, seed=42)
    drawn[:, INDEX["efolding"]] = np.maximum(drawn[:, INDEX["efolding"]], 0.1)
    return drawn


def steady(forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    return solve(prepare(forcing, settings), parameters(), np.arange(SITES))


def without_seasons(forcing: Forcing) -> Forcing:
    """Every month as the mean of the twelve; bedrock and thaw of the first."""
    first = ("nbedrock", "altmax", "altmax_last_year")
    monthly = [name for name in forcing.ds.data_vars if "month" in forcing.ds[name].dims]

    def level(name: str) -> xr.DataArray:
        array = forcing.ds[name]
        one = array.isel(month=0) if name in first else array.mean("month")
        return one.broadcast_like(array).transpose(*array.dims).assign_attrs(array.attrs)

    return Forcing(forcing.ds.assign({name: level(name) for name in monthly}))


def stock(carbon: xr.DataArray, thickness: xr.DataArray) -> xr.DataArray:
    return (carbon * thickness).sum(["pool", "layer"])


@pytest.mark.parametrize("water", ["scalar", "potential"])
@every_grid
def test_every_step_balances_to_1e_12(grid, water):
    """What the column gains is input minus respiration, month by month, from an arbitrary state."""
    forcing, settings = random_forcing(SITES, 4, grid), ModelSettings(grid=grid, water=water, advection=2e-4)
    start = np.random.default_rng(1).uniform(0, 1e4, (SITES, 7, settings.layers.size))
    run = integrate(parameters(), forcing, start, years=3, change=CHANGE, settings=settings, save_every=1)
    held = stock(run["carbon"], run["thickness"])
    gained = (run["carbon_input"] - run["respiration"]).isel(time=slice(1, None))
    assert float((np.abs(held.diff("time") - gained) / held.isel(time=slice(1, None))).max()) <= 1e-12


@every_grid
def test_carbon_never_is_negative(grid):
    forcing = random_forcing(SITES, 4, grid)
    start = np.zeros((SITES, 7, GRIDS[grid].size))
    start[:, 6, 3] = 1e5
    run = integrate(parameters(), forcing, start, years=4, change=CHANGE, save_every=1)
    assert float(run["carbon"].min()) >= 0.0


@every_grid
def test_the_steady_state_is_a_fixed_point_where_there_are_no_seasons(grid):
    forcing, settings = without_seasons(random_forcing(SITES, 4, grid)), ModelSettings(grid=grid)
    start = steady(forcing, settings)
    after = integrate(parameters(), forcing, start, years=10)["carbon"].isel(time=-1).to_numpy()
    most = start.max(axis=-1, keepdims=True)
    assert (np.abs(after - start) / np.where(most > 0, most, 1.0)).max() <= 1e-10


@every_grid
def test_with_seasons_the_stock_stays_near_the_steady_state_of_the_mean_year(grid):
    """Scalars and states vary together through the year, so that near is all that can be asked."""
    forcing, settings = random_forcing(SITES, 4, grid), ModelSettings(grid=grid)
    run = integrate(parameters(), forcing, steady(forcing, settings), years=20)
    soil = (run["carbon"].sel(pool=["soil1", "soil2", "soil3"]) * run["thickness"]).sum(["pool", "layer"])
    assert float(np.abs(soil.isel(time=-1) / soil.isel(time=0) - 1.0).median()) <= 0.02


@every_grid
def test_from_bare_ground_the_column_comes_to_its_steady_state(grid):
    """With quick pools ten thousand months are forever."""
    forcing, settings = without_seasons(random_forcing(SITES, 4, grid)), ModelSettings(grid=grid)
    warm = changed(forcing, Change(warming=float(300 - forcing.ds["soil_temperature"].mean())))
    quick = parameters()
    quick[:, INDEX["tau4s3"]], quick[:, INDEX["tau4s2"]], quick[:, INDEX["efolding"]] = 2.0, 1.0, 10.0
    quick[:, INDEX["w_scaling"]] = 5.0
    steady_state = solve(prepare(warm, settings), quick, np.arange(SITES))
    run = integrate(quick, warm, np.zeros_like(steady_state), years=833, save_every=9996)
    after = run["carbon"].isel(time=-1).to_numpy().sum(axis=1)
    held = steady_state.sum(axis=1) > 1e-3
    assert np.quantile(np.abs(after[held] / steady_state.sum(axis=1)[held] - 1.0), 0.8) <= 1e-6


@every_grid
def test_a_step_is_that_of_backward_euler_written_out_densely(grid):
    forcing, settings = random_forcing(SITES, 4, grid), ModelSettings(grid=grid)
    start = steady(forcing, settings)
    run = integrate(parameters(), forcing, start, years=1, save_every=1)
    for site in range(SITES):
        column = column_of(forcing, site)
        decay, mixing = monthly_matrices(parameters()[site], column, settings)[0]
        matrix = np.eye(start[0].size) - STEP * (decay - mixing).toarray()
        right = start[site].ravel() + monthly_inputs(parameters()[site], column, settings)[0]
        expected = np.linalg.solve(matrix, right)
        found = run["carbon"].isel(time=1, site=site).to_numpy().ravel()
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * expected.max())


@every_grid
def test_warming_loses_carbon_and_litter_gains_it(grid):
    forcing, settings = random_forcing(SITES, 4, grid), ModelSettings(grid=grid)
    start = steady(forcing, settings)
    warmer, richer, same = (
        stock(run["carbon"], run["thickness"]).isel(time=-1)
        for run in (
            integrate(parameters(), forcing, start, years=10, change=Change(warming=3.0)),
            integrate(parameters(), forcing, start, years=10, change=Change(litter=1.5)),
            integrate(parameters(), forcing, start, years=10),
        )
    )
    assert (warmer < same).all()
    assert (richer > same).all()
