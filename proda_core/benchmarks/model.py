"""Cost of a steady state and its gradient on one core, against a dense solve of the same system."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from proda_core.benchmarks.columns import one_dense_column, random_forcing
from proda_core.benchmarks.steps import OnProgress, Steps
from proda_core.soil_model import kernel
from proda_core.soil_model.columns import Columns, prepare
from proda_core.soil_model.lanes import empty_work
from proda_core.soil_model.matrices import steady_state_dense
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import PRIORS

_SITES = 50
_TARGETS = {"clm5_20": 0.8, "clm45_10": 0.4}  # us per steady state, monthly scalars included, without AVX-512
_GRADIENT_TARGET = 5.0  # forward solves


def measure(quick: bool = False, on_progress: OnProgress | None = None) -> list[dict]:
    """Return rows of name, value, unit and target: cost per steady state and per gradient, one core."""
    rows, step = [], Steps(len(_TARGETS), on_progress)
    for grid in _TARGETS:
        step(grid)
        rows += _of_grid(grid, tasks=4_000 if quick else 100_000, repeats=3 if quick else 7)
    return rows


def _of_grid(grid: str, tasks: int, repeats: int) -> list[dict]:
    columns = prepare(random_forcing(grid, _SITES, seed=1), ModelSettings(grid=grid))
    forward = _forward(columns, tasks)
    gradient = _gradient(columns, tasks)
    times = {"forward": [], "gradient": []}
    for _ in range(repeats):  # alternating, so that both run under the same load
        times["forward"].append(_seconds(forward) / tasks)
        times["gradient"].append(_seconds(gradient) / tasks)
    solve = float(np.median(times["forward"]))
    ratio = float(np.median(np.array(times["gradient"]) / np.array(times["forward"])))
    dense = _dense_seconds(grid)
    return [
        _row(f"steady state, {grid}", solve * 1e6, "us", _TARGETS[grid]),
        _row(f"steady state and gradient, {grid}", ratio, "forward solves", _GRADIENT_TARGET),
        _row(f"dense assembly and solve, {grid}", dense * 1e6, "us", None),
        _row(f"dense per structured, {grid}", dense / solve, "ratio", None),
    ]


def _tasks(columns: Columns, tasks: int) -> tuple[np.ndarray, np.ndarray]:
    prior = PRIORS["binn"]
    unit = np.random.default_rng(2).random((tasks, len(prior.names)))
    return prior.full(prior.to_physical(unit)), np.sort(np.arange(tasks) % len(columns))


def _forward(columns: Columns, tasks: int) -> Callable[[], None]:
    parameters, index = _tasks(columns, tasks)
    work, model, out = empty_work(), kernel.model_of(columns), np.empty((tasks, columns.grid.size))
    return _warm(lambda: kernel.solve_soc(work, columns.table, parameters, index, 0, tasks, model, out))


def _gradient(columns: Columns, tasks: int) -> Callable[[], None]:
    parameters, index = _tasks(columns, tasks)
    work, model, out = empty_work(), kernel.model_of(columns), np.empty(parameters.shape)
    weights = np.ones((tasks, columns.grid.size))
    return _warm(
        lambda: kernel.solve_gradient(work, columns.table, parameters, index, weights, 0, tasks, model, out)
    )


def _dense_seconds(grid: str) -> float:
    parameters, column, settings = one_dense_column(grid)
    solve = _warm(lambda: steady_state_dense(parameters, column, settings))
    with threadpool_limits(1):
        return float(np.median([_seconds(solve) for _ in range(15)]))


def _warm(run: Callable) -> Callable:
    run()
    return run


def _seconds(run: Callable) -> float:
    """Processor time of one thread, independent of other programs [s]."""
    start = time.thread_time()
    run()
    return time.thread_time() - start


def _row(name: str, value: float, unit: str, target: float | None) -> dict:
    return {"name": name, "value": value, "unit": unit, "target": target}
