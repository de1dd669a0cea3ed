"""Runs on this computer, and the job that makes a new one or goes on with one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from dashboard.jobs.cache import Cache
from dashboard.jobs.job import Job
from dashboard.jobs.tasks import common, maintenance
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError, expect
from proda_core.records.maps import CarbonMap
from proda_core.runs import SETTINGS, Run, list_runs
from proda_core.showcase import directory as showcase_directory
from proda_core.sources.catalogue import runs_directory

SHOWCASE = "showcase"  # the run that comes with the project, under this name
_SCORES = ("part", "method", "r2", "nse", "rmse", "bias", "n")  # columns of its table, numbers from the third
KEPT_MAPS = 8  # carbon maps held in memory


@dataclass(frozen=True)
class RunSummary:
    """One line of the list of runs; ``stages`` is how many are finished, of how many."""

    id: str
    study: str
    schedule: str
    seed: int
    started: str
    stages: str
    complete: bool

    @property
    def title(self) -> str:
        """The run in words."""
        rest = "" if self.complete or self.id == SHOWCASE else ", unfinished"
        first = "Showcase: " if self.id == SHOWCASE else ""
        return f"{first}{self.schedule}, seed {self.seed}, {self.started.replace('T', ' ')}{rest}"


def showcase_run() -> Run | None:
    """The run that comes with the project; None where it was left out."""
    run = Run(showcase_directory())
    return run if (run.directory / SETTINGS).is_file() else None


class Runs:
    """The runs directory, read; no name that comes from a browser leads out of it."""

    def __init__(self) -> None:
        self._maps: Cache[CarbonMap] = Cache(KEPT_MAPS)

    def all(self) -> tuple[RunSummary, ...]:
        """Every run, the newest first, finished or not; the showcase last."""
        rows = [row for row in list_runs(runs_directory()).itertuples() if not row.run.startswith(".")]
        return (*map(_choice, rows), *self._showcase())

    def chosen(self, data: str, number: str) -> RunSummary | None:
        """The run of that name among those of a data set with maps, else the newest; None without one."""
        known = self.with_maps(data)
        return next((choice for choice in known if choice.id == number), next(iter(known), None))

    def with_maps(self, data: str) -> tuple[RunSummary, ...]:
        """Runs of a data set whose carbon map is there, the newest first."""
        mine = (choice for choice in self.all() if choice.study == data)
        return tuple(choice for choice in mine if "carbon_map" in self.run(choice.id).finished)

    def unfinished(self, data: str, under_way: tuple[str, ...] = ()) -> RunSummary | None:
        """The newest run of a data set that was interrupted before its maps, of those not ``under_way``."""
        for choice in self.all():
            mine = choice.study == data and choice.id not in (*under_way, SHOWCASE)
            if mine and "carbon_map" not in self.run(choice.id).finished:
                return choice
        return None

    def run(self, number: str) -> Run:
        """The run of that name, which may not exist; a name that is a path is refused."""
        if number == SHOWCASE:
            return Run(showcase_directory())
        if not number or Path(number).name != number or number.startswith(".") or "\0" in number:
            raise InputError(f"Run: expected the name of a run, found {number[:80]!r}")
        return Run(runs_directory() / number)

    def existing(self, number: str) -> Run:
        """The run of that name; InputError if there is none."""
        run = self.run(number)
        expect((run.directory / SETTINGS).is_file(), f"There is no run {number} here any more")
        return run

    def carbon_map(self, number: str) -> CarbonMap:
        """The carbon map of a run; read once."""
        path = self.run(number).path("carbon_map")
        if not path.exists():
            raise InputError(f"Run {number}: expected a finished carbon map, found none")
        key = number, path.stat().st_mtime
        return self._maps.get_or_create(key, lambda: self.run(number)["carbon_map"])

    def scores(self, number: str) -> pd.DataFrame | None:
        """The table of scores of a run; None if it is not there yet, InputError if it cannot be read."""
        run = self.run(number)
        if "scores" not in run.finished:
            return None
        path = run.path("scores")
        try:
            return _expect_scores(run["scores"])
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(f"{path}: expected a table of scores; found {error}") from error

    @staticmethod
    def _showcase() -> tuple[RunSummary, ...]:
        run = showcase_run()
        return () if run is None else (replace(_choice(SimpleNamespace(**run.summary())), id=SHOWCASE),)

    def delete(self, number: str) -> None:
        """Remove a run for good: first its name, so that half a run is never in the list, then its files."""
        expect(number != SHOWCASE, "The showcase belongs to the program and is not deleted")
        directory = self.existing(number).directory
        root = runs_directory()
        expect(
            directory.resolve().parent == root.resolve() and not directory.is_symlink(),
            f"Run {number}: expected a directory of {root}, found a link to another place; it is left alone",
        )
        doomed = root / f".deleted-{number}"
        shutil.rmtree(doomed, ignore_errors=True)
        directory.rename(doomed)
        shutil.rmtree(doomed)


def _expect_scores(scores: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _SCORES if name not in scores]
    expect(not missing, f"no column {', '.join(missing)}")
    for name in _SCORES[2:]:
        pd.to_numeric(scores[name])
    return scores


class RunJob(Job):
    """A whole run in its directory; started again, it goes on where it stopped."""

    def __init__(self, workers: Workers, data: str, schedule: str, seed: int, number: str = "") -> None:
        self.run_id = number or f"{data}-{schedule}-seed{seed}-{datetime.now():%Y%m%d-%H%M%S}"
        self.data, self.seed = data, seed
        directory = str(runs_directory() / self.run_id)
        super().__init__(workers, f"Run {self.run_id}", common.run_study, data, directory, schedule, seed)


class ResumedRun(RunJob):
    """A run that somebody began, here or on the command line, taken up with all its own choices."""

    def __init__(self, workers: Workers, choice: RunSummary) -> None:
        super().__init__(workers, choice.study, choice.schedule, choice.seed, choice.id)
        self.set_task(maintenance.resume_run, str(runs_directory() / choice.id))


class ReportJob(Job):
    """Writes the report of a run."""

    def __init__(self, workers: Workers, number: str) -> None:
        directory = str(runs_directory() / number)
        super().__init__(workers, f"Report of {number}", maintenance.write_run_report, directory)
        self.run_id = number


def _choice(row: object) -> RunSummary:
    words = (str(getattr(row, name)) for name in ("run", "study", "schedule"))
    return RunSummary(*words, int(row.seed), str(row.started), str(row.stages), bool(row.complete))
