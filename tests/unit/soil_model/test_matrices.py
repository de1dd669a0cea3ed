"""Each letter of the matrix equation by what its definition says of it."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.soil_model.column import by_name, column_of
from proda_core.soil_model.matrices import A, Bu, K, V, input_allocation, steady_state_dense, system, xiK
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, NAMES
from proda_core.vocabulary.pools import POOLS
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

both_grids = pytest.mark.parametrize("name", list(GRIDS))


def column(name: str = "clm5_20", site: int = 0):
    return column_of(random_forcing(6, 5, name), site)


def with_(**changes: float) -> np.ndarray:
    values = DEFAULTS.copy()
    for name, value in changes.items():
        values[INDEX[name]] = value
    return values


@both_grids
def test_a_has_minus_one_on_the_diagonal_and_ten_transfers_within_layers(name):
    grid = GRIDS[name]
    matrix = A(DEFAULTS, grid)
    np.testing.assert_array_equal(np.diag(matrix), -1.0)
    assert np.count_nonzero(matrix) == len(POOLS) * grid.size + 10 * grid.size
    blocks = matrix.reshape(7, grid.size, 7, grid.size)
    for i in range(7):
        for j in range(7):
            block = blocks[i, :, j]
            np.testing.assert_array_equal(block, np.diag(np.diag(block)))


def test_woody_debris_respires_nothing_and_no_pool_makes_carbon():
    kept = A(DEFAULTS, GRIDS["clm5_20"]).sum(axis=0).reshape(7, 20)
    np.testing.assert_allclose(kept[0], 0.0, atol=1e-15)
    assert (kept[1:] < 0).all()


def test_texture_makes_the_transfers_of_fast_carbon_differ_by_layer():
    sand = np.linspace(0, 100, 20)
    blocks = A(DEFAULTS, GRIDS["clm5_20"], sand).reshape(7, 20, 7, 20)
    slow = np.diag(blocks[5, :, 4])
    np.testing.assert_allclose(slow, 0.146 + 0.0068 * (100 - sand), rtol=1e-12)
    np.testing.assert_allclose(np.diag(blocks[6, :, 4]), 0.004)


def test_rates_are_one_over_365_turnover_times():
    np.testing.assert_allclose(
        1 / K(with_(taucwd=2.0, taul2=0.2)) / 365, [2, 0.0541, 0.2, 0.2, 0.137, 5, 222.2]
    )


@both_grids
def test_only_litter_feels_nitrogen_and_woody_debris_does_not_mix(name):
    settings = ModelSettings(grid=name)
    one = column(name)
    rates = np.diag(xiK(DEFAULTS, one, settings)).reshape(7, -1) / K(DEFAULTS)[:, None]
    np.testing.assert_allclose(rates[0], rates[5], rtol=1e-14)
    assert (rates[1] < rates[0]).all()
    mixing = V(DEFAULTS, one, settings).reshape(7, settings.layers.size, 7, settings.layers.size)
    assert not mixing[0].any()
    for pool in range(1, 7):
        np.testing.assert_array_equal(mixing[pool, :, pool], mixing[1, :, 1])
        assert not np.delete(mixing[pool], pool, axis=1).any()


@both_grids
@pytest.mark.parametrize("bedrock", ["closed", "authors"])
def test_input_is_all_of_the_year_and_none_of_it_soil(name, bedrock):
    settings = ModelSettings(grid=name, bedrock=bedrock)
    for site in range(6):
        one = column(name, site)
        vector = Bu(DEFAULTS, one, settings).reshape(7, -1)
        given = (vector * settings.layers.thickness).sum(axis=1) * 365
        np.testing.assert_allclose(given[:4], one.carbon_input.sum(axis=1), rtol=1e-13)
        assert not given[4:].any()
        if bedrock == "closed":
            assert not vector[:, one.soil_layers :].any()


def test_input_follows_beta_to_the_power_of_centimetres():
    one = column()
    share = input_allocation(with_(beta=0.9), one, ModelSettings(bedrock="authors"))
    assert share[0] == pytest.approx((1 - 0.9**2) / (1 - 0.9**860), rel=1e-13)


def test_input_stays_in_the_first_layer_where_the_ground_never_thaws():
    frozen = random_forcing(6, 5)
    still = frozen.ds.assign(altmax_last_year=frozen.ds["altmax_last_year"] * 0.0)
    one = column_of(type(frozen)(still), 0)
    np.testing.assert_array_equal(input_allocation(DEFAULTS, one, ModelSettings()), np.eye(20)[0])


@both_grids
def test_the_steady_state_solves_the_equation(name):
    settings = ModelSettings(grid=name, bedrock="authors")
    for site in range(6):
        one = column(name, site)
        x = steady_state_dense(DEFAULTS, one, settings).ravel()
        change = system(DEFAULTS, one, settings) @ x + Bu(DEFAULTS, one, settings)
        np.testing.assert_allclose(change, 0.0, atol=1e-11 * Bu(DEFAULTS, one, settings).max())


def test_missing_parameters_and_forcing_are_named():
    with pytest.raises(InputError, match="missing q10"):
        by_name({name: 1.0 for name in NAMES if name != "q10"})
    with pytest.raises(InputError, match="expected 22 values"):
        by_name(np.ones(21))
    forcing = random_forcing(2, 5)
    dry = column_of(type(forcing)(forcing.ds.drop_vars("soil_water_potential")), 0)
    with pytest.raises(InputError, match="variable of the potential form"):
        steady_state_dense(DEFAULTS, dry, ModelSettings(water="potential"))
    with pytest.raises(InputError, match="site"):
        column_of(forcing, 99)


def test_names_and_order_are_the_same_parameters():
    values = random_parameters(1, 3)[0]
    one = column()
    named = dict(zip(NAMES, values, strict=True))
    settings = ModelSettings()
    np.testing.assert_array_equal(
        steady_state_dense(values, one, settings), steady_state_dense(named, one, settings)
    )
