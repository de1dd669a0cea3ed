"""Three models of one soil: dense and compiled against the slow exact one, on random columns."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.soil_model.column import by_name, column_of
from proda_core.soil_model.matrices import steady_state_dense, system
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.vocabulary.parameters import INDEX
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters
from tests.oracle.slow_model import steady_state

WELL_CONDITIONED = 1e10  # condition number; a double carries sixteen digits, 1e-10 needs ten
CHOICES = [
    {},
    {"bedrock": "authors"},
    {"water": "potential"},
    {"bedrock": "authors", "water": "potential"},
    {"texture": True},
    {"advection": 2e-4},
    {"advection": -2e-3, "water": "potential"},
]
every_grid = pytest.mark.parametrize("grid", list(GRIDS))
every_choice = pytest.mark.parametrize(
    "choice", CHOICES, ids=lambda c: " ".join(map(str, c.values())) or "default"
)


def columns(grid: str, n: int, seed: int):
    """Random forcing and parameters; e-folding depths below 3 cm leave what doubles can hold."""
    parameters = random_parameters(n, seed + 1)
    parameters[:, INDEX["efolding"]] = np.maximum(parameters[:, INDEX["efolding"]], 0.03)
    return random_forcing(n, seed, grid), parameters


def worst(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference, relative to the most carbon the same pool holds in a layer."""
    most = np.abs(expected).max(axis=-1, keepdims=True)
    return float((np.abs(found - expected) / np.where(most > 0, most, 1.0)).max())


@every_choice
@every_grid
def test_kernel_and_dense_assembly_agree_to_1e_10_where_well_conditioned(grid, choice):
    forcing, parameters = columns(grid, 60, seed=11)
    settings = ModelSettings(grid=grid, **choice)
    found = solve(prepare(forcing, settings), parameters, np.arange(60))
    judged = 0
    for i in range(60):
        column = column_of(forcing, i)
        if np.linalg.cond(system(parameters[i], column, settings)) < WELL_CONDITIONED:
            assert worst(found[i], steady_state_dense(parameters[i], column, settings)) <= 1e-10, i
            judged += 1
    assert judged >= 20


@every_choice
@every_grid
def test_kernel_and_oracle_agree_to_1e_9_in_every_pool(grid, choice):
    forcing, parameters = columns(grid, 12, seed=21)
    settings = ModelSettings(grid=grid, **choice)
    found = solve(prepare(forcing, settings), parameters, np.arange(12))
    judged = 0
    for i in range(12):
        exact = steady_state(by_name(parameters[i]), column_of(forcing, i), settings)
        soil = exact[4:].sum(axis=0)
        if settings.bedrock == "authors" and not ((soil >= 0) & (soil <= 1e6)).all():
            continue
        held = np.abs(exact) > 1e-280
        assert np.abs(found[i][held] / exact[held] - 1.0).max() <= 1e-9, i
        judged += 1
    assert judged >= 5


@every_grid
def test_dense_assembly_and_oracle_agree_where_a_step_of_one_parameter_is_taken(grid):
    """Every parameter enters both models the same way: change one at a time."""
    forcing, parameters = columns(grid, 1, seed=33)
    column = column_of(forcing, 0)
    for water in ("scalar", "potential"):
        settings = ModelSettings(grid=grid, water=water)
        for name, position in INDEX.items():
            changed = parameters[0].copy()
            changed[position] *= 0.9
            exact = steady_state(by_name(changed), column, settings)
            assert worst(steady_state_dense(changed, column, settings), exact) <= 1e-9, name
