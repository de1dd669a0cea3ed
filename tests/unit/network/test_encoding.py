"""Claims about turning covariates into numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from proda_core.network.encoding import fit
from proda_core.network.settings import PRESETS
from proda_core.records.checks import InputError
from proda_core.records.covariates import UNKNOWN, Covariates

MODERN = replace(PRESETS["modern"], rare=2)


def _changed(covariates: Covariates, **columns) -> Covariates:
    ds = covariates.ds.copy(deep=True)
    for name, values in columns.items():
        ds[name] = ("site", np.asarray(values), ds[name].attrs)
    return Covariates(ds)


def test_training_sites_have_zero_mean_and_unit_spread_where_nothing_is_missing(world):
    complete = world.covariates.select(world.covariates.sites[world.covariates.complete.values])
    numbers, _ = fit(complete, MODERN).encode(complete)
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(numbers.std(axis=0), 1, atol=1e-6)


def test_minmax_scaling_puts_training_sites_in_zero_to_one(world):
    numbers, rows = fit(world.covariates, PRESETS["prodanet"]).encode(world.covariates)
    assert numbers.min() >= 0 and numbers.max() <= 1
    assert rows.shape[1] == 0  # codes are numbers there, as published


def test_a_missing_value_becomes_the_training_median_and_raises_its_flag(world):
    encoder = fit(world.covariates, MODERN)
    gap = np.isnan(world.covariates.ds["a"].values)
    numbers, _ = encoder.encode(world.covariates)
    median = np.nanmedian(world.covariates.ds["a"].values)
    np.testing.assert_allclose(numbers[gap, 0], (median - encoder.centre[0]) / encoder.scale[0], rtol=1e-5)
    flag = len(encoder.continuous) + encoder.flagged.index("a")
    np.testing.assert_array_equal(numbers[:, flag], gap)


def test_nothing_is_learnt_from_sites_outside_training(world):
    training = world.covariates.select(range(60))
    shifted = _changed(world.covariates, a=np.where(np.arange(120) < 60, world.covariates.ds["a"], 1e6))
    assert fit(training, MODERN) == fit(shifted.select(range(60)), MODERN)


def test_unseen_rare_and_unknown_codes_share_row_zero(world):
    codes = np.array([0] * 50 + [1] * 50 + [2] + [3] * 10 + [UNKNOWN] * 9)
    encoder = fit(_changed(world.covariates, kind=codes), MODERN)
    assert encoder.codes == ((0, 1, 3),)
    _, rows = encoder.encode(_changed(world.covariates, kind=np.where(np.arange(120) < 3, 5, codes)))
    assert set(rows[:3, 0]) == {0} and set(rows[111:, 0]) == {0} and rows[100, 0] == 0
    assert set(rows[3:50, 0]) == {1}


def test_outside_counts_covariates_beyond_training(world):
    encoder = fit(world.covariates, MODERN)
    assert encoder.outside(world.covariates).max() == 0
    far = _changed(world.covariates, a=np.full(120, 99.0), kind=np.full(120, 5))
    np.testing.assert_array_equal(encoder.outside(far), 2)
    missing = _changed(world.covariates, a=np.full(120, np.nan), kind=np.full(120, UNKNOWN))
    np.testing.assert_array_equal(encoder.outside(missing), 0)


def test_a_constant_covariate_does_no_harm(world):
    numbers, _ = fit(_changed(world.covariates, a=np.full(120, 3.0)), MODERN).encode(world.covariates)
    assert np.isfinite(numbers).all()


def test_a_covariate_that_is_missing_is_named(world):
    encoder = fit(world.covariates, MODERN)
    with pytest.raises(InputError, match="missing b"):
        encoder.encode(Covariates(world.covariates.ds.drop_vars("b")))
    with pytest.raises(InputError, match="at least one training site with c"):
        fit(_changed(world.covariates, c=np.full(120, np.nan)), MODERN)


def test_the_published_scaling_is_that_of_all_sites(world):
    """Expected: 0 and 1 at the least and the largest value of all sites, also where training has neither."""
    everything, some = world.covariates, world.covariates.select(world.covariates.sites[10:])
    encoder = fit(some, PRESETS["prodanet"], everything)
    numbers, _ = encoder.encode(everything)
    columns = numbers[:, : len(encoder.continuous)]
    np.testing.assert_allclose(
        [columns.min(axis=0), columns.max(axis=0)],
        [[0] * columns.shape[1], [1] * columns.shape[1]],
        atol=1e-6,
    )
    alone = fit(some, PRESETS["prodanet"].changed(scaled_by="training"), everything)
    assert alone == fit(some, PRESETS["prodanet"].changed(scaled_by="training"))
