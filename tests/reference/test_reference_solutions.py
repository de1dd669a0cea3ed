"""The steady state against reference solutions from outside, solved in eighty digits.

Fifteen real sites and twenty-two columns with shallow active layers and bedrock, both bedrock
schemes. Pools below 1e-280 gC m-3 are left out: they come out of products that fall below the
smallest double.
"""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.soil_model.matrices import steady_state_dense
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, simulate, solve
from tests.oracle.random_columns import forcing_of
from tests.oracle.reference_cases import FILES, cases
from tests.oracle.slow_model import steady_state

SMALLEST = 1e-280  # gC m-3
SCHEMES = ("closed", "authors")


def relative_error(found: np.ndarray, exact: np.ndarray) -> float:
    """Largest relative error in the pools that hold carbon."""
    held = np.abs(exact) > SMALLEST
    return float(np.abs(found[held] / exact[held] - 1.0).max())


def judged(directory, file: str, bedrock: str) -> list:
    """Cases of a file that this scheme is judged by."""
    return [case for case in cases(directory, file) if bedrock == "closed" or case.physical]


@pytest.mark.parametrize("bedrock", SCHEMES)
@pytest.mark.parametrize("file", FILES)
def test_kernel_agrees_to_1e_9_in_every_pool_of_every_case(reference_data, file, bedrock):
    chosen = judged(reference_data, file, bedrock)
    columns = prepare(forcing_of([case.column for case in chosen]), ModelSettings(bedrock=bedrock))
    found = solve(columns, np.array([case.parameters for case in chosen]), np.arange(len(chosen)))
    for carbon, case in zip(found, chosen, strict=True):
        assert relative_error(carbon, case.exact(bedrock)) <= 1e-9, case.name


@pytest.mark.parametrize("file", FILES)
def test_no_carbon_lies_below_closed_bedrock(reference_data, file):
    chosen = cases(reference_data, file)
    forcing = forcing_of([case.column for case in chosen])
    found = simulate(np.array([case.parameters for case in chosen]), forcing)["carbon"].to_numpy()
    for carbon, case in zip(found, chosen, strict=True):
        assert not carbon[:, case.column.soil_layers :].any(), case.name


@pytest.mark.parametrize("bedrock", SCHEMES)
@pytest.mark.parametrize("file", FILES)
def test_oracle_agrees_to_1e_12_in_every_pool_of_every_case(reference_data, file, bedrock):
    for case in cases(reference_data, file):
        settings = ModelSettings(bedrock=bedrock)
        found = steady_state(case.by_name, case.column, settings, digits=80)
        assert relative_error(found, case.exact(bedrock)) <= 1e-12, case.name


@pytest.mark.parametrize("file", FILES)
def test_dense_matrices_agree_to_1e_9_in_every_pool_of_every_closed_case(reference_data, file):
    for case in cases(reference_data, file):
        found = steady_state_dense(case.parameters, case.column, ModelSettings())
        assert relative_error(found, case.closed) <= 1e-9, case.name


def test_the_authors_scheme_leaks_where_it_meets_bedrock(reference_data):
    """The published scheme loses carbon at bedrock: the reference itself shows it."""
    shallow = [
        case for case in judged(reference_data, "real_sites", "authors") if case.column.soil_layers < 12
    ]
    assert shallow
    for case in shallow:
        assert case.authors[4:].sum() != pytest.approx(case.closed[4:].sum(), rel=1e-3)
