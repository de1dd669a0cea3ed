"""Runs on this computer, and the jobs that start, resume and report one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from dashboard.jobs.cache import Cache
from dashboard.jobs.job import Job
from dashboard.jobs.tasks import common, maintenance
from dashboard.jobs.workers import Workers
from proda_core.comparison import profiles_kept
from proda_core.comparison.convergence import run_disagrees
from proda_core.records.checks import InputError, expect
from proda_core.records.convergence import NOT_CONVERGED, judged
from proda_core.records.directory_lock import Writer, only_writer, writer_of
from proda_core.records.maps import CarbonMap
from proda_core.runs import SETTINGS, Run, list_runs
from proda_core.showcase import directory as showcase_directory
from proda_core.sources.catalogue import runs_directory

SHOWCASE = "showcase"  # the run that comes with the project, under this name
COMPARED = "showcase-chapter"  # and that of the published schedule
SHIPPED = (SHOWCASE, COMPARED)
_SCORES = ("part", "method", "r2", "nse", "rmse", "bias", "n")  # columns of its table, numbers from the third
_DELETED = ".deleted-"  # begins the name of a run while its files are removed
MOST_MAPS = 8  # carbon maps held in memory
MOST_VERDICTS = 64  # of sites or the batch of a run


@dataclass(frozen=True)
class RunSummary:
    """One row of the list of runs; ``stages`` is how many are finished, of how many."""

    id: str
    study: str
    schedule: str
    seed: int
    started: str
    stages: str
    complete: bool
    problem: str = ""  # why its settings cannot be read

    @property
    def title(self) -> str:
        """The title of the run."""
        if self.problem:
            return f"{self.id}, broken"
        rest = "" if self.complete or self.id in SHIPPED else ", unfinished"
        first = "Showcase: " if self.id in SHIPPED else ""
        return f"{first}{self.schedule}, seed {self.seed}, {self.started.replace('T', ' ')}{rest}"


def shipped_runs() -> dict[str, Run]:
    """Return the runs that come with the project by name, the showcase first; none that cannot be read."""
    return {name: run for name in SHIPPED if _is_readable(run := _shipped(name))}


def _shipped(name: str) -> Run:
    beside = showcase_directory()
    return Run(beside if name == SHOWCASE else beside.with_name(name))


def _is_readable(run: Run) -> bool:
    with suppress(InputError):
        return bool(run.settings)
    return False


class Runs:
    """The runs directory; a name from a browser never leads out of it."""

    def __init__(self) -> None:
        self._maps: Cache[CarbonMap] = Cache(MOST_MAPS)
        self._verdicts: Cache[Any] = Cache(MOST_VERDICTS)

    def all(self) -> tuple[RunSummary, ...]:
        """Return every run, finished or not, the newest first and the shipped ones last."""
        rows = [row for row in list_runs(runs_directory()).itertuples() if not row.run.startswith(".")]
        shipped = ((name, SimpleNamespace(**run.summary())) for name, run in shipped_runs().items())
        return (*map(_choice, rows), *(replace(_choice(row), id=name) for name, row in shipped))

    def chosen(self, data: str, run_id: str) -> RunSummary | None:
        """Return that run of a data set if it has maps, else the newest one that has; None without one."""
        known = self.with_maps(data)
        return next((summary for summary in known if summary.id == run_id), next(iter(known), None))

    def with_maps(self, data: str) -> tuple[RunSummary, ...]:
        """Return the runs of a data set with a carbon map, the newest first."""
        mine = (summary for summary in self.all() if summary.study == data)
        return tuple(summary for summary in mine if "carbon_map" in self.run(summary.id).finished)

    def unfinished(self, data: str, under_way: tuple[str, ...] = ()) -> RunSummary | None:
        """Return the newest run of a data set without maps that is not ``under_way``; None without one."""
        for summary in self.all():
            mine = summary.study == data and summary.id not in (*under_way, *SHIPPED)
            if mine and self.writer(summary.id) is None and "carbon_map" not in self.run(summary.id).finished:
                return summary
        return None

    def run(self, run_id: str) -> Run:
        """Return the run of that id, which may not exist; InputError for a path."""
        if run_id in SHIPPED:
            return _shipped(run_id)
        if not run_id or Path(run_id).name != run_id or run_id.startswith(".") or "\0" in run_id:
            raise InputError(f"Run: expected the name of a run, found {run_id[:80]!r}")
        return Run(runs_directory() / run_id)

    def existing(self, run_id: str) -> Run:
        """Return the run of that id; InputError if there is none."""
        run = self.run(run_id)
        expect((run.directory / SETTINGS).exists(), f"There is no run {run_id} here any more")
        return run

    def writer(self, run_id: str) -> Writer | None:
        """Return the process that writes a run now; None where none does."""
        return writer_of(self.run(run_id).directory)

    def expect_idle(self, run_id: str) -> None:
        """Raise InputError with the writer while a process, of this server or another, writes a run."""
        found = self.writer(run_id)
        expect(found is None, f"Run {run_id}: expected no writer, found {found}")

    def carbon_map(self, run_id: str) -> CarbonMap:
        """Return the carbon map of a run, read once."""
        path = self.run(run_id).path("carbon_map")
        if not path.exists():
            raise InputError(f"Run {run_id}: expected a finished carbon map, found none")
        key = run_id, path.stat().st_mtime
        return self._maps.get_or_create(key, lambda: self.run(run_id)["carbon_map"])

    def batch_disagrees(self, run_id: str) -> bool:
        """Return whether the chains of the batch of a run have not converged; False without a batch."""
        return bool(self._judged(run_id, "batch", run_disagrees, False))

    def not_converged(self, run_id: str) -> frozenset[int]:
        """Return numbers of the sites of a run whose chains have not converged."""
        return self._judged(run_id, "posterior", _not_converged, frozenset())

    def _judged(self, run_id: str, stage: str, judge: Callable[[Run], Any], otherwise: Any) -> Any:
        """Judge the chains of a stage of a run once; ``otherwise`` where no file of it can be read."""
        run = self.run(run_id)
        try:
            key = run_id, stage, run.path(stage).stat().st_mtime
            return self._verdicts.get_or_create(key, lambda: judge(run))
        except (OSError, ValueError, KeyError):
            return otherwise

    def scores(self, run_id: str) -> pd.DataFrame | None:
        """Return the scores of a run; None if there are none yet, InputError if they cannot be read."""
        run = self.run(run_id)
        if "scores" not in run.finished:
            return None
        path = run.path("scores")
        try:
            return _expect_scores(run["scores"])
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(f"{path}: expected a table of scores; found {error}") from error

    def profiles_kept(self, run_id: str) -> str:
        """Return the share of profiles kept for training beside the published one; "" where it is unknown."""
        return profiles_kept.sentence(self.run(run_id))

    def delete(self, run_id: str) -> None:
        """Delete a run: rename it first, so that half a run is never listed, then remove its files."""
        expect(run_id not in SHIPPED, "The showcase belongs to the program and is not deleted")
        directory = self.existing(run_id).directory
        root = runs_directory()
        expect(
            directory.resolve().parent == root.resolve() and not directory.is_symlink(),
            f"Run {run_id}: expected a directory of {root}, found a link to another place; it is left alone",
        )
        with only_writer(directory):
            renamed = root / f"{_DELETED}{run_id}"
            shutil.rmtree(renamed, ignore_errors=True)
            directory.rename(renamed)
            shutil.rmtree(renamed)

    def remove_deleted(self) -> None:
        """Remove what is left of deleted runs where a server ended meanwhile."""
        for path in runs_directory().glob(f"{_DELETED}*"):
            shutil.rmtree(path, ignore_errors=True)


def _not_converged(run: Run) -> frozenset[int]:
    with run.open("posterior") as ds:
        return frozenset(ds["site"].values[judged(ds) == NOT_CONVERGED].tolist())


def _expect_scores(scores: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _SCORES if name not in scores]
    expect(not missing, f"no column {', '.join(missing)}")
    for name in _SCORES[2:]:
        pd.to_numeric(scores[name])
    return scores


class RunJob(Job):
    """A whole run; started again, it resumes where it stopped.

    choices : further arguments of ``journey.run``, such as prior and likelihood
    """

    def __init__(
        self,
        workers: Workers,
        data: str,
        schedule: str,
        seed: int,
        run_id: str = "",
        choices: Mapping[str, object] | None = None,
    ) -> None:
        self.run_id = run_id or f"{data}-{schedule}-seed{seed}-{datetime.now():%Y%m%d-%H%M%S}"
        self.data, self.seed = data, seed
        directory = str(runs_directory() / self.run_id)
        task = common.run_chosen_study if choices else common.run_study
        arguments = (data, directory, schedule, seed, *([dict(choices)] if choices else ()))
        super().__init__(workers, f"Run {self.run_id}", task, *arguments)


class ResumedRun(RunJob):
    """Resume an existing run, of the dashboard or the command line, with its stored settings."""

    def __init__(self, workers: Workers, summary: RunSummary) -> None:
        super().__init__(workers, summary.study, summary.schedule, summary.seed, summary.id)
        self.set_task(maintenance.resume_run, str(runs_directory() / summary.id))


class ReportJob(Job):
    """Writes the report of a run."""

    def __init__(self, workers: Workers, run_id: str) -> None:
        directory = str(runs_directory() / run_id)
        super().__init__(workers, f"Report of {run_id}", maintenance.write_run_report, directory)
        self.run_id = run_id


def _choice(row: object) -> RunSummary:
    words = (str(getattr(row, name)) for name in ("run", "study", "schedule"))
    state = (str(row.started), str(row.stages), bool(row.complete))
    return RunSummary(*words, int(row.seed or 0), *state, str(getattr(row, "problem", "")))
