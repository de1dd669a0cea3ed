"""Finished runs on this computer, and the job that makes a new one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from dashboard.jobs import tasks
from dashboard.jobs.job import Job
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap
from proda_core.runs import Run, list_runs
from proda_core.sources.catalogue import runs_directory

KEPT_MAPS = 8  # carbon maps held in memory


@dataclass(frozen=True)
class RunChoice:
    """One line of the menu of runs."""

    id: str
    schedule: str
    seed: int
    started: str
    complete: bool

    @property
    def title(self) -> str:
        """The run in words."""
        rest = "" if self.complete else ", unfinished"
        return f"{self.schedule}, seed {self.seed}, {self.started.replace('T', ' ')}{rest}"


class Runs:
    """The runs directory, read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._maps: dict[tuple[str, float], CarbonMap] = {}

    def with_maps(self, data: str) -> tuple[RunChoice, ...]:
        """Runs of a data set whose carbon map is there, the newest first."""
        table = self._table()
        mine = table[table["study"] == data]
        return tuple(_choice(row) for row in mine.itertuples() if "carbon_map" in self._run(row.run).finished)

    def unfinished(self, data: str) -> RunChoice | None:
        """The newest run of a data set that was interrupted before its maps."""
        table = self._table()
        for row in table[table["study"] == data].itertuples():
            if "carbon_map" not in self._run(row.run).finished:
                return _choice(row)
        return None

    def carbon_map(self, number: str) -> CarbonMap:
        """The carbon map of a run; read once."""
        path = self._run(number).path("carbon_map")
        if not path.exists():
            raise InputError(f"Run {number}: expected a finished carbon map, found none")
        key = (number, path.stat().st_mtime)
        with self._lock:
            if key not in self._maps:
                self._maps = dict(list(self._maps.items())[1 - KEPT_MAPS :])
                self._maps[key] = self._run(number)["carbon_map"]
            return self._maps[key]

    def scores(self, number: str) -> pd.DataFrame | None:
        """The table of scores of a run; None if it is not there yet."""
        run = self._run(number)
        return run["scores"] if "scores" in run.finished else None

    @staticmethod
    def _table() -> pd.DataFrame:
        directory = runs_directory()
        return list_runs(directory)

    @staticmethod
    def _run(number: str) -> Run:
        if not number or Path(number).name != number or number.startswith("."):
            raise InputError(f"Run: expected the name of a run, found {number!r}")
        return Run(runs_directory() / number)


class RunJob(Job):
    """A whole run in its directory; started again, it goes on where it stopped."""

    def __init__(self, workers: Workers, data: str, schedule: str, seed: int, number: str = "") -> None:
        self.run_id = number or f"{data}-{schedule}-seed{seed}-{datetime.now():%Y%m%d-%H%M%S}"
        self.data, self.seed = data, seed
        directory = str(runs_directory() / self.run_id)
        super().__init__(workers, f"Run {self.run_id}", tasks.do_run, data, directory, schedule, seed)


def _choice(row: object) -> RunChoice:
    return RunChoice(str(row.run), str(row.schedule), int(row.seed), str(row.started), bool(row.complete))
