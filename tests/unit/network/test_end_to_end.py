"""Claims about training through the soil model."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from proda_core.network.end_to_end import ObservationLoss, complete, train_end_to_end
from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import PRESETS
from proda_core.network.split import split
from proda_core.sources import example
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PRIORS

BRIEF = PRESETS["end_to_end"].changed(max_epochs=8, hidden=(16,), rare=2)


@pytest.fixture(scope="module")
def inputs():
    """Profiles, forcing, covariates and split of the synthetic example."""
    study = example.load()
    sites = study.assimilable()
    profiles = study.profiles.select(sites)
    parts = split(profiles, seed=1, validation=0.2)
    return profiles, study.forcing.select(sites), study.covariates.select(sites), parts


@pytest.fixture(scope="module")
def network(inputs):
    return train_end_to_end(*inputs, BRIEF, seed=3)


def test_it_learns_from_carbon_alone(network):
    history = network.history
    assert history["train"].iloc[-1] < 0.9 * history["train"].iloc[0]
    assert history["validation"].min() < history["validation"].iloc[0]


def test_the_same_seed_gives_the_same_network_bitwise(inputs, network):
    again = train_end_to_end(*inputs, BRIEF, seed=3)
    assert all(torch.equal(network.weights[name], again.weights[name]) for name in network.weights)


def test_parameters_stay_inside_the_prior_box(inputs, network):
    found = network.predict(inputs[2])["mean"].values
    assert (found > PRIORS["proda"].lower).all() and (found < PRIORS["proda"].upper).all()


def test_it_can_continue_from_a_trained_network(inputs, network):
    settings = BRIEF.changed(learning_rate=1e-4, hidden=(99,))
    further = train_end_to_end(*inputs, settings, seed=4, start=network)
    assert further.encoder == network.encoder and further.settings.hidden == network.settings.hidden
    assert further.history["train"].iloc[0] < network.history["train"].iloc[0]


def test_the_carbon_of_test_sites_never_matters(inputs):
    profiles, forcing, covariates, parts = inputs
    test = parts["profile"].values[parts["split"].values == "test"]
    ds = profiles.ds.copy(deep=True)
    ds["carbon"] = ds["carbon"].where(~np.isin(profiles.site_of_observation, test), 5e4)
    brief = BRIEF.changed(max_epochs=2)
    one = train_end_to_end(*inputs, brief, seed=3)
    two = train_end_to_end(type(profiles)(ds), forcing, covariates, parts, brief, seed=3)
    assert all(torch.equal(one.weights[name], two.weights[name]) for name in one.weights)


def test_the_loss_is_zero_for_the_truth_and_by_hand_for_one_pair():
    middle, loss = torch.full((1, 21), 0.5), ObservationLoss(floor=0.1, scale=40.0, absolute=3.0)
    carbon = torch.tensor([1.0, 30.0])
    assert float(loss(carbon, carbon, middle)) == 0
    # relative: ln 2 is below Huber's 1, so 0.5 ln(2)^2; absolute: 0.5 x 9.9^2 / (20 x 40)
    found = loss(torch.tensor([19.7]), torch.tensor([9.8]), middle)
    assert float(found) == pytest.approx(0.5 * np.log(2) ** 2 + 3 * 0.5 * 9.9**2 / 800, rel=1e-5)
    # the prior's pull: squared distance in prior variances
    assert float(ObservationLoss(prior_pull=1.0)(carbon, carbon, torch.full((1, 21), 1.0))) == pytest.approx(
        3.0
    )


def test_the_pull_is_towards_the_mean_of_the_prior_in_its_variances():
    prior, carbon = PRIORS["informed"], torch.tensor([1.0])
    pull = ObservationLoss(prior_pull=1.0)
    mean, sd = torch.from_numpy(prior.mean_of_unit)[None], torch.from_numpy(prior.sd_of_unit)[None]
    assert float(pull(carbon, carbon, mean, prior)) == pytest.approx(0, abs=1e-12)
    assert float(pull(carbon, carbon, mean + 2 * sd, prior)) == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["proda", "informed"])
def test_an_untrained_network_predicts_about_the_mean_of_its_prior(name):
    prior, generator = PRIORS[name], torch.Generator().manual_seed(0)
    module = ParameterNetwork(3, (), len(prior.names), BRIEF, generator)
    module.start_from(prior.mean_of_unit)
    found = module.eval()(torch.zeros(1, 3), torch.zeros(1, 0, dtype=torch.long))[0].detach().numpy()
    np.testing.assert_allclose(found, np.clip(prior.mean_of_unit, 2e-3, 1 - 2e-3), atol=0.02)


def test_no_carbon_below_bedrock_is_a_finite_loss():
    assert np.isfinite(float(ObservationLoss()(torch.zeros(1), torch.ones(1), torch.full((1, 21), 0.5))))


def test_completed_parameters_are_those_of_the_prior_and_keep_their_gradient():
    prior = PRIORS["clm45_18"]
    unit = torch.full((2, 18), 0.25, dtype=torch.float64, requires_grad=True)
    table = complete(unit, prior)
    np.testing.assert_allclose(table.detach().numpy(), prior.full(prior.to_physical(np.full((2, 18), 0.25))))
    assert float(table[0, INDEX["taucwd"]].detach()) == DEFAULTS[INDEX["taucwd"]]
    table.sum().backward()
    np.testing.assert_allclose(unit.grad[0], prior.upper - prior.lower)
