"""Claims about deep ensembles."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from proda_core.network.ensemble import Ensemble, load, train_ensemble
from proda_core.network.train import train
from proda_core.records.checks import InputError


@pytest.fixture(scope="module")
def train_one(world):
    return partial(train, world.covariates, world.posterior, world.split, world.brief.changed(max_epochs=4))


@pytest.fixture(scope="module")
def ensemble(train_one):
    return train_ensemble(train_one, seed=2, size=3)


def test_it_predicts_the_mean_and_the_spread_of_its_members(world, ensemble):
    each = ensemble.each(world.covariates)
    found = ensemble.predict(world.covariates)
    np.testing.assert_allclose(found["mean"], each.mean("member"))
    np.testing.assert_allclose(found["sd"], each.std("member", ddof=1))
    assert (found["sd"] > 0).all()


def test_an_ensemble_of_one_is_the_plain_network(world, train_one):
    one = train_ensemble(train_one, seed=2, size=1)
    np.testing.assert_array_equal(one.unit(world.covariates), train_one(seed=2).unit(world.covariates))
    assert "sd" not in one.predict(world.covariates)


def test_a_larger_ensemble_begins_with_the_smaller(world, train_one, ensemble):
    two = train_ensemble(train_one, seed=2, size=2)
    for small, large in zip(two.members, ensemble.members, strict=False):
        assert small.seed == large.seed
        np.testing.assert_array_equal(small.unit(world.covariates), large.unit(world.covariates))


def test_a_saved_ensemble_predicts_the_same(world, ensemble, tmp_path):
    ensemble.save(tmp_path / "network")
    back = load(tmp_path / "network")
    np.testing.assert_array_equal(back.unit(world.covariates), ensemble.unit(world.covariates))
    assert back.history.equals(ensemble.history)


def test_progress_counts_over_all_members(train_one):
    told = []
    train_ensemble(train_one, seed=2, size=2, on_epoch=told.append)
    assert [progress.done for progress in told] == list(range(1, 9)) and told[0].total == 8
    assert told[-1].detail["member"] == 1


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="found no ensemble.json"):
        load(tmp_path)
    (tmp_path / "ensemble.json").write_text("[")
    with pytest.raises(InputError, match="expected a list of members"):
        load(tmp_path)
    with pytest.raises(InputError, match="at least one member"):
        Ensemble(())
