"""Site-level assimilation of many sites: chunks of sites, each as if it were alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.assimilation.chains import Case, Runner
from proda_core.assimilation.misfit import observed
from proda_core.assimilation.phases import run_phases
from proda_core.assimilation.schedules import Schedule, schedule_of
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.summary import missing, stacked, summarise
from proda_core.records.checks import expect, one_of
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Cancelled, Progress
from proda_core.soil_model.columns import default_water, prepare
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import PRIORS, Prior

CHUNK = 16  # sites a worker takes at a time: about a second of work, so progress and stopping are prompt
LEAST_OBSERVATIONS = 2


@dataclass(frozen=True, eq=False)
class Job:
    """What every worker needs to know: all choices, none of the data."""

    schedule: Schedule
    prior: Prior
    settings: ModelSettings
    seed: int


def assimilate(
    profiles: Profiles,
    forcing: Forcing,
    schedule: str | Schedule,
    *,
    seed: int,
    prior: str | Prior = "proda",
    settings: ModelSettings | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    workers: int = 1,
) -> Posterior:
    """Posterior of the parameters at every site of ``profiles``, each from its own profile.

    A site's result follows from (seed, site number) and its data alone: it is bitwise the same
    whatever the number of workers, the order and the company of the sites.

    forcing : holds every site of ``profiles``; more do no harm
    should_stop : asked every few tenths of a second; True raises :class:`Cancelled`
    """
    job = job_of(forcing, schedule, prior, settings, seed)
    expect(workers >= 1, f"workers: expected at least 1, found {workers}")
    chunks = [profiles.sites[i : i + CHUNK] for i in range(0, len(profiles), CHUNK)]
    expect(len(chunks) > 0, "assimilation: expected at least one site, found none")

    def one(sites: np.ndarray) -> xr.Dataset:
        return assimilate_chunk(profiles.select(sites), forcing.select(sites), job, should_stop)

    report = Reporter(len(profiles), on_progress)
    parts: list[xr.Dataset | None] = [None] * len(chunks)
    for number, part in in_threads(one, chunks, workers):
        parts[number] = part
        report(part)
    return Posterior(described(xr.concat(parts, dim="site"), job))


def job_of(
    forcing: Forcing, schedule: str | Schedule, prior: str | Prior, settings: ModelSettings | None, seed: int
) -> Job:
    """The choices of a run, checked."""
    if isinstance(prior, str):
        prior = PRIORS[one_of(prior, PRIORS, "prior")]
    settings = settings or ModelSettings(grid=forcing.grid.name, water=default_water(forcing))
    expect(seed >= 0, f"seed: expected a number from 0 on, found {seed}")
    return Job(schedule_of(schedule), prior, settings, int(seed))


def assimilate_chunk(
    profiles: Profiles, forcing: Forcing, job: Job, should_stop: Callable[[], bool] | None = None
) -> xr.Dataset:
    """Assimilate the sites of ``profiles``, whose forcing comes in the same order."""
    columns = prepare(forcing, job.settings)
    runner = Runner(SoilTarget(columns, job.prior, job.schedule), job.schedule, should_stop)
    reasons, cases = _sort(profiles, forcing, job.schedule)
    found = {
        site.case.site: summarise(site, columns, job.prior) for site in run_phases(runner, cases, job.seed)
    } if cases else {}  # fmt: skip
    size, layers = len(job.prior.names), columns.grid.size
    results = [
        found[site] if site in found else missing(reasons[site], job.schedule, size, layers)
        for site in map(int, profiles.sites)
    ]
    return stacked(profiles.sites, results, job.prior)


def _sort(profiles: Profiles, forcing: Forcing, schedule: Schedule) -> tuple[dict[int, str], list[Case]]:
    """Sites that cannot be assimilated with the reason, and the cases of the others."""
    complete, total = forcing.complete.values, forcing.annual_input.values
    reasons, cases = {}, []
    for column, site in enumerate(map(int, profiles.sites)):
        seen = observed(*profiles.usable_observations(site), schedule)
        if len(seen) < LEAST_OBSERVATIONS:
            reasons[site] = "too_few_observations"
        elif not (complete[column] and total[column] > 0):
            reasons[site] = "forcing_incomplete"
        else:
            cases.append(Case(site, column, seen))
    return reasons, cases


def in_threads(one: Callable, tasks: Sequence, workers: int) -> Iterator[tuple[int, xr.Dataset]]:
    """Results with their task's number as they are finished; the compiled loops release the GIL."""
    if workers == 1:
        yield from ((number, one(task)) for number, task in enumerate(tasks))
        return
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(one, task): number for number, task in enumerate(tasks)}
        waiting = set(futures)
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield futures[future], future.result()
        finally:
            for future in waiting:
                future.cancel()


class Reporter:
    """Counts sites done and tells the listener, with the numbers a live bar shows."""

    def __init__(self, total: int, on_progress: Callable[[Progress], None] | None) -> None:
        self.total, self.on_progress = total, on_progress
        self.done, self.kept, self.converged, self.acceptance = 0, 0, 0, []
        self.began = time.monotonic()

    def __call__(self, part: xr.Dataset) -> None:
        """Take in a finished chunk."""
        self.done += part.sizes["site"]
        self.kept += int((part["verdict"] == 0).sum())
        self.converged += int((part["rhat"].max("parameter") < 1.01).sum())
        self.acceptance.append(float(part["acceptance"].mean()))
        if self.on_progress is None:
            return
        detail = {
            "sites_per_second": self.done / max(time.monotonic() - self.began, 1e-9),
            "acceptance": float(np.nanmean(self.acceptance))
            if np.isfinite(self.acceptance).any()
            else np.nan,
            "kept": self.kept / self.done,
            "converged": self.converged / self.done,
        }
        message = f"{self.done} of {self.total} sites, {detail['sites_per_second']:.1f} per second"
        self.on_progress(Progress(self.done, self.total, message, detail))


def described(ds: xr.Dataset, job: Job) -> xr.Dataset:
    """The result with the choices it was made with."""
    return ds.assign_attrs(
        schedule=job.schedule.to_json(),
        prior=job.prior.name,
        seed=job.seed,
        grid=job.settings.grid,
        bedrock=job.settings.bedrock,
        water=job.settings.water,
    )


__all__ = ["Cancelled", "Job", "assimilate", "assimilate_chunk"]
