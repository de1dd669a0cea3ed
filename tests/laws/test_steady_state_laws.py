"""What holds for every steady state, whatever the parameters and the forcing.

Ten thousand draws on each grid: four hundred random columns, twenty-five parameter vectors each.
"""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.forcing import Forcing
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.site_fields import decomposition_rates, input_shares, respired_fraction
from proda_core.soil_model.steady_state import prepare, soc, solve
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

SITES, REPEATS = 400, 25
CHOICES = [
    {},
    {"water": "potential"},
    {"texture": True},
    {"advection": 3e-4},
    {"advection": -2e-3, "water": "potential"},
]
every_grid = pytest.mark.parametrize("grid", list(GRIDS))
every_choice = pytest.mark.parametrize(
    "choice", CHOICES, ids=lambda c: " ".join(map(str, c.values())) or "default"
)
every_prior = pytest.mark.parametrize("prior", ["proda", "binn"])


def draws(prior: str = "proda") -> np.ndarray:
    """Parameters, (repeat, site, parameter)."""
    return random_parameters(REPEATS * SITES, seed=5, prior=prior).reshape(REPEATS, SITES, -1)


def with_input(forcing: Forcing, carbon_input: np.ndarray) -> Forcing:
    given = forcing.ds["carbon_input"]
    return Forcing(forcing.ds.assign(carbon_input=given.copy(data=carbon_input)))


@every_prior
@every_choice
@every_grid
def test_no_carbon_is_negative(grid, choice, prior):
    columns = prepare(random_forcing(SITES, 3, grid), ModelSettings(grid=grid, **choice))
    for parameters in draws(prior):
        carbon = solve(columns, parameters, np.arange(SITES))
        assert np.isfinite(carbon).all()
        assert (carbon >= 0).all()


@every_prior
@every_choice
@every_grid
def test_respiration_is_input_to_1e_12(grid, choice, prior):
    forcing, settings = random_forcing(SITES, 3, grid), ModelSettings(grid=grid, **choice)
    columns, given = prepare(forcing, settings), forcing.annual_input.to_numpy()
    for parameters in draws(prior):
        carbon = solve(columns, parameters, np.arange(SITES))
        rates = decomposition_rates(parameters, forcing, settings)
        lost = rates * carbon * settings.layers.thickness
        respired = (lost * respired_fraction(parameters, forcing, settings)).sum(axis=(1, 2))
        assert np.abs(respired / given - 1.0).max() <= 1e-12


@every_grid
def test_every_pool_passes_on_what_it_receives(grid):
    """Pool by pool: input and transfers in, decomposition out; mixing moves carbon but makes none."""
    forcing, settings = random_forcing(SITES, 3, grid), ModelSettings(grid=grid)
    parameters = draws()[0]
    carbon = solve(prepare(forcing, settings), parameters, np.arange(SITES))
    lost = decomposition_rates(parameters, forcing, settings) * carbon * settings.layers.thickness
    cwd = forcing.ds["carbon_input"].to_numpy()[:, 0].sum(axis=1)
    shares = input_shares(parameters, forcing, settings)
    held = shares > 1e-250
    np.testing.assert_allclose(lost[:, 0][held], (cwd[:, None] * shares)[held], rtol=1e-12)
    fl1s1 = parameters[:, 10, None]
    litr1 = forcing.ds["carbon_input"].to_numpy()[:, 1].sum(axis=1)
    np.testing.assert_allclose((lost[:, 1] * fl1s1).sum(axis=1), litr1 * fl1s1[:, 0], rtol=1e-12)


@every_choice
@every_grid
def test_carbon_is_linear_in_input(grid, choice):
    forcing, settings = random_forcing(SITES, 3, grid), ModelSettings(grid=grid, **choice)
    rng = np.random.default_rng(9)
    one = forcing.ds["carbon_input"].to_numpy()
    other = rng.gamma(0.5, 40.0, one.shape)
    a, b = rng.uniform(0.1, 5.0, (2, SITES, 1, 1))
    parts = [one, other, a * one + b * other]
    columns = [prepare(with_input(forcing, part), settings) for part in parts]
    for parameters in draws():
        x, y, both = (soc(c, parameters, np.arange(SITES)) for c in columns)
        expected = a[:, 0] * x + b[:, 0] * y
        held = expected > 1e-280
        assert np.abs(both[held] / expected[held] - 1.0).max() <= 1e-12


@every_grid
def test_soc_is_the_sum_of_the_soil_pools(grid):
    columns = prepare(random_forcing(SITES, 3, grid), ModelSettings(grid=grid))
    parameters = draws()[0]
    pools = solve(columns, parameters, np.arange(SITES))
    np.testing.assert_allclose(
        soc(columns, parameters, np.arange(SITES)), pools[:, 4:].sum(axis=1), rtol=1e-14
    )


@every_grid
@pytest.mark.parametrize("bedrock", ["closed", "authors"])
def test_a_draw_does_not_depend_on_its_neighbours(grid, bedrock):
    """Order and company change nothing, to the last bit."""
    columns = prepare(random_forcing(SITES, 3, grid), ModelSettings(grid=grid, bedrock=bedrock))
    parameters = draws()[0]
    together = solve(columns, parameters, np.arange(SITES))
    order = np.random.default_rng(2).permutation(SITES)[:101]
    np.testing.assert_array_equal(solve(columns, parameters[order], order), together[order])
    np.testing.assert_array_equal(solve(columns, parameters[7:8], np.array([7]))[0], together[7])


@every_grid
def test_closed_bedrock_holds_no_carbon(grid):
    forcing = random_forcing(SITES, 3, grid)
    carbon = solve(prepare(forcing, ModelSettings(grid=grid)), draws()[0], np.arange(SITES))
    below = np.arange(GRIDS[grid].size) >= forcing.ds["nbedrock"].to_numpy().max(axis=1)[:, None]
    assert not carbon[np.broadcast_to(below[:, None], carbon.shape)].any()
