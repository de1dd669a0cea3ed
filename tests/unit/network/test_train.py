"""Claims about training: it learns, it repeats itself, it stays inside the box, it stops when told."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from proda_core.network.model import MARGIN
from proda_core.network.settings import PRESETS
from proda_core.network.split import sites_in
from proda_core.network.train import train
from proda_core.network.trained import WEIGHTS, load_member
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Cancelled
from proda_core.vocabulary.parameters import PRIORS


@pytest.fixture(scope="module")
def network(world):
    """A network trained for a second."""
    return train(world.covariates, world.posterior, world.split, world.brief, seed=11)


def test_it_finds_the_rule_at_sites_it_never_saw(world, network):
    test = sites_in(world.split, "test")
    away = network.unit(world.covariates.select(test)) - world.truth[test]
    assert np.sqrt((away**2).mean()) < 0.5 * world.truth.std()


@pytest.mark.parametrize("targets", ["mean", "precision", "whitened"])
def test_the_same_seed_gives_the_same_weights_bitwise(world, targets):
    settings = world.brief.changed(max_epochs=5, targets=targets)
    first = train(world.covariates, world.posterior, world.split, settings, seed=3)
    torch.rand(17)  # whatever else draws random numbers meanwhile does not matter
    again = train(world.covariates, world.posterior, world.split, settings, seed=3)
    other = train(world.covariates, world.posterior, world.split, settings, seed=4)
    assert all(torch.equal(first.weights[name], again.weights[name]) for name in first.weights)
    assert any(not torch.equal(first.weights[name], other.weights[name]) for name in first.weights)
    assert first.history.equals(again.history)


def test_training_leaves_torch_as_it_was(world):
    state, mode = torch.random.get_rng_state(), torch.are_deterministic_algorithms_enabled()
    train(world.covariates, world.posterior, world.split, world.brief.changed(max_epochs=1), seed=3)
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.are_deterministic_algorithms_enabled() == mode


def test_outputs_stay_inside_the_prior_box_however_far_the_covariates(world, network):
    ds = world.covariates.ds.copy(deep=True)
    for sign in (1e6, -1e6):
        for name in world.covariates.continuous:
            ds[name] = ("site", np.full(len(world.covariates), sign), ds[name].attrs)
        found = network.predict(type(world.covariates)(ds))["mean"].values
        assert (found > PRIORS["proda"].lower).all() and (found < PRIORS["proda"].upper).all()
    assert network.unit(type(world.covariates)(ds)).min() >= MARGIN * 0.999


def test_predictions_carry_names_in_the_vocabularys_order_and_units(world, network):
    found = network.predict(world.covariates.select([4, 2]))
    assert tuple(found["parameter"].values) == PRIORS["proda"].names
    assert found["site"].values.tolist() == [4, 2]
    assert str(found["parameter_unit"].sel(parameter="diffus").values) == "m2 yr-1"


def test_the_order_of_sites_does_not_matter_to_predictions(world, network):
    order = np.random.default_rng(0).permutation(len(world.covariates))
    there = network.unit(world.covariates)[order]
    np.testing.assert_allclose(network.unit(world.covariates.select(order)), there, atol=1e-6)


def test_the_posteriors_of_test_sites_never_matter(world):
    ds = world.posterior.ds.copy(deep=True)
    test = sites_in(world.split, "test")
    for name in ("mean", "sd", "draws"):
        ds[name].loc[{"site": test}] = ds[name].loc[{"site": test}][::-1].values * 0.5
    settings = world.brief.changed(max_epochs=3)
    one = train(world.covariates, world.posterior, world.split, settings, seed=3)
    two = train(world.covariates, Posterior(ds), world.split, settings, seed=3)
    assert all(torch.equal(one.weights[name], two.weights[name]) for name in one.weights)


def test_what_was_left_out_is_counted(network):
    assert network.counts["train"]["left_out"].keys() <= {"negative_efficiency"}
    used = network.counts["train"]["used"] + network.counts["validation"]["used"]
    assert 0 < used < 120


def test_a_saved_network_predicts_the_same_and_needs_no_pickle(world, network, tmp_path):
    network.save(tmp_path / "network")
    back = load_member(tmp_path / "network")
    np.testing.assert_array_equal(back.unit(world.covariates), network.unit(world.covariates))
    assert back.settings == network.settings and back.counts == network.counts
    assert torch.load(tmp_path / "network" / WEIGHTS, weights_only=True).keys() == network.weights.keys()


def test_a_damaged_or_missing_network_is_named(network, tmp_path):
    with pytest.raises(InputError, match="expected a trained network, found no network.json"):
        load_member(tmp_path)
    network.save(tmp_path)
    (tmp_path / WEIGHTS).write_bytes((tmp_path / WEIGHTS).read_bytes()[:100])
    with pytest.raises(InputError, match="damaged"):
        load_member(tmp_path)


def test_early_stopping_keeps_the_best_epoch(world):
    settings = world.brief.changed(max_epochs=200, patience=5, learning_rate=2e-2)
    history = train(world.covariates, world.posterior, world.split, settings, seed=1).history
    best = history["validation"].idxmin()
    assert len(history) == 200 or len(history) - 1 - best == 5


def test_progress_is_told_and_a_wish_to_stop_is_heard(world):
    told = []
    with pytest.raises(Cancelled, match="epoch 3"):
        train(
            world.covariates,
            world.posterior,
            world.split,
            world.brief,
            seed=1,
            on_epoch=told.append,
            should_stop=lambda: len(told) == 2,
        )
    assert [progress.done for progress in told] == [1, 2]
    assert {"epoch", "train", "validation", "learning_rate"} <= told[0].detail.keys()


def test_the_published_network_trains_too(world):
    settings = PRESETS["prodanet"].changed(max_epochs=2)
    network = train(world.covariates, world.posterior, world.split, settings, seed=1)
    assert np.isfinite(network.unit(world.covariates)).all()


def test_no_site_left_to_train_is_named(world):
    rejected = Posterior(world.posterior.ds.assign(verdict=("site", np.full(120, 3))))
    with pytest.raises(InputError, match="at least one train site.*not_converged"):
        train(world.covariates, rejected, world.split, world.brief, seed=1)
