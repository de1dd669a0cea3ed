"""Claims about bootstrap intervals."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.comparison.bootstrap import interval, intervals
from proda_core.comparison.scores import bias, n, rmse
from proda_core.records.checks import InputError


def test_whole_profiles_are_drawn():
    # Two profiles of 1 and 9 observations: a draw of two profiles has 2, 10 or 18, nothing between.
    profile = np.array([0] + [1] * 9)
    seen = set()

    def watched(modelled, observed):
        seen.add(len(modelled))
        return n(modelled, observed)

    interval(watched, np.zeros(10), np.zeros(10), profile, draws=100)
    assert seen == {2, 10, 18}


def test_the_interval_of_a_bias_is_that_of_a_mean():
    # 400 profiles of one observation, sd 2: the 90 % interval of the mean is +-1.645 x 2 / 20.
    away = np.random.default_rng(0).normal(1.0, 2.0, 400)
    low, high = interval(bias, away, np.zeros(400), np.arange(400), draws=2000, seed=1)
    assert low == pytest.approx(away.mean() - 0.1645 * away.std() / 2 * 1.0, abs=0.03)
    assert high == pytest.approx(away.mean() + 0.1645 * away.std() / 2 * 1.0, abs=0.03)


def test_observations_of_one_profile_widen_the_interval():
    rng = np.random.default_rng(3)
    away = np.repeat(rng.normal(size=50), 8)
    together = interval(rmse, away, np.zeros(400), np.repeat(np.arange(50), 8), seed=1)
    apart = interval(rmse, away, np.zeros(400), np.arange(400), seed=1)
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def test_the_same_seed_gives_the_same_interval():
    rng = np.random.default_rng(5)
    data = rng.lognormal(size=30), rng.lognormal(size=30), np.repeat(np.arange(10), 3)
    assert intervals(*data, draws=50, seed=2) == intervals(*data, draws=50, seed=2)
    assert intervals(*data, draws=50, seed=2) != intervals(*data, draws=50, seed=3)


def test_one_profile_has_no_interval_and_shapes_must_match():
    assert np.isnan(interval(rmse, [1.0, 2.0], [1.0, 1.0], [4, 4])).all()
    with pytest.raises(InputError, match="of one shape"):
        interval(rmse, [1.0, 2.0], [1.0, 1.0], [4])
