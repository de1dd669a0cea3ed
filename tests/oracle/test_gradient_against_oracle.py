"""The adjoint gradient against differences of the exact oracle, which lose no digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from proda_core.soil_model.column import by_name, column_of
from proda_core.soil_model.observation import interpolation_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, soc_gradient
from proda_core.vocabulary.parameters import INDEX, NAMES
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters
from tests.oracle.slow_model import exact_steady_state

CHOICES = [{"water": "potential"}, {"bedrock": "authors"}, {"advection": 1e-4}]
STEP = mp.mpf(10) ** -15  # relative; its square is the error, half of fifty digits are left


def exact_derivative(parameters: dict, name: str, column, settings, weights: np.ndarray) -> float:
    """d(weighted soil carbon) / d(parameter), from central differences in sixty digits."""
    with mp.workdps(60):
        step = mp.mpf(parameters[name]) * STEP

        def at(sign: int):
            moved = {n: mp.mpf(float(v)) for n, v in parameters.items()}
            moved[name] += sign * step
            carbon = exact_steady_state(moved, column, settings)
            return sum(
                mp.mpf(float(w)) * (carbon[4][j] + carbon[5][j] + carbon[6][j]) for j, w in enumerate(weights)
            )

        return float((at(1) - at(-1)) / (2 * step))


@pytest.mark.parametrize(
    ("grid", "choice"), [(grid, {}) for grid in GRIDS] + [("clm45_10", choice) for choice in CHOICES], ids=str
)
def test_every_derivative_is_exact_to_1e_9(grid, choice):
    settings, forcing = ModelSettings(grid=grid, **choice), random_forcing(60, 77, grid)
    shallow = forcing.ds["altmax"].max("month").to_numpy()
    site = int(np.flatnonzero((shallow > 0.5) & (shallow < 2.0))[0]) if not choice else 3
    parameters = random_parameters(1, 8)[0]
    parameters[INDEX["efolding"]] = 0.4
    weights = interpolation_weights([0.1, 0.7], settings.layers).sum(axis=0)
    found = soc_gradient(prepare(forcing, settings), parameters[None], np.array([site]), weights[None])[0]
    named, column = by_name(parameters), column_of(forcing, site)
    for name in NAMES:
        expected = exact_derivative(named, name, column, settings, weights)
        assert found[INDEX[name]] == pytest.approx(expected, rel=1e-9, abs=1e-300), name
