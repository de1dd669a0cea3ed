"""Checks of a schedule: counts, bounds, and choices that exclude each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from proda_core.records.checks import expect, one_of
from proda_core.records.settings import field_choices

if TYPE_CHECKING:
    from proda_core.assimilation.schedules import Schedule

#: What an error model needs of other fields; taken where they are not chosen as well.
_NEEDED = MappingProxyType({"lognormal_estimated": {"weights": "none"}})
WITH_GRADIENT = ("linear", "horizon")  # observation operators
FEWEST_KEPT = 10  # states of a chain that make a posterior at all


def with_needed(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices together with what they need of fields that are not among them.

    >>> with_needed({"errors": "lognormal_estimated"})
    {'weights': 'none', 'errors': 'lognormal_estimated'}
    """
    return _NEEDED.get(choices.get("errors"), {}) | dict(choices)


def check_schedule(schedule: Schedule) -> None:
    """Raise InputError where a choice of the schedule is impossible, naming its field."""
    where = f"schedule {schedule.name}"
    for name, choices in field_choices(type(schedule)).items():
        one_of(getattr(schedule, name), choices, f"{where}: {name}")
    expect(1 <= schedule.chains <= 8, f"{where}: chains: expected 1 to 8, found {schedule.chains}")
    _expect_counts(schedule, where)
    _expect_bounds(schedule, where)
    low, high = schedule.acceptance_window
    expect(
        0 <= low < high <= 1,
        f"{where}: acceptance_window: expected 0 <= low < high <= 1, found {low}, {high}",
    )
    if schedule.errors == "lognormal_estimated":
        _expect_estimated_scale(schedule, where)
    if schedule.sampler == "dream":
        _expect_dream(schedule, where)
    if schedule.sampler == "hmc":
        _expect_hamiltonian(schedule, where)
    expect(0 <= schedule.discard < 1, f"{where}: discard: expected 0 to below 1, found {schedule.discard}")
    expect(
        schedule.sigma_fraction > 0,
        f"{where}: sigma_fraction: expected more than 0, found {schedule.sigma_fraction}",
    )


def _expect_estimated_scale(schedule: Schedule, where: str) -> None:
    """Refuse weights, which would be confounded with the estimated scale of the likelihood."""
    expect(
        schedule.weights == "none",
        f"{where}: weights: expected none with errors lognormal_estimated, found {schedule.weights}",
    )
    for name in ("error_scale", "error_scale_weight"):
        value = getattr(schedule, name)
        expect(value > 0, f"{where}: {name}: expected more than 0, found {value}")
    correlation = schedule.error_correlation
    expect(
        0 <= correlation < 1, f"{where}: error_correlation: expected from 0 to below 1, found {correlation}"
    )


def _expect_unbounded(schedule: Schedule, where: str) -> None:
    """Refuse what only the random walk knows: the walls of the box and the published code's rule."""
    sampler = schedule.sampler
    expect(
        schedule.space == "probit",
        f"{where}: space: expected probit with sampler {sampler}, found {schedule.space}",
    )
    expect(not schedule.annealed, f"{where}: annealed: expected False with sampler {sampler}, found True")


def _expect_dream(schedule: Schedule, where: str) -> None:
    _expect_unbounded(schedule, where)
    window = tuple(schedule.acceptance_window)
    expect(
        window == (0, 1), f"{where}: acceptance_window: expected (0, 1) with sampler dream, found {window}"
    )


def _expect_hamiltonian(schedule: Schedule, where: str) -> None:
    """Refuse what has no gradient or no meaning for trajectories."""
    _expect_unbounded(schedule, where)
    expect(
        schedule.operator in WITH_GRADIENT,
        f"{where}: operator: expected {' or '.join(WITH_GRADIENT)} with sampler hmc, which needs the gradient"
        f" of the cost, found {schedule.operator}",
    )
    temperature = schedule.first_temperature
    expect(
        temperature == 1,
        f"{where}: first_temperature: expected 1 with sampler hmc, found {temperature:g}",
    )
    high = schedule.acceptance_window[1]
    expect(
        high == 1,
        f"{where}: acceptance_window: expected 1 as its upper end with sampler hmc, found {high}",
    )


def _expect_bounds(schedule: Schedule, where: str) -> None:
    target = schedule.target_acceptance
    expect(0 < target < 1, f"{where}: target_acceptance: expected between 0 and 1, found {target}")
    for name in ("gelman_rubin_limit", "rhat_limit"):
        limit = getattr(schedule, name)
        expect(limit == 0 or limit > 1, f"{where}: {name}: expected 0 or more than 1, found {limit}")
    for name, least in (("first_temperature", 1), ("ess_limit", 0), ("end_weight", 0)):
        value = getattr(schedule, name)
        expect(value >= least, f"{where}: {name}: expected at least {least}, found {value}")
    expect(schedule.first_step > 0, f"{where}: first_step: expected more than 0, found {schedule.first_step}")
    efficiency = schedule.least_efficiency
    expect(efficiency < 1, f"{where}: least_efficiency: expected below 1, found {efficiency}")


def _expect_counts(schedule: Schedule, where: str) -> None:
    for name in ("formal_iterations", "keep_every", "stored_draws", "diagnosed_draws"):
        value = getattr(schedule, name)
        expect(value >= 1, f"{where}: {name}: expected at least 1, found {value}")
    for name in ("test_iterations", "max_reruns", "mode_starts"):
        value = getattr(schedule, name)
        expect(value >= 0, f"{where}: {name}: expected at least 0, found {value}")
    kept = (schedule.formal_iterations - schedule.discarded) // schedule.keep_every
    expect(
        kept >= FEWEST_KEPT,
        f"{where}: formal_iterations: expected at least {FEWEST_KEPT} states kept of a chain, found {kept}"
        f" ({schedule.formal_iterations} iterations, {schedule.discard:.0%} discarded, one in"
        f" {schedule.keep_every} kept)",
    )
    expect(
        schedule.max_formal_iterations >= schedule.formal_iterations,
        f"{where}: max_formal_iterations: expected at least formal_iterations = {schedule.formal_iterations},"
        f" found {schedule.max_formal_iterations}",
    )
