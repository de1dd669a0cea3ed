"""Batch assimilation: one parameter set for all profiles at once [ch37]."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from proda_core.assimilation.batch_hamiltonian_runner import HamiltonianBatchRunner
from proda_core.assimilation.batch_runner import BatchRunner, OnStates
from proda_core.assimilation.batch_schedules import batch_schedule_of
from proda_core.assimilation.batch_target import BatchTarget
from proda_core.assimilation.chain import Case
from proda_core.assimilation.checkpoints import Checkpoints
from proda_core.assimilation.misfit import Observed, efficiency, observed_at, soil_bottoms
from proda_core.assimilation.modes import Mode, probabilities
from proda_core.assimilation.phases import SiteChains, evenly_spaced, randomly_drawn, run_phases
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import fingerprint, spec_of, with_spec_attributes
from proda_core.assimilation.summary import (
    choose_chain,
    costs,
    diagnostics,
    moments,
    pool,
    sd_ratio,
    stacked,
    verdict,
)
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import BATCH_SITE, Posterior
from proda_core.records.profiles import MIN_OBSERVATIONS, Profiles
from proda_core.records.progress import Progress
from proda_core.soil_model import steady_state
from proda_core.soil_model.columns import Columns, prepare
from proda_core.soil_model.observation import interpolate
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import Prior

_PREDICTED = 100  # draws that the mean prediction is made of


def assimilate_batch(
    profiles: Profiles,
    forcing: Forcing,
    schedule: str | Schedule,
    *,
    seed: int,
    prior: str | Prior | None = None,
    settings: ModelSettings | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    workers: int = 1,
    directory: str | Path | None = None,
    on_states: OnStates | None = None,
) -> Posterior:
    """Return the posterior of one parameter set that all ``profiles`` share; its single site is -1.

    Each distinct column of the forcing is solved once per proposal. Arguments shared with other
    functions are described in :mod:`proda_core.assimilation`.

    directory : checkpoints are written there; a later call with the same choices and data resumes the
        chains from the last
    on_states : called with the chains, how many states they have just gained, every how many iterations
        one was kept, and whether it is the test run; the chains do not depend on it
    """
    schedule = batch_schedule_of(schedule)
    expect(
        schedule.sampler != "hmc" or schedule.mode_starts >= 1,
        "mode_starts: expected 1 or more for a batch with sampler hmc, found 0",
    )
    spec = spec_of(forcing, schedule, prior, settings, seed)
    forcing = forcing.select(profiles.sites)
    columns = prepare(forcing, spec.settings)
    soil = SoilTarget(columns, spec.prior, schedule)
    seen = _seen(profiles, forcing, schedule, spec.settings)
    checkpoints = None
    if directory is not None:
        checkpoints = Checkpoints(directory, spec, fingerprint(profiles, forcing, spec))
    target = BatchTarget(soil, seen)
    kind = HamiltonianBatchRunner if schedule.sampler == "hmc" else BatchRunner
    runner = kind(target, schedule, should_stop, on_progress, workers, checkpoints, on_states)
    nothing = Observed(*(np.zeros(0) for _ in range(4)))
    site = run_phases(runner, [Case(BATCH_SITE, 0, nothing)], spec.seed)[0]
    result = _summary(site, target, columns, spec.prior, spec.seed)
    result |= _modes(runner, target, columns, spec.prior)
    return Posterior(with_spec_attributes(stacked(np.array([BATCH_SITE]), [result], spec.prior), spec))


def _modes(runner: BatchRunner, target: BatchTarget, columns: Columns, prior: Prior) -> dict[str, np.ndarray]:
    """Return what the search for modes found, the most probable first; nothing without a search."""
    modes: list[Mode] = getattr(runner, "modes", [])
    if not modes:
        return {}
    unit = prior.unit_of_scores(np.stack([mode.scores for mode in modes]))
    fit = [_agreement(at[None], target, columns, prior)["efficiency"] for at in unit]
    return {
        "mode_parameters": prior.to_physical(unit),
        "mode_efficiency": np.array(fit),
        "mode_cost": np.array([mode.cost for mode in modes]),
        "mode_log_evidence": np.array([mode.log_evidence for mode in modes]),
        "mode_probability": probabilities(modes),
        "mode_starts": np.array([mode.starts for mode in modes]),
    }


def _seen(
    profiles: Profiles, forcing: Forcing, schedule: Schedule, settings: ModelSettings
) -> list[tuple[int, Observed]]:
    bottom = soil_bottoms(forcing, settings)
    complete = forcing.complete.values & (forcing.annual_input.values > 0)
    seen = [
        (column, observed_at(profiles, int(site), schedule, bottom[column]))
        for column, site in enumerate(profiles.sites)
        if complete[column]
    ]
    seen = [(column, site) for column, site in seen if len(site) >= MIN_OBSERVATIONS]
    expect(
        len(seen) > 0, "batch assimilation: expected a profile with two usable depths and forcing, found none"
    )
    return seen


def _summary(
    site: SiteChains, target: BatchTarget, columns: Columns, prior: Prior, seed: int
) -> dict[str, np.ndarray]:
    unit, chosen = site.posterior(), choose_chain(site)
    pooled = pool(unit, site, chosen)
    stored = prior.to_physical(randomly_drawn(unit, site.schedule.stored_draws, seed))
    result = {
        "draws": stored.astype(np.float32),
        **moments(prior.to_physical(pooled)),
        **diagnostics(site, unit),
        "sd_ratio": sd_ratio(pooled, prior),
        "chosen_chain": chosen,
        "cost": costs(site),
        **_agreement(evenly_spaced(pooled[None], _PREDICTED)[0], target, columns, prior),
    }
    return result | {"verdict": verdict(site, result)}


def _agreement(
    unit: np.ndarray, target: BatchTarget, columns: Columns, prior: Prior
) -> dict[str, float | int]:
    """Return E, squared correlation and error of the mean prediction over all observations together."""
    parameters = prior.full(prior.to_physical(unit))
    mean = {
        column: steady_state.soc(columns, parameters, np.full(len(unit), column), n_threads=1).mean(axis=0)
        for column in target.columns
    }
    modelled = [
        interpolate(mean[column], site.depth, columns.grid)
        for column, (_, site) in zip(target.representative, target.profiles, strict=True)
    ]
    modelled, carbon = np.concatenate(modelled), np.concatenate([site.carbon for _, site in target.profiles])
    return {
        "efficiency": efficiency(modelled, carbon),
        "r2": float(np.corrcoef(modelled, carbon)[0, 1] ** 2),
        "rmse": float(np.sqrt(np.mean((modelled - carbon) ** 2))),
        "observations": len(carbon),
    }
