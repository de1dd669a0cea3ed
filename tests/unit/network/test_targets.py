"""Claims about what the network is drawn to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from proda_core.network.settings import PRESETS
from proda_core.network.targets import (
    LEAST_INFORMATION,
    _without_prior,
    targets,
    trainable,
    training_sentence,
)
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior
from proda_core.vocabulary.parameters import PRIORS


def test_rejected_sites_are_left_out_and_counted(world):
    sites, left_out = trainable(world.posterior, np.arange(130))
    assert left_out == {"negative_efficiency": 6, "not_assimilated": 10}
    assert len(sites) == 114 and not (sites % 20 == 0).any()


def test_sites_that_have_not_converged_train_by_choice_and_are_counted(world):
    apart = np.where(np.arange(120) % 3 == 1, 3, 0)
    posterior = Posterior(world.posterior.ds.assign(verdict=("site", apart)))
    sites, left_out = trainable(posterior, np.arange(120), "converged")
    assert len(sites) == 80 and left_out == {"not_converged": 40}
    assert training_sentence(posterior, np.arange(120), "converged") == (
        "80 of 120 sites train, of which 0 have not converged; left out: 40 not converged"
    )
    assert training_sentence(posterior, np.arange(120), "fitted") == (
        "120 of 120 sites train, of which 40 have not converged; left out: none"
    )


def test_an_unknown_choice_of_sites_is_named():
    with pytest.raises(
        InputError, match="train_on: expected one of schedule, converged, fitted; found 'all'"
    ):
        PRESETS["modern"].changed(train_on="all")


def test_mean_targets_are_the_posterior_means_in_the_unit_cube(world):
    found = targets(world.posterior, np.array([3, 1]), replace(PRESETS["modern"], targets="mean"))
    expected = PRIORS["proda"].to_unit(world.posterior.ds["mean"].sel(site=[3, 1]).values)
    np.testing.assert_allclose(found.centre, expected)


def test_what_the_site_says_is_the_posterior_with_the_prior_taken_out():
    # Gaussian by hand: a likelihood N(0.8, 0.1^2) times the prior's N(0.5, 1/12) is a posterior with
    # precision 100 + 12 about (80 + 6) / 112; taking the prior out must give 0.8 back.
    posterior_mean, posterior_variance = (100 * 0.8 + 12 * 0.5) / 112, 1 / 112
    centre, weight = _without_prior(np.array([[posterior_mean]]), np.array([[[posterior_variance]]]), 0.2)
    assert centre[0, 0] == pytest.approx(0.8)
    assert weight[0, 0, 0] == pytest.approx(1 / (0.1**2 + 0.2**2))


def test_the_whole_covariance_gives_back_a_likelihood_that_knows_only_a_sum():
    # A likelihood that constrains x + y alone: information of rank one.
    direction = np.array([1.0, 1.0]) / np.sqrt(2)
    information = 400 * np.outer(direction, direction)
    covariance = np.linalg.inv(information + 12 * np.eye(2))
    mean = covariance @ (information @ np.array([0.9, 0.5]) + 12 * np.array([0.5, 0.5]))
    centre, weight = _without_prior(mean[None], covariance[None], 0.1)
    assert centre[0].sum() == pytest.approx(1.4)
    np.testing.assert_allclose(weight[0] @ np.array([1.0, -1.0]), 0, atol=1e-9)


def test_an_informed_prior_is_taken_out_with_its_own_mean_and_variance():
    # Gaussian by hand: a likelihood N(0.3, 0.05^2) times a prior N(0.2, 0.1^2).
    precision = 1 / 0.05**2 + 1 / 0.1**2
    mean = (0.3 / 0.05**2 + 0.2 / 0.1**2) / precision
    width = np.array([0.1 * np.sqrt(12)])
    centre, weight = _without_prior(
        np.array([[mean]]), np.array([[[1 / precision]]]), 0.2, np.array([0.2]), width
    )
    assert centre[0, 0] == pytest.approx(0.3)
    assert weight[0, 0, 0] == pytest.approx(1 / (0.05**2 + (0.2 * width[0]) ** 2))


@pytest.mark.parametrize("kind", ["mean", "precision", "whitened"])
def test_targets_of_an_informed_prior_follow_its_width(world, kind):
    sites, settings = np.array([3, 1]), replace(PRESETS["modern"], targets=kind)
    uniform = targets(world.posterior, sites, settings)
    informed = targets(Posterior(world.posterior.ds.assign_attrs(prior="informed")), sites, settings)
    assert np.isfinite(informed.weight).all() and np.isfinite(informed.centre).all()
    if kind == "whitened":  # what the prior explains is no longer attributed to the profile
        assert np.trace(informed.weight, axis1=1, axis2=2).mean() != pytest.approx(
            np.trace(uniform.weight, axis1=1, axis2=2).mean()
        )
    else:
        np.testing.assert_allclose(informed.centre, uniform.centre)


def test_a_posterior_like_its_prior_has_no_weight():
    covariance = np.eye(3)[None] / (12 + 0.5 * LEAST_INFORMATION)
    centre, weight = _without_prior(np.full((1, 3), 0.6), covariance, 0.15)
    assert not weight.any() and np.isfinite(centre).all()


@pytest.mark.parametrize("kind", ["precision", "whitened"])
def test_chains_that_disagree_weigh_less_than_the_one_that_was_chosen(world, kind):
    # The second chain found the same shape elsewhere; the summary is that of the first alone.
    prior, rng = PRIORS["proda"], np.random.default_rng(0)
    first = 0.3 + 0.02 * rng.standard_normal((5, 40, 21))
    draws = prior.to_physical(np.stack([first, first + 0.4], axis=1))
    covariance = np.stack([np.cov(site, rowvar=False) for site in draws[:, 0]])
    summary = world.posterior.select(np.arange(5)).ds.assign(
        draws=(("site", "chain", "draw", "parameter"), draws),
        mean=(("site", "parameter"), draws[:, 0].mean(axis=1)),
        covariance=(("site", "parameter", "parameter_2"), covariance),
    )
    settings = replace(PRESETS["modern"], targets=kind)
    one = targets(Posterior(summary), np.arange(5), settings)
    both = targets(Posterior(summary), np.arange(5), replace(settings, chains="all"))
    assert (np.trace(both.weight, axis1=1, axis2=2) < np.trace(one.weight, axis1=1, axis2=2)).all()


def test_all_chains_need_the_draws_of_all(world):
    without = Posterior(world.posterior.ds.drop_vars("draws"))
    with pytest.raises(InputError, match="expected the draws of every chain, found none"):
        targets(without, np.array([1]), replace(PRESETS["modern"], chains="all"))


def test_a_posterior_of_another_prior_is_named(world):
    with pytest.raises(InputError, match="attribute prior"):
        targets(Posterior(world.posterior.ds.assign_attrs(prior="flat")), np.array([1]), PRESETS["modern"])
    with pytest.raises(InputError, match="parameters of prior binn|in their order"):
        fewer = world.posterior.ds.isel(parameter=slice(0, 5))
        targets(Posterior(fewer), np.array([1]), PRESETS["modern"])
