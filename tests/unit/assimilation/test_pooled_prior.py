"""A prior pooled from posteriors, and carbon of draws of a prior.

Expected values: a population that the sites were drawn from; the soil model itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from proda_core.assimilation import assimilate
from proda_core.assimilation.pooled_prior import pooled_prior
from proda_core.assimilation.prior_predictive import prior_predictive
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]


def posterior_of(scores: np.ndarray, **attrs: str) -> Posterior:
    """A posterior whose draws (site, chain, draw, parameter) have these normal scores."""
    draws = PRIOR.to_physical(PRIOR.unit_of_scores(scores))
    per = ("site", "parameter")
    ds = xr.Dataset(
        {
            "draws": (("site", "chain", "draw", "parameter"), draws.astype(np.float32)),
            "mean": (per, draws.mean(axis=(1, 2))),
            "sd": (per, draws.std(axis=(1, 2))),
            "verdict": ("site", np.zeros(len(draws), dtype=int)),
        },
        coords={"site": np.arange(len(draws)), "parameter": list(PRIOR.names)},
        attrs={"prior": "proda"} | attrs,
    )
    return Posterior(ds)


def test_pooling_finds_the_population_and_repeats_converge_to_it() -> None:
    # Normal by hand: sites N(-0.8, 0.5^2), seen with error 0.6; the posterior under N(m, s^2) is known.
    rng, sites = np.random.default_rng(0), 400
    truth = -0.8 + 0.5 * rng.standard_normal((sites, 21))
    seen, prior = truth + 0.6 * rng.standard_normal(truth.shape), PRIOR
    for _ in range(25):
        precision = 1 / 0.6**2 + 1 / prior.scale**2
        mean = (seen / 0.6**2 + prior.location / prior.scale**2) / precision
        shape = (sites, 2, 50, 21)
        scores = mean[:, None, None] + precision**-0.5 * rng.standard_normal(shape)
        prior = pooled_prior(posterior_of(scores))
    np.testing.assert_allclose(prior.location, -0.8, atol=0.15)
    np.testing.assert_allclose(prior.scale, 0.5, atol=0.12)
    assert prior.name == "pooled" and "400 sites" in prior.source and prior.bounds == PRIOR.bounds


def test_a_posterior_under_a_pooled_prior_knows_its_prior(study, brief) -> None:
    sites = study.assimilable()[:3]
    records = study.profiles.select(sites), study.forcing
    first = assimilate(*records, brief, seed=1)
    prior = pooled_prior(first)
    again = assimilate(*records, brief, seed=1, prior=prior)
    assert first.prior == PRIOR and again.prior == prior and pooled_prior(again).source.endswith("pooled")
    np.testing.assert_allclose(
        again.ds["sd_ratio"],
        again.ds["draws"].std(("chain", "draw")) / ((prior.upper - prior.lower) * prior.sd_of_unit),
        rtol=0.5,
    )


@pytest.mark.parametrize(
    ("attrs", "found"),
    [
        ({"prior": "flat"}, "attribute prior: expected one of"),
        ({"prior": "mine", "prior_content": "{"}, "attribute prior_content: expected source"),
        ({"prior": "mine", "prior_content": "[]"}, "attribute prior_content: expected source"),
        (
            {"prior": "mine", "prior_content": '{"source": "", "bounds": {"tea": [0, 1]}, "scores": {}}'},
            "prior mine: expected parameters among",
        ),
        (
            {"prior": "mine", "prior_content": '{"source": "", "bounds": {"q10": [0, 1]}, "scores": {}}'},
            "expected the parameters of prior mine in their order",
        ),
    ],
)
def test_attributes_that_describe_no_prior_are_refused(attrs, found) -> None:
    with pytest.raises(InputError, match=found):
        pooled_prior(posterior_of(np.zeros((2, 1, 5, 21)), **attrs))


def test_pooling_needs_two_kept_sites_with_draws() -> None:
    posterior = posterior_of(np.zeros((2, 1, 5, 21)))
    with pytest.raises(InputError, match="expected at least two kept sites, found 1"):
        pooled_prior(posterior.select([0]))
    with pytest.raises(InputError, match="expected the draws of every site, found none"):
        pooled_prior(Posterior(posterior.ds.drop_vars("draws")))


def test_carbon_under_a_prior_is_that_of_its_draws(study) -> None:
    forcing = study.forcing.select(study.assimilable()[:3])
    narrow = replace(PRIOR, name="narrow", scores={name: (0.0, 1e-6) for name in PRIOR.names})
    found = prior_predictive(forcing, narrow, seed=1, draws=5)
    np.testing.assert_allclose(found["carbon_q05"], found["carbon_q95"], rtol=1e-3)
    again = prior_predictive(forcing, "proda", seed=1, draws=50)
    assert (again["carbon_q05"] <= again["carbon_q50"]).all() and again.attrs["prior"] == "proda"
    assert again["stock"].sizes == {"draw": 50, "site": 3, "interval": 3}
    xr.testing.assert_identical(again, prior_predictive(forcing, "proda", seed=1, draws=50))
    with pytest.raises(InputError, match="prior: expected one of"):
        prior_predictive(forcing, "flat", seed=1)
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        prior_predictive(forcing, "proda", seed=1, draws=0)
