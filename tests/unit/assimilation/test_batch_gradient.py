"""Modes and Hamiltonian chains of a batch. Expected: numeric derivatives, densities known in closed form."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from proda_core.assimilation import assimilate_batch, batch_hamiltonian, modes
from proda_core.assimilation.batch_coordinates import Coordinates, straightest
from proda_core.assimilation.batch_gradient import BatchDensity, Density
from proda_core.assimilation.batch_hamiltonian import State, drift, transition
from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.assimilation.batch_target import BatchTarget
from proda_core.assimilation.misfit import observed_at
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.soil_model import steady_state
from proda_core.vocabulary.parameters import PRIORS

FAST = BATCH_SCHEDULES["modern"].with_(
    mode_starts=3, test_iterations=40, formal_iterations=30, max_formal_iterations=30, chains=2
)


def _target(study, schedule, prior="informed") -> BatchTarget:
    sites = study.assimilable()
    columns = steady_state.prepare(study.forcing.select(sites))
    seen = [(column, observed_at(study.profiles, site, schedule)) for column, site in enumerate(sites)]
    return BatchTarget(SoilTarget(columns, PRIORS[prior], schedule), seen)


@pytest.mark.parametrize("prior", ["proda", "informed"])
@pytest.mark.parametrize(
    "errors", [{"errors": "lognormal_estimated", "error_correlation": 0.3}, {"errors": "gaussian"}]
)
@pytest.mark.parametrize("operator", ["linear", "horizon"])
def test_the_gradient_is_that_of_the_cost_and_the_prior(study, operator, errors, prior) -> None:
    density = BatchDensity(_target(study, FAST.with_(operator=operator, **errors), prior))
    scores = 0.3 * np.random.default_rng(1).standard_normal(density.size)
    every_third = np.arange(density.size) % 3 == 0
    for chosen in (every_third < 0, every_third, every_third >= 0):
        coordinates = Coordinates(density.prior, chosen)
        function, place = partial(density.at, coordinates=coordinates), coordinates.of_scores(scores)
        steps = 1e-5 * np.eye(density.size)
        numeric = [(function(place + s).value - function(place - s).value) / 2e-5 for s in steps]
        found = function(place).slope
        np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-5 * np.abs(found).max())


@pytest.mark.parametrize("operator", ["linear", "horizon"])
def test_all_coordinates_have_the_cost_of_the_chains(study, operator) -> None:
    target = _target(study, FAST.with_(operator=operator))
    density, scores = BatchDensity(target), np.zeros(target.size)
    unit = ndtr(density.prior.location)
    work, index = target.buffers(0, chains=1)
    cost = np.empty(8)
    target.function(np.repeat(unit, 8), work, index, cost)
    coordinates = Coordinates(density.prior, np.arange(density.size) % 2 == 0)
    assert density.in_scores(scores).cost == pytest.approx(cost[0], rel=1e-10)
    found = density.at(coordinates.of_scores(scores), coordinates)
    assert found.cost == pytest.approx(cost[0], rel=1e-10)


def test_coordinates_are_straight_where_data_or_prior_hold_a_parameter() -> None:
    # the product of two is known to 1 %, and nothing else beyond the prior
    prior, size = PRIORS["informed"], len(PRIORS["informed"].names)
    places = [prior.names.index(name) for name in ("tau4s2", "fl3s2")]
    logarithms = Coordinates(prior, np.ones(size, dtype=bool))
    direction = np.zeros(size)
    direction[places] = logarithms.slope_of_scores(np.zeros(size))[places]
    covariance = np.linalg.inv(np.eye(size) + np.outer(direction, direction) / 0.01**2)
    found = straightest(prior, np.zeros(size), np.linalg.cholesky(covariance))
    assert found.logarithmic[places].all()
    assert found.logarithmic.sum() == 2


def test_places_scores_and_walls_agree() -> None:
    prior = PRIORS["informed"]
    scores = np.random.default_rng(5).standard_normal(len(prior.names))
    coordinates = Coordinates(prior, np.arange(len(scores)) % 2 == 0)
    place = coordinates.of_scores(scores)
    np.testing.assert_allclose(coordinates.unit(place), prior.unit_of_scores(scores), rtol=1e-9)
    steps = [coordinates.of_scores(scores + sign * 1e-6) for sign in (1, -1)]
    np.testing.assert_allclose(coordinates.slope_of_scores(scores), (steps[0] - steps[1]) / 2e-6, rtol=1e-6)
    lowest, highest = coordinates.walls
    assert ((lowest < place) & (place < highest)).all()


def test_an_operator_without_gradient_is_refused(study) -> None:
    target = _target(study, BATCH_SCHEDULES["chapter"].with_(operator="pchip"))
    with pytest.raises(InputError, match="operator linear or horizon, found pchip"):
        BatchDensity(target)


def test_a_flight_between_walls_keeps_the_energy_and_can_be_flown_back() -> None:
    random, size = np.random.default_rng(2), 4
    factor = np.tril(random.standard_normal((size, size))) + 2 * np.eye(size)
    covariance, low, high = factor @ factor.T, np.full(size, -1.0), np.full(size, 1.0)
    place, momentum = random.uniform(-1, 1, size), random.standard_normal(size)
    end, after = drift(place, momentum, covariance, 3.0, low, high)
    assert (np.abs(end) <= 1).all() and not np.allclose(end, place + 3.0 * covariance @ momentum)
    assert after @ covariance @ after == pytest.approx(momentum @ covariance @ momentum, rel=1e-10)
    back, turned = drift(end, -after, covariance, 3.0, low, high)
    np.testing.assert_allclose(back, place, atol=1e-9)
    np.testing.assert_allclose(-turned, momentum, atol=1e-9)


def test_chains_sample_a_truncated_normal_distribution() -> None:
    from scipy.stats import norm, truncnorm

    correlation = np.array([[1.0, 0.8], [0.8, 1.0]])
    precision = np.linalg.inv(correlation)

    def density(place: np.ndarray) -> Density:
        return Density(0.5 * place @ precision @ place, precision @ place, 0.0)

    walls = np.array([-np.inf, -np.inf]), np.array([0.5, np.inf])
    state, random = State(np.zeros(batch_hamiltonian.rows(2)), 2), np.random.default_rng(3)
    state.start(np.array([-1.0, 2.0]), np.eye(2), density(np.array([-1.0, 2.0])))
    for iteration in range(1, 301):
        state.learn(transition(density, state, walls, random), 0.8, iteration)
    state.freeze()
    drawn = []
    for _ in range(4_000):
        transition(density, state, walls, random)
        drawn.append(state.place.copy())
    expected = truncnorm(-np.inf, 0.5)
    quantiles = np.quantile(np.array(drawn)[:, 0], [0.1, 0.5, 0.9])
    np.testing.assert_allclose(quantiles, expected.ppf([0.1, 0.5, 0.9]), atol=0.08)
    # the other coordinate: 0.8 of the first and an independent rest
    assert np.mean(drawn, axis=0)[1] == pytest.approx(0.8 * expected.mean(), abs=0.08)
    assert norm.cdf(0.5) > 0.6


def test_two_modes_are_told_apart_and_weighed() -> None:
    centres, spread = np.array([[-3.0, 0.0], [3.0, 1.0]]), np.array([0.5, 1.0])

    def density(place: np.ndarray) -> Density:
        away = (place - centres) / spread[:, None]
        log_density = -0.5 * (away**2).sum(1) - np.array([0.0, 1.0])
        weight = np.exp(log_density - log_density.max())
        value = -log_density.max() - np.log(weight.sum())
        slope = ((away / spread[:, None]) * (weight / weight.sum())[:, None]).sum(0)
        return Density(value, slope, value)

    random = np.random.default_rng(4)
    ends = [modes.climb(density, 3 * random.standard_normal(2)) for _ in range(12)]
    found = modes.distinct_modes(density, ends)
    assert [mode.scores.round(2).tolist() for mode in found] == [[3.0, 1.0], [-3.0, 0.0]]
    assert sum(mode.starts for mode in found) == 12
    # masses of the components: exp(-1) 2 pi 1.0^2 and 2 pi 0.5^2
    expected = np.array([np.exp(-1.0), 0.25])
    np.testing.assert_allclose(modes.probabilities(found), expected / expected.sum(), rtol=0.05)


def test_workers_stops_and_checkpoints_change_nothing(study, tmp_path) -> None:
    sites = study.assimilable()
    profiles, forcing = study.profiles.select(sites), study.forcing
    whole = assimilate_batch(profiles, forcing, FAST, seed=1, prior="informed")
    shared = assimilate_batch(profiles, forcing, FAST, seed=1, prior="informed", workers=2)
    assert shared.ds.identical(whole.ds)
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled, match="stopped on request"):
        assimilate_batch(
            profiles, forcing, FAST, seed=1, prior="informed", directory=tmp_path, should_stop=should_stop
        )
    assert (tmp_path / "modes.npy").exists()
    again = tmp_path / "again"
    shutil.copytree(tmp_path, again)
    resumed = assimilate_batch(profiles, forcing, FAST, seed=1, prior="informed", directory=tmp_path)
    assert resumed.ds.identical(whole.ds)
    _shorten_states(again)  # as an earlier version wrote them
    begun = assimilate_batch(profiles, forcing, FAST, seed=1, prior="informed", directory=again)
    assert begun.ds.identical(whole.ds)


def _shorten_states(directory: Path) -> None:
    for path in directory.glob("*.npz"):
        with np.load(path) as saved:
            arrays = dict(saved)
        short = {name: array[:-1] for name, array in arrays.items() if name.startswith("state_")}
        assert short
        np.savez(path, **arrays | short)


def test_the_modes_come_with_the_posterior(study) -> None:
    sites, reported = study.assimilable(), []
    found = assimilate_batch(
        study.profiles.select(sites),
        study.forcing,
        FAST,
        seed=1,
        prior="informed",
        on_progress=reported.append,
    ).ds.isel(site=0)
    assert int(found["mode_starts"].sum()) == FAST.mode_starts
    assert float(found["mode_probability"].sum()) == pytest.approx(1.0)
    assert found["mode_parameters"].dims == ("mode", "parameter")
    assert any("search for modes" in progress.message for progress in reported)
    fractions = [progress.fraction for progress in reported]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
