"""The distribution of a prior between its bounds. Expected values: quadrature and draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from proda_core.vocabulary import probit_normal
from proda_core.vocabulary.parameters import PRIORS

PLACES = [(0.0, 1.0), (-1.3, 0.4), (0.8, 2.0), (2.5, 0.1)]


@pytest.mark.parametrize(("location", "scale"), PLACES)
def test_mean_and_sd_are_those_of_the_transformed_normal_distribution(location, scale) -> None:
    def moment(power: int) -> float:
        def integrand(z: float) -> float:
            return stats.norm.cdf(location + scale * z) ** power * stats.norm.pdf(z)

        return integrate.quad(integrand, -10, 10, epsabs=1e-12, limit=200)[0]

    assert probit_normal.mean(location, scale) == pytest.approx(moment(1), abs=1e-9)
    sd = np.sqrt(moment(2) - moment(1) ** 2)
    assert probit_normal.sd(location, scale) == pytest.approx(sd, rel=1e-6)


@pytest.mark.parametrize(("location", "scale"), PLACES)
def test_the_density_integrates_to_the_probability_and_scores_invert_units(location, scale) -> None:
    z = np.linspace(-8, 8, 20_001)
    unit = probit_normal.unit_of_scores(z, location, scale)
    inside = (unit > 1e-12) & (unit < 1 - 1e-9)
    np.testing.assert_allclose(
        probit_normal.scores_of_unit(unit[inside], location, scale), z[inside], atol=1e-5
    )
    density = np.exp(probit_normal.log_density(unit[inside], location, scale))
    held = stats.norm.cdf(z[inside][-1]) - stats.norm.cdf(z[inside][0])  # of a score, within the grid
    assert integrate.trapezoid(density, unit[inside]) == pytest.approx(held, abs=1e-3)


def test_a_uniform_prior_has_the_spread_of_the_box_and_log_density_zero() -> None:
    prior = PRIORS["proda"]
    assert prior.is_uniform
    assert (prior.sd_of_unit == 1 / np.sqrt(12)).all() and (prior.mean_of_unit == 0.5).all()
    unit = np.random.default_rng(0).random((3, len(prior.names)))
    np.testing.assert_allclose(prior.log_density(unit), 0, atol=1e-9)


def test_draws_have_the_moments_and_the_density_that_the_prior_says() -> None:
    prior = replace(PRIORS["proda"], name="mine", scores={"q10": (-0.7, 0.5), "beta": (1.0, 2.0)})
    assert not prior.is_uniform
    unit = prior.unit_of_scores(np.random.default_rng(0).standard_normal((200_000, len(prior.names))))
    np.testing.assert_allclose(unit.mean(axis=0), prior.mean_of_unit, atol=4e-3)
    np.testing.assert_allclose(unit.std(axis=0), prior.sd_of_unit, atol=4e-3)
    # E[uniform density / density] = 1 where the prior is wider than uniform or bounded by it: beta alone
    wide = replace(prior, scores={"beta": (1.0, 2.0)})
    drawn = wide.unit_of_scores(np.random.default_rng(1).standard_normal((200_000, len(wide.names))))
    assert np.exp(-wide.log_density(drawn)).mean() == pytest.approx(1, abs=0.02)
