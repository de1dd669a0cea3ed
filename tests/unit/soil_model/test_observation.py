"""The observation operator: between nodes, at the ends, over an interval, over a region."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.soil_model.observation import (
    horizon_weights,
    interpolate,
    interpolation_weights,
    stock,
    stock_weights,
    total,
)
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.soil_layers import GRIDS

BOTH_GRIDS = pytest.mark.parametrize("grid", GRIDS.values(), ids=list(GRIDS))
DEPTHS = np.array([0.0, 0.004, 0.025, 0.3, 1.0, 2.0, 3.3, 50.0])


@BOTH_GRIDS
def test_linear_interpolation_is_numpys_between_nodes_and_clamped_at_the_ends(grid):
    profile = np.random.default_rng(1).uniform(0, 1e5, (3, grid.size))
    expected = [np.interp(DEPTHS, grid.layer_node, row) for row in profile]
    np.testing.assert_allclose(interpolate(profile, DEPTHS, grid), expected, rtol=1e-13)


@BOTH_GRIDS
@pytest.mark.parametrize("method", ["linear", "pchip"])
def test_a_node_gives_its_layer_and_the_ends_are_clamped(grid, method):
    profile = np.random.default_rng(2).uniform(0, 1e5, grid.size)
    np.testing.assert_allclose(interpolate(profile, grid.layer_node, grid, method), profile, rtol=1e-12)
    ends = interpolate(profile, [0.0, 50.0], grid, method)
    np.testing.assert_allclose(ends, profile[[0, -1]], rtol=1e-12)


@BOTH_GRIDS
def test_pchip_keeps_a_decreasing_profile_decreasing(grid):
    profile = 5e4 * np.exp(-grid.layer_node / 0.4)
    fine = interpolate(profile, np.linspace(0, 3, 400), grid, "pchip")
    assert (np.diff(fine) <= 1e-9).all()


@BOTH_GRIDS
def test_weights_are_shares(grid):
    weights = interpolation_weights(DEPTHS, grid)
    assert weights.shape == (len(DEPTHS), grid.size)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-14)


@BOTH_GRIDS
def test_the_mean_of_a_horizon_is_its_stock_over_its_thickness(grid):
    profile = np.random.default_rng(4).uniform(0, 1e5, grid.size)
    top, bottom = np.array(list(INTERVALS.values())).T
    weights = horizon_weights(top, bottom, grid)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-14)
    expected = [1e3 * stock(profile, grid, name) for name in INTERVALS] / (bottom - top)
    np.testing.assert_allclose(weights @ profile, expected, rtol=1e-12)


@BOTH_GRIDS
def test_a_thin_horizon_is_its_layer_and_below_the_column_the_last_goes_on(grid):
    middle = grid.layer_bottom - grid.thickness / 2
    np.testing.assert_allclose(horizon_weights(middle - 1e-4, middle + 1e-4, grid), np.eye(grid.size))
    deep = horizon_weights([grid.layer_bottom[-1] - 0.1, 40.0], [50.0, 41.0], grid)
    np.testing.assert_allclose(deep[:, -1], 1.0)


def test_a_horizon_without_thickness_is_refused():
    with pytest.raises(InputError, match=r"horizon: expected bottoms below tops, found \[0.2\]"):
        horizon_weights([0.1, 0.2], [0.3, 0.2], GRIDS["clm5_20"])


@BOTH_GRIDS
def test_stock_of_uniform_carbon_is_carbon_times_thickness(grid):
    uniform = np.full(grid.size, 1e4)
    for name, (top, bottom) in INTERVALS.items():
        assert stock(uniform, grid, name) == pytest.approx(10.0 * (bottom - top), rel=1e-14)


@BOTH_GRIDS
def test_stock_is_the_integral_of_the_layers_step_function(grid):
    profile = np.random.default_rng(3).uniform(0, 1e5, grid.size)
    fine = (np.arange(200_000) + 0.5) * 1e-5  # midpoints of 10 micrometres, 0 to 2 m
    steps = profile[np.searchsorted(grid.layer_bottom, fine)]
    assert stock(profile, grid, "0-200") == pytest.approx(steps.mean() * 2.0 / 1e3, rel=1e-4)


@BOTH_GRIDS
def test_slices_add_up_to_the_whole(grid):
    weights = dict(zip(INTERVALS, stock_weights(grid), strict=True))
    np.testing.assert_allclose(
        weights["0-30"] + weights["30-100"] + weights["100-200"], weights["0-200"], atol=1e-15
    )


def test_total_of_labelled_cells_keeps_the_other_dimensions_and_its_unit():
    stocks = xr.DataArray([[10.0, 20.0, np.nan], [1.0, 2.0, 3.0]], dims=("interval", "cell"))
    area = xr.DataArray([1e12, 1e12, 1e12], dims="cell")
    land = xr.DataArray([1.0, 0.5, 0.0], dims="cell")
    found = total(stocks, area, land)
    assert found.attrs["units"] == "PgC"
    np.testing.assert_allclose(found, [20.0, 2.0], rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: interpolate(np.ones(g.size), [-0.1], g), "depth: expected metres below the surface"),
        (lambda g: interpolate(np.ones(g.size), [np.nan], g), "depth"),
        (lambda g: interpolate(np.ones(g.size + 1), [0.1], g), "expected 20 layers"),
        (lambda g: interpolate(np.ones(g.size), [0.1], g, "cubic"), "linear, pchip"),
        (lambda g: stock(np.ones(g.size), g, "0-50"), "depth interval"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call(GRIDS["clm5_20"])
