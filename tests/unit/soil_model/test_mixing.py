"""Diffusivity, conductance and exchange, against their definitions in words."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.soil_model.mixing import TINY, conductance, diffusivity, exchange, mixing_rows, power_law
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.soil_layers import GRIDS

GRID = GRIDS["clm5_20"]
BIO, CRYO, DEEP = 1e-4, 5e-4, 42.0
both_grids = pytest.mark.parametrize("name", list(GRIDS))


def test_without_permafrost_diffusivity_is_that_of_bioturbation_to_below_the_first_rock_layer():
    d = diffusivity(BIO, CRYO, DEEP, 8, GRID)
    np.testing.assert_array_equal(d[:9], BIO)
    np.testing.assert_array_equal(d[9:], 0.0)


def test_in_permafrost_it_is_cryoturbation_that_fades_to_nothing_at_three_metres():
    d = diffusivity(BIO, CRYO, 1.0, 20, GRID)
    np.testing.assert_array_equal(d[GRID.bottom < 1.0], CRYO)
    middle = np.interp(2.0, GRID.bottom, d)
    assert middle == pytest.approx(CRYO / 2, rel=0.02)
    np.testing.assert_array_equal(d[GRID.bottom >= 3.0], 0.0)


def test_shallow_bedrock_ends_cryoturbation_earlier():
    d = diffusivity(BIO, CRYO, 0.5, 8, GRID)
    assert d[7] == pytest.approx(CRYO * (GRID.bottom[8] - GRID.bottom[7]) / (GRID.bottom[8] - 0.5))
    assert d[8] == 0.0


@pytest.mark.parametrize(("thawed", "expected"), [(0.0, 0.0), (2.0, CRYO), (2.0001, BIO)])
def test_two_metres_of_thaw_divide_permafrost_from_other_ground_and_ice_is_still(thawed, expected):
    assert diffusivity(BIO, CRYO, thawed, 20, GRID)[0] == expected


@both_grids
def test_uniform_diffusivity_gives_conductance_d_over_distance(name):
    grid = GRIDS[name]
    expected = BIO / np.diff(grid.layer_node)
    np.testing.assert_allclose(conductance(np.full(grid.size + 1, BIO), grid), expected, rtol=1e-14)


def test_conductance_vanishes_next_to_no_diffusivity():
    d = np.full(GRID.size + 1, BIO)
    d[5] = 0.0
    g = conductance(d, GRID)
    assert g[4] == g[5] == 0.0
    assert (np.delete(g, [4, 5]) > 0).all()


def test_power_law_leaves_all_without_flow_and_nothing_beyond_a_peclet_number_of_ten():
    g = np.array([1.0, 1.0, 1.0, 0.0])
    np.testing.assert_allclose(power_law(g, np.array([0.0, -5.0, 10.0, 1.0])), [1.0, 0.5**5, 0.0, 0.0])


@both_grids
@pytest.mark.parametrize("advection", [0.0, 3e-4, -3e-4])
@pytest.mark.parametrize("rock", [4, 9, 10])
def test_closed_mixing_moves_carbon_but_makes_none(name, advection, rock):
    """Every column of V, weighted by thickness, sums to zero; rows below bedrock are empty."""
    settings = ModelSettings(grid=name, advection=advection)
    lower, diagonal, upper = mixing_rows(BIO, CRYO, DEEP, rock, settings)
    matrix = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    scale = np.abs(matrix).max()
    np.testing.assert_allclose(settings.layers.thickness @ matrix, 0.0, atol=1e-15 * scale)
    assert not matrix[rock:].any()
    assert not matrix[:rock, rock:].any()


def test_authors_scheme_leaks_in_the_first_rock_layer_only():
    settings = ModelSettings(bedrock="authors")
    lower, diagonal, upper = mixing_rows(BIO, CRYO, DEEP, 8, settings)
    matrix = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    lost = GRID.thickness @ matrix
    g = exchange(BIO, CRYO, DEEP, 8, settings)[0]
    assert lost[8] == pytest.approx(g[7], rel=1e-12)
    np.testing.assert_allclose(lost[:8], 0.0, atol=1e-15)
    np.testing.assert_allclose(
        matrix[8],
        np.eye(20)[8] * 2 * g[7] / GRID.thickness[8]
        - (np.eye(20)[7] + np.eye(20)[9]) * g[7] / GRID.thickness[8],
        rtol=1e-12,
    )


def test_advection_stops_in_permafrost():
    down, up = exchange(BIO, CRYO, 1.5, 20, ModelSettings(advection=1e-2))
    np.testing.assert_array_equal(down, up)


def test_uniform_carbon_is_carried_down_at_the_speed_of_advection():
    """Net flux between equal concentrations is F X, whatever the conductance."""
    down, up = exchange(BIO, CRYO, DEEP, 20, ModelSettings(advection=3e-4))
    np.testing.assert_allclose(down - up, 3e-4, rtol=1e-9)


def test_many_sites_and_months_are_many_columns():
    thawed = np.array([[0.0, 0.5], [1.9, DEEP]])
    rock = np.array([[20, 20], [5, 6]])
    together = mixing_rows(np.array([[BIO], [2 * BIO]]), CRYO, thawed, rock, ModelSettings())
    for site in range(2):
        for month in range(2):
            alone = mixing_rows(
                (1 + site) * BIO, CRYO, thawed[site, month], rock[site, month], ModelSettings()
            )
            for many, one in zip(together, alone, strict=True):
                np.testing.assert_array_equal(many[site, month], one)


def test_the_least_diffusivity_is_a_choice():
    none = exchange(BIO, CRYO, 0.0, 20, ModelSettings(), floor=0.0)[0]
    least = exchange(BIO, CRYO, 0.0, 20, ModelSettings())[0]
    assert not none.any()
    np.testing.assert_allclose(least, TINY / np.diff(GRID.layer_node), rtol=1e-12)
