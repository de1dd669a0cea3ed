"""Cost of an iteration, a site and a continent of assimilation, against a plain dense-solve chain."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from proda_core.assimilation import assimilate
from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.assimilation.misfit import cost, observed_at
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.benchmarks.columns import one_dense_column, random_forcing
from proda_core.benchmarks.profiles import synthetic_profiles
from proda_core.benchmarks.steps import OnProgress, Steps
from proda_core.records.posterior import Posterior
from proda_core.soil_model.matrices import steady_state_dense
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import POOLS

_TARGETS = {"clm45_10": 1.2, "clm5_20": 2.0}  # us per iteration of the chapter's schedule, one core
_STUDY = 25_444  # sites of the chapter's study
_TEACHING = 26_509  # profiles of the teaching continent
_CORES = 2
_DENSE_ITERATIONS = 20


def measure(quick: bool = False, on_progress: OnProgress | None = None) -> list[dict]:
    """Rows of name, value, unit, target. Processor time of one core."""
    sites = 8 if quick else 48
    rows, step = [], Steps(len(_TARGETS) + 2, on_progress)
    for grid, target in _TARGETS.items():
        step(f"chapter, {grid}")
        rows += _chapter(grid, target, sites)
    step("modern")
    rows += _modern(quick)
    step("batch")
    return rows + _batch(quick)


def _chapter(grid: str, target: float, sites: int) -> list[dict]:
    schedule = SCHEDULES["chapter"]
    seconds, _ = _run(grid, schedule, sites)
    iterations = sites * schedule.chains * (schedule.test_iterations + schedule.formal_iterations)
    each, dense = seconds / iterations, _dense_iteration(grid, schedule)
    return [
        _row(f"chapter, iteration and core, {grid}", each * 1e6, "us", target),
        _row(f"dense-solve chain, iteration, {grid}", dense * 1e6, "us", None),
        _row(f"dense per ours, {grid}", dense / each, "ratio", None),
        _row(
            f"chapter, {_STUDY} sites on {_CORES} cores, {grid}", _study_minutes(seconds / sites), "min", 60.0
        ),
    ]


def _study_minutes(seconds_per_site: float) -> float:
    """Projected from processor time per site, on two idle cores."""
    return seconds_per_site * _STUDY / _CORES / 60.0


def _modern(quick: bool) -> list[dict]:
    """The samplers under the modern schedule: effective samples per iteration and per second."""
    sites, modern = 4 if quick else 24, SCHEDULES["modern"]
    walk = {"formal_iterations": 20_000} if quick else {}
    schedules = {
        "Hamiltonian Monte Carlo": modern,
        "adaptive Metropolis": modern.with_(sampler="metropolis", **walk),
        "DREAM(ZS)": modern.with_(sampler="dream", **walk),
    }
    rows = []
    for name, schedule in schedules.items():
        fixed = schedule.with_(max_formal_iterations=schedule.formal_iterations)
        seconds, found = _run("clm5_20", fixed, sites)
        least = np.minimum(found.ds["ess_bulk"], found.ds["ess_tail"]).min("parameter").values
        evaluations = schedule.chains * (schedule.test_iterations + schedule.formal_iterations)
        rows += [
            _row(f"{name}, effective samples per 100,000", np.median(least) / evaluations * 1e5, "1", None),
            _row(f"{name}, effective samples per second", np.median(least) / (seconds / sites), "s-1", None),
            _row(f"{name}, modern, a site", seconds / sites, "s", None),
        ]
    return [*rows, _teaching(rows[2]["value"])]


def _teaching(seconds_per_site: float) -> dict:
    minutes = seconds_per_site * _TEACHING / _CORES / 60.0
    return _row(f"modern, {_TEACHING} sites on {_CORES} cores, clm5_20", minutes, "min", 30.0)


def _batch(quick: bool) -> list[dict]:
    from proda_core.assimilation import assimilate_batch

    columns, iterations = (40, 1_000) if quick else (400, 2_000)
    forcing = random_forcing("clm5_20", columns, seed=3)
    profiles = synthetic_profiles(forcing, seed=4)
    schedule = BATCH_SCHEDULES["chapter"].with_(
        chains=1, test_iterations=iterations, formal_iterations=iterations, acceptance_window=(0.0, 1.0)
    )
    assimilate_batch(profiles, forcing, schedule.with_(test_iterations=10, formal_iterations=1_000), seed=1)
    seconds = _seconds(lambda: assimilate_batch(profiles, forcing, schedule, seed=1))
    return [_row("batch, iteration and column", seconds / (2 * iterations * columns) * 1e6, "us", None)]


def _run(grid: str, schedule: Schedule, sites: int) -> tuple[float, Posterior]:
    """Processor time of one core [s] and the result."""
    forcing = random_forcing(grid, sites, seed=1)
    profiles, found = synthetic_profiles(forcing, seed=2), []
    brief = schedule.with_(test_iterations=10, formal_iterations=100 * schedule.keep_every)
    assimilate(profiles.select(profiles.sites[:1]), forcing, brief, seed=1)
    with threadpool_limits(1):
        seconds = _seconds(lambda: found.append(assimilate(profiles, forcing, schedule, seed=1)))
    return seconds, found[0]


def _dense_iteration(grid: str, schedule: Schedule) -> float:
    """Time of an iteration of the same Metropolis chain in plain NumPy with dense solves [us]."""
    _, column, settings = one_dense_column(grid)
    forcing = random_forcing(grid, 1, seed=1)
    profiles, prior = synthetic_profiles(forcing, seed=2), PRIORS["proda"]
    site = observed_at(profiles, int(profiles.sites[0]), schedule)
    random, layers = np.random.default_rng(0), settings.layers
    soil = slice(POOLS.index("soil1"), None)

    def misfit(unit: np.ndarray) -> float:
        pools = steady_state_dense(prior.full(prior.to_physical(unit)), column, settings)
        return float(cost(pools[soil].sum(axis=0), site, layers, schedule))

    def chain() -> None:
        unit = np.full(len(prior.names), 0.5)
        j = misfit(unit)
        for _ in range(_DENSE_ITERATIONS):
            proposal = unit + 0.05 * random.standard_normal(len(unit))
            inside = bool(((proposal > 0) & (proposal < 1)).all())
            proposed = misfit(proposal if inside else unit)
            if inside and np.log(random.uniform()) < j - proposed:
                unit, j = proposal, proposed

    with threadpool_limits(1):
        chain()
        return min(_seconds(chain) for _ in range(3)) / (_DENSE_ITERATIONS + 1)


def _seconds(run: Callable[[], object]) -> float:
    """Processor time of this process, independent of other programs [s]."""
    start = time.process_time()
    run()
    return time.process_time() - start


def _row(name: str, value: float, unit: str, target: float | None) -> dict:
    return {"name": name, "value": float(value), "unit": unit, "target": target}
