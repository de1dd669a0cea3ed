"""Site-level assimilation of many sites in chunks; each site is independent of the others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.assimilation.chunk_store import open_store
from proda_core.assimilation.engines import Work, engine_of
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.site_chunk import ChunkResult
from proda_core.assimilation.spec import AssimilationSpec, fingerprint, spec_of, with_spec_attributes
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Progress
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import Prior

__all__ = ["AssimilationSpec", "assimilate", "spec_of"]

CHUNK = 16  # sites of a chunk: about a second of work, so progress and stopping are prompt
CHUNK_ON_DISK = 64  # sites of a chunk at most, for fewer and larger files


def assimilate(
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
    scheduler: str | None = None,
) -> Posterior:
    """Return the posterior of the parameters at every site of ``profiles``, each from its own profile.

    A site's result follows from (seed, site number) and its data alone: it is bitwise the same for
    any number of workers, any engine, any order and selection of sites.

    Arguments shared with other functions are described in :mod:`proda_core.assimilation`.

    directory : finished chunks are written there; a later call with the same choices and data
        computes only the others
    scheduler : None uses threads for few sites and processes for many; "processes" or the address
        of a Dask scheduler ("tcp://...") uses Dask
    """
    spec = spec_of(forcing, schedule, prior, settings, seed)
    expect(workers >= 1, f"workers: expected at least 1, found {workers}")
    expect(len(profiles) > 0, "assimilation: expected at least one site, found none")
    forcing = forcing.select(profiles.sites)
    report = Reporter(len(profiles), on_progress)
    if directory is None:
        chunks = {i: profiles.sites[i * CHUNK : (i + 1) * CHUNK] for i in range(-(-len(profiles) // CHUNK))}
        work = Work(profiles, forcing, spec, chunks, should_stop)
        ds, failures = _in_memory(work, report, workers, scheduler)
    else:
        work = Work(profiles, forcing, spec, {}, should_stop)
        ds, failures = _on_disk(work, report, workers, scheduler, Path(directory))
    return Posterior(with_spec_attributes(ds, spec).assign_attrs(failures=json.dumps(failures)))


def _in_memory(work: Work, report: Reporter, workers: int, scheduler: str | None) -> tuple[xr.Dataset, dict]:
    parts: list[ChunkResult | None] = [None] * len(work.chunks)
    for number, part in engine_of(work, workers, scheduler):
        parts[number] = part
        report(summary_of(part))
    ds = xr.concat([part.ds for part in parts], dim="site", data_vars="minimal")
    return ds, {site: reason for part in parts for site, reason in part.failures.items()}


def _on_disk(
    work: Work, report: Reporter, workers: int, scheduler: str | None, directory: Path
) -> tuple[xr.Dataset, dict]:
    sites, key = work.profiles.sites, fingerprint(work.profiles, work.forcing, work.spec)
    size = max(1, min(CHUNK_ON_DISK, -(-len(sites) // (4 * workers))))
    store = open_store(directory, sites, size, work.spec, key)
    left = store.unfinished_chunks
    report.resume([store.finished(n) for n in range(len(store.chunks)) if n not in set(left)])
    todo = Work(work.profiles, work.forcing, work.spec, {n: store.chunks[n] for n in left}, work.should_stop)
    for number, part in engine_of(todo, workers, scheduler) if left else ():
        note = summary_of(part)
        store.write(number, part, note)
        report(note)
    return store.result(), store.failures


def summary_of(part: ChunkResult) -> dict:
    """Return the counts of a finished chunk for a progress bar."""
    ds = part.ds
    acceptance = ds["acceptance"].values
    return {
        "sites": ds.sizes["site"],
        "kept": int((ds["verdict"] == 0).sum()),
        "converged": int((ds["rhat"].max("parameter") < 1.01).sum()),
        "acceptance": float(acceptance[np.isfinite(acceptance)].sum()),
        "chains": int(np.isfinite(acceptance).sum()),
        "failed": len(part.failures),
    }


class Reporter:
    """Count sites done and report progress with the numbers of a live progress bar."""

    def __init__(self, total: int, on_progress: Callable[[Progress], None] | None) -> None:
        self.total, self.on_progress = total, on_progress
        self.sums = dict.fromkeys(("sites", "kept", "converged", "acceptance", "chains", "failed"), 0)
        self.before, self.began = 0, time.monotonic()

    def resume(self, notes: list[dict]) -> None:
        """Count the chunks that an earlier run has finished."""
        for note in notes:
            self._add(note)
        self.before = self.sums["sites"]
        if notes:
            self._report_progress()

    def __call__(self, note: dict) -> None:
        """Count a finished chunk and report progress."""
        self._add(note)
        self._report_progress()

    def _add(self, note: dict) -> None:
        for name in self.sums:
            self.sums[name] += note[name]

    def _report_progress(self) -> None:
        if self.on_progress is None:
            return
        done = self.sums["sites"]
        rate = (done - self.before) / max(time.monotonic() - self.began, 1e-9)
        detail = {
            "sites_per_second": rate,
            "acceptance": self.sums["acceptance"] / max(self.sums["chains"], 1),
            "kept": self.sums["kept"] / done,
            "converged": self.sums["converged"] / done,
            "failed": self.sums["failed"],
        }
        failed = f", {self.sums['failed']} failed" if self.sums["failed"] else ""
        message = (
            f"{done} of {self.total} sites, {rate:.1f} per second, {detail['acceptance']:.0%} accepted,"
            f" {detail['converged']:.0%} converged{failed}"
        )
        self.on_progress(Progress(done, self.total, message, detail))
