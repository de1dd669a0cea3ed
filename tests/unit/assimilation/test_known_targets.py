"""Every sampler finds densities whose distribution is known. Expected values: the densities themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from proda_core.assimilation import convergence
from proda_core.assimilation.schedules import Schedule
from tests.unit.assimilation import toy_targets as toy

LENGTH = {"test_iterations": 10_000, "formal_iterations": 60_000, "max_formal_iterations": 60_000}
COMMON = {**LENGTH, "chains": 8, "discard": 0.0, "pooling": "all_chains", "acceptance_window": (0.0, 1.0)}
SAMPLERS = {
    "metropolis in the box": Schedule("box", space="box", first_step=0.29, **COMMON),
    "metropolis in probit space": Schedule("probit", **COMMON),
    "dream": Schedule("dream", sampler="dream", **COMMON),
    "hmc": Schedule("hmc", sampler="hmc", target_acceptance=0.8, **COMMON),
}


@pytest.fixture(params=SAMPLERS, scope="module")
def schedule(request) -> Schedule:
    return SAMPLERS[request.param]


def check(draws: np.ndarray, distribution, transform=lambda u: u) -> None:
    """Mean, sd and Kolmogorov-Smirnov within Monte-Carlo error of ``distribution``, per parameter.

    Chance of a false alarm per check below 1e-4: five standard errors; KS at 2.3 / sqrt(n).
    """
    values = transform(draws)
    found = convergence.rank_diagnostics(values)
    assert (found["rhat"] < 1.02).all()
    for p in range(values.shape[-1]):
        x, n = values[..., p].ravel(), min(found["ess_bulk"][p], found["ess_tail"][p])
        assert n > 400
        kurtosis = float(distribution.stats("k"))
        assert abs(x.mean() - distribution.mean()) < 5 * distribution.std() / np.sqrt(n)
        assert abs(x.std() / distribution.std() - 1) < 5 * np.sqrt((kurtosis + 2) / 4 / n)
        assert stats.kstest(x, distribution.cdf).statistic < 2.3 / np.sqrt(n)


def test_without_data_the_prior_is_sampled_exactly_up_to_the_walls(schedule) -> None:
    (site,) = toy.sample(toy.flat, schedule)
    check(site.posterior(), stats.uniform())


@pytest.mark.parametrize("name", ["metropolis in probit space", "dream"])
def test_without_data_a_prior_that_is_not_uniform_is_sampled(name) -> None:
    (site,) = toy.sample(toy.flat, SAMPLERS[name], location=0.7, scale=0.4)
    check(site.posterior(), stats.norm(0.7, 0.4), ndtri)


def test_a_gaussian_inside_the_box_is_found_with_its_correlation(schedule) -> None:
    (site,) = toy.sample(toy.gaussian, schedule)
    draws = site.posterior()
    check(draws, stats.norm(toy.GAUSSIAN["mean"], toy.GAUSSIAN["sd"]))
    correlation = np.corrcoef(draws.reshape(-1, 4).T)[0, 1]
    assert correlation == pytest.approx(toy.GAUSSIAN["correlation"], abs=0.05)


def test_a_gaussian_cut_at_its_peak_by_a_wall_is_found(schedule) -> None:
    (site,) = toy.sample(toy.truncated, schedule)
    check(site.posterior(), stats.truncnorm(0, 1 / toy.TRUNCATED_SD, scale=toy.TRUNCATED_SD))


def test_a_banana_is_found(schedule) -> None:
    (site,) = toy.sample(toy.banana, schedule)

    def straighten(u: np.ndarray) -> np.ndarray:
        x = (u[..., 0] - toy.BANANA["centre"]) / toy.BANANA["sd"]
        bent = toy.BANANA["floor"] + toy.BANANA["bend"] * (u[..., 0] - toy.BANANA["centre"]) ** 2
        return np.stack([x, (u[..., 1] - bent) / toy.BANANA["width"]], axis=-1)

    check(site.posterior(), stats.norm(), straighten)
    check(site.posterior()[..., 2:], stats.uniform())


def test_the_annealed_rule_does_not_sample_the_posterior() -> None:
    annealed = Schedule("annealed", space="box", first_step=0.29, annealed=True, chains=3,
                        acceptance_window=(0.0, 1.0))  # fmt: skip
    (site,) = toy.sample(toy.gaussian, annealed)
    sd = site.posterior().reshape(-1, 4).std(axis=0)
    # exp(-dJ ln(n + 2)) at n around 15,000 sharpens by ln n = 9.6, so spreads shrink about threefold
    assert (sd < 0.5 * toy.GAUSSIAN["sd"]).all()
