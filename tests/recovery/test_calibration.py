"""Posteriors of the real model are as wide as they should be; those of the published rule are not."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation.calibration import uniformity
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.twin import RANKED
from tests.recovery.calibration_runs import CV_OBSERVED, REPEATS, calibrate

FALSE_ALARM = 0.001  # chance that a right sampler fails, over all 21 parameters together


@pytest.mark.slow
def test_ranks_of_planted_truths_are_uniform_for_every_parameter() -> None:
    table = uniformity(calibrate(SCHEDULES["modern"]), RANKED)
    assert set(table["group"]) == {"parameter", "interval"}
    assert table["n"].min() >= 300
    assert table["p_value"].min() > FALSE_ALARM / len(table), table.to_string()
    assert abs(table["ends"].mean() - 0.2) < 0.03


@pytest.mark.slow
def test_the_annealed_rule_fails_the_same_test() -> None:
    table = uniformity(calibrate(SCHEDULES["annealed"], CV_OBSERVED, repeats=REPEATS), RANKED)
    assert (table["p_value"] < FALSE_ALARM / len(table)).sum() > len(table) // 2, table.to_string()
    assert table["ends"].mean() > 0.28


@pytest.mark.slow
def test_intervals_of_stocks_hold_under_modern_and_fail_under_the_published_likelihood() -> None:
    modern = uniformity(calibrate(SCHEDULES["modern"], CV_OBSERVED), RANKED).set_index("parameter")
    chapter = uniformity(calibrate(SCHEDULES["chapter"], CV_OBSERVED, repeats=2), RANKED).set_index(
        "parameter"
    )
    for interval in ("0-30", "0-100", "100-200"):
        assert abs(modern.loc[interval, "bias"]) < 0.08 and modern.loc[interval, "coverage_90"] > 0.85
    assert chapter.loc["0-100", "bias"] < -0.08 and chapter.loc["0-100", "coverage_90"] < 0.7


def test_uniform_ranks_pass_and_crowded_ends_fail() -> None:
    import xarray as xr

    random = np.random.default_rng(0)
    ranks = np.stack(
        [random.integers(0, RANKED + 1, 400), np.round(RANKED * random.beta(0.6, 0.6, 400)).astype(int)],
        axis=1,
    )
    found = xr.Dataset({"rank": (("site", "parameter"), ranks)}, coords={"parameter": ["q10", "beta"]})
    table = uniformity(found, RANKED).set_index("parameter")
    assert table.loc["q10", "p_value"] > 1e-3 > table.loc["beta", "p_value"]
