"""Environmental scalars at values that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.soil_model import vector
from proda_core.soil_model.scalars import (
    DEEPEST,
    texture_transfers,
    xi_D,
    xi_T,
    xi_W_potential,
    xi_W_scalar,
)
from proda_core.vocabulary.soil_layers import GRIDS


def test_temperature_scalar_is_one_at_25_degrees_and_falls_by_q10_every_ten():
    warm = np.array([298.15, 288.15, 278.15])
    np.testing.assert_allclose(xi_T(warm, np.array(2.0)), [1.0, 0.5, 0.25], rtol=1e-14)


def test_temperature_scalar_is_continuous_and_goes_on_below_freezing():
    around = np.array([273.15 - 1e-9, 273.15, 263.15])
    found = xi_T(around, np.array(1.5))
    assert found[0] == pytest.approx(found[1], rel=1e-9)
    assert found[2] == pytest.approx(1.5**-3.5, rel=1e-14)


def test_scaled_water_scalar_saturates_at_one():
    np.testing.assert_allclose(xi_W_scalar(np.array([0.1, 0.5, 0.9]), np.array(2.0)), [0.2, 1.0, 1.0])


def test_potential_form_is_logarithmic_between_its_ends():
    """Half way in the logarithm between minpsi and maxpsi the scalar is one half."""
    half = -np.sqrt(2.0 * 0.002)
    found = xi_W_potential(np.array([-1e-5, -0.002, half, -2.0, -9.0]), np.array(-0.002), -2.0)
    np.testing.assert_allclose(found, [1.0, 1.0, 0.5, 0.05, 0.05], rtol=1e-14)


def test_potential_form_of_clm45_reaches_drier():
    assert xi_W_potential(np.array(-3.0), np.array(-0.002), -10.0) > 0.05


def test_depth_scalar_falls_by_e_at_the_e_folding_depth():
    grid = GRIDS["clm5_20"]
    np.testing.assert_allclose(xi_D(grid, 0.5), np.exp(-grid.layer_node / 0.5), rtol=1e-15)


def test_depth_scalar_never_vanishes_and_stops_where_the_kernel_does():
    assert xi_D(GRIDS["clm5_20"], 1e-6).min() == pytest.approx(np.exp(-DEEPEST))
    assert DEEPEST == vector.EXP_RANGE


@pytest.mark.parametrize("sand", [0.0, 40.0, 100.0])
def test_texture_leaves_nothing_unaccounted_for(sand):
    """What is not passed on is respired: t = 0.85 - 0.0068 (100 - sand)."""
    slow, passive = texture_transfers(np.array(sand))
    assert slow + passive == pytest.approx(1.0 - (0.85 - 0.0068 * (100.0 - sand)), rel=1e-14)
    assert passive == 0.004
