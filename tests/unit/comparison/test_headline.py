"""Claims about table 37.1 and the fast bootstrap behind it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from proda_core.comparison.bootstrap import interval, intervals
from proda_core.comparison.headline import table_37_1
from proda_core.comparison.score_sums import profile_sums, scores_of_sums
from proda_core.comparison.scores import METRICS, score
from proda_core.records.checks import InputError
from proda_core.runs import SETTINGS, Run
from tests.unit.comparison import made_run


@pytest.fixture(scope="module")
def table(run):
    return table_37_1(run, draws=50).set_index(["part", "method"])


def test_scores_are_those_of_the_held_out_and_of_all_sites(table):
    # modelled = 0.5 observed + 1 has R2 1; 12 of 24 sites with 3 depths are held out
    assert table.loc[("held out", "default"), "r2"] == pytest.approx(1.0)
    assert table.loc[("held out", "default"), ["n", "profiles"]].tolist() == [36, 12]
    assert table.loc[("all", "default"), ["n", "profiles"]].tolist() == [72, 24]
    assert table.loc[("all", "proda"), "bias"] == pytest.approx(1.0)


def test_published_values_stand_in_their_own_columns_with_their_source(table):
    assert table.loc[("all", "proda"), ["published_r2", "published_rmse"]].tolist() == [0.62, 8.95]
    assert "chapter 37" in table.loc[("all", "batch"), "published_source"]
    assert table.loc[("all", "proda"), "rmse"] == pytest.approx(1.0)  # ours is not theirs


def test_units_are_told(run):
    assert table_37_1(run, draws=2).attrs["units"]["rmse_low"] == "kgC m-3"


def test_the_fast_bootstrap_is_the_slow_one():
    rng = np.random.default_rng(1)
    observed = rng.lognormal(2, 1, 90)
    modelled = observed * rng.lognormal(0, 0.4, 90)
    observed[3] = np.nan
    profile = np.repeat(np.arange(30), 3)
    fast = intervals(modelled, observed, profile, draws=60, seed=4)
    for name, metric in METRICS.items():
        if name != "n":
            slow = interval(metric, modelled, observed, profile, draws=60, seed=4)
            assert fast[name] == pytest.approx(slow, rel=1e-9), name


def test_scores_of_sums_are_the_scores():
    rng = np.random.default_rng(2)
    modelled, observed = rng.normal(1e3, 1, 50), rng.normal(1e3, 1, 50)
    sums = profile_sums(modelled, observed, np.arange(50) // 5).sum(axis=0)
    expected = score(modelled, observed)
    for name, value in scores_of_sums(sums).items():
        assert value == pytest.approx(expected[name], rel=1e-7), name


def test_a_score_that_is_not_defined_is_nan():
    sums = profile_sums(np.array([1.0, 2.0]), np.array([3.0, 3.0]), np.array([0, 1])).sum(axis=0)
    found = scores_of_sums(sums)
    assert np.isnan(found["r2"]) and np.isnan(found["nse"]) and found["bias"] == -1.5


def test_an_unfinished_run_says_which_stage_is_missing(tmp_path):
    unfinished = made_run.write(tmp_path / "run", without=("pairs",))
    with pytest.raises(InputError, match="expected stage scores to be finished, found no scores.csv"):
        table_37_1(unfinished)


def test_a_run_that_keeps_some_pairs_only_is_told_by_its_own_scores(tmp_path):
    shown = made_run.write(tmp_path / "run")
    settings = json.loads((shown.directory / SETTINGS).read_text()) | {"showcase": {"pairs": "some"}}
    (shown.directory / SETTINGS).write_text(json.dumps(settings))
    scores = pd.DataFrame({"part": ["held out", "all"], "method": "proda", "r2": [0.1, 0.2]})
    scores.assign(nse=0.1, rmse=1.0, bias=0.0, n=2).to_csv(shown.path("scores"), index=False)
    found = table_37_1(Run(shown.directory))
    assert found["r2"].tolist() == [0.1, 0.2] and found["published_r2"].tolist() == [0.62, 0.62]
