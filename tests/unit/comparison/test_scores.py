"""Claims about scores; expected values by hand or from scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from proda_core.comparison import scores
from proda_core.records.checks import InputError


@pytest.fixture
def pairs():
    rng = np.random.default_rng(1)
    observed = rng.lognormal(size=200)
    return observed * rng.lognormal(sigma=0.3, size=200) + 0.2, observed


def test_scores_by_hand():
    # modelled - observed = 1, 0, -1, 2; observed has mean 3 and squared deviations 4 + 1 + 1 + 4
    found = scores.score([2.0, 2.0, 3.0, 7.0], [1.0, 2.0, 4.0, 5.0])
    assert found["bias"] == 0.5
    assert found["mae"] == 1.0
    assert found["rmse"] == pytest.approx(np.sqrt(6 / 4))
    assert found["nse"] == pytest.approx(1 - 6 / 10)
    # deviations of modelled from its mean 3.5: -1.5 -1.5 -.5 3.5; covariance 3+1.5-.5+7 = 11; 17 x 10
    assert found["r2"] == pytest.approx(11**2 / (17 * 10))
    assert found["n"] == 4


def test_scores_agree_with_other_libraries(pairs):
    modelled, observed = pairs
    assert scores.nse(*pairs) == pytest.approx(metrics.r2_score(observed, modelled))
    assert scores.rmse(*pairs) == pytest.approx(metrics.root_mean_squared_error(observed, modelled))
    assert scores.mae(*pairs) == pytest.approx(metrics.mean_absolute_error(observed, modelled))
    assert scores.r2(*pairs) == pytest.approx(stats.linregress(observed, modelled).rvalue ** 2)
    assert scores.log_r(*pairs) == pytest.approx(stats.pearsonr(np.log(modelled), np.log(observed))[0])


def test_a_perfect_model_scores_perfectly(pairs):
    found = scores.score(pairs[1], pairs[1])
    assert (found["bias"], found["rmse"], found["mae"]) == (0, 0, 0)
    assert found["r2"] == pytest.approx(1) and found["nse"] == 1 and found["log_r"] == pytest.approx(1)


def test_the_mean_of_the_observations_has_no_efficiency(pairs):
    mean = np.full(200, pairs[1].mean())
    assert scores.nse(mean, pairs[1]) == pytest.approx(0, abs=1e-12)
    assert np.isnan(scores.r2(mean, pairs[1]))


def test_r2_does_not_see_a_wrong_scale_and_nse_does(pairs):
    assert scores.r2(3 * pairs[0] + 5, pairs[1]) == pytest.approx(scores.r2(*pairs))
    assert scores.nse(3 * pairs[0] + 5, pairs[1]) < scores.nse(*pairs)


def test_missing_values_leave_every_score_as_it_is_without_them(pairs):
    modelled, observed = pairs[0].copy(), pairs[1].copy()
    modelled[3], observed[7] = np.nan, np.inf
    keep = np.ones(200, dtype=bool)
    keep[[3, 7]] = False
    assert scores.score(modelled, observed) == scores.score(modelled[keep], observed[keep])
    assert scores.n(modelled, observed) == 198


def test_log_r_leaves_values_without_logarithm_out():
    assert scores.log_r([1, 2, 4, 0], [1, 2, 4, 9]) == pytest.approx(1)


@pytest.mark.parametrize("name", [name for name in scores.METRICS if name != "n"])
def test_nothing_to_compare_is_nan_not_a_number(name):
    assert np.isnan(scores.METRICS[name]([], []))


def test_shapes_that_do_not_match_are_named():
    with pytest.raises(InputError, match=r"found \(3,\) and \(2,\)"):
        scores.score([1, 2, 3], [1, 2])
