"""The compiled kernel keeps what the readable model promises, whatever it is packed with."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.benchmarks.columns import random_forcing
from proda_core.records.checks import InputError
from proda_core.soil_model.columns import prepare
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import simulate, soc, soc_gradient, solve
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PRIORS


@pytest.fixture(scope="module")
def columns():
    return prepare(random_forcing("clm5_20", 5, seed=3))


def draws(n: int, seed: int = 0) -> np.ndarray:
    prior = PRIORS["binn"]
    return prior.full(prior.to_physical(np.random.default_rng(seed).random((n, len(prior.names)))))


def test_a_lane_does_not_know_its_neighbours(columns):
    parameters, index = draws(13), np.arange(13) % 5
    together = solve(columns, parameters, index)
    alone = np.concatenate([solve(columns, parameters[[i]], index[[i]]) for i in range(13)])
    np.testing.assert_array_equal(together, alone)


def test_threads_and_order_change_no_bit(columns):
    parameters, index = draws(9000), np.arange(9000) % 5
    one = soc(columns, parameters, index, n_threads=1)
    order = np.random.default_rng(1).permutation(9000)
    np.testing.assert_array_equal(one[order], soc(columns, parameters[order], index[order], n_threads=2))


def test_soc_is_the_sum_of_the_soil_pools(columns):
    parameters, index = draws(20), np.arange(20) % 5
    pools = solve(columns, parameters, index)
    np.testing.assert_array_equal(pools[:, 4] + pools[:, 5] + pools[:, 6], soc(columns, parameters, index))


def test_texture_moves_fast_carbon_as_the_formula_says():
    """fs1s2 and fs1s3 set to the texture's values give the default run's carbon."""
    forcing = random_forcing("clm5_20", 3, seed=5)
    forcing.ds["sand"][:] = 40.0
    explicit = DEFAULTS.copy()
    kept = 1.0 - (0.85 - 0.0068 * 60.0)
    explicit[INDEX["fs1s2"]] = kept - 0.004
    default = simulate(None, forcing)["carbon"].values
    np.testing.assert_allclose(default, simulate(explicit, forcing)["carbon"].values, rtol=1e-12)


def test_names_find_their_place_whatever_the_order():
    import pandas as pd

    forcing = random_forcing("clm5_20", 2, seed=5)
    frame = pd.DataFrame({"site": [1, 0], "q10": [2.0, 1.4], "beta": [0.9, 0.8]})
    expected = np.tile(DEFAULTS, (2, 1))
    expected[:, INDEX["q10"]], expected[:, INDEX["beta"]] = [1.4, 2.0], [0.8, 0.9]
    carbon = simulate(frame, forcing)["carbon"].values
    np.testing.assert_array_equal(carbon, simulate(expected, forcing)["carbon"].values)


def test_missing_forcing_gives_missing_carbon_and_spares_the_neighbours():
    forcing = random_forcing("clm5_20", 3, seed=5)
    whole = simulate(DEFAULTS, forcing)["carbon"].values
    forcing.ds["soil_temperature"][1, 4, 2] = np.nan
    holed = simulate(DEFAULTS, forcing)["carbon"].values
    assert np.isnan(holed[1, 4]).any()
    np.testing.assert_array_equal(holed[[0, 2]], whole[[0, 2]])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"q1O": [1.5]}, "did you mean 'q10'"),
        ({"q10": [0.0]}, r"parameter q10 at site 0: expected \(0, inf\) 1, found 0"),
        ({"efolding": [-1.0]}, "parameter efolding at site 0"),
        ({"beta": [1.0]}, r"expected \(0, 1\)"),
        ({"fs2s1": [0.8], "fs2s3": [0.3]}, r"fs2s1 \+ fs2s3 at site 0: expected at most 1, found 1.1"),
    ],
)
def test_impossible_parameters_are_named(change, sentence):
    import pandas as pd

    frame = pd.DataFrame({"site": [0], **change})
    with pytest.raises(InputError, match=sentence):
        simulate(frame, random_forcing("clm5_20", 1, seed=5))


def test_a_site_without_parameters_is_named():
    import pandas as pd

    with pytest.raises(InputError, match="expected a row for site 1, found none"):
        simulate(pd.DataFrame({"site": [0], "q10": [1.5]}), random_forcing("clm5_20", 2, seed=5))


def test_the_forcing_must_have_what_the_settings_need():
    forcing = random_forcing("clm5_20", 1, seed=5)
    bare = type(forcing)(forcing.ds.drop_vars(["soil_water_potential", "sand"]))
    with pytest.raises(InputError, match="expected soil_water_potential in the forcing"):
        simulate(DEFAULTS, bare, water="potential")
    with pytest.raises(InputError, match="expected sand in the forcing"):
        simulate(None, bare)
    with pytest.raises(InputError, match="advection: expected 0 with bedrock scheme 'authors'"):
        simulate(DEFAULTS, bare, bedrock="authors", advection=1e-3)
    with pytest.raises(InputError, match="layer grid: expected clm45_10"):
        prepare(forcing, ModelSettings(grid="clm45_10"))


def test_the_gradient_of_a_texture_run_is_refused(columns):
    texture = prepare(random_forcing("clm5_20", 1, seed=5), ModelSettings(texture=True))
    with pytest.raises(InputError, match="expected settings with texture=False"):
        soc_gradient(texture, draws(1), np.array([0]), np.ones((1, 20)))
