"""Open data sets in a background thread; generate a synthetic one in a worker process first."""

from __future__ import annotations

import threading
import time

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.job import Job, State, error_sentence
from dashboard.jobs.tasks import maintenance
from dashboard.jobs.workers import Workers
from proda_core.records.progress import Progress
from proda_core.studies import TEACHING

POLL_SECONDS = 0.1
LONGEST_LOAD_SECONDS = 3600.0


class StudyLoad:
    """A data set being opened: its progress, and the error if it failed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.progress = Progress(0, 0)
        self.error = ""
        self._finished = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether it is open or has failed."""
        return self._finished.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; return whether it has finished."""
        return self._finished.wait(seconds)

    def finish(self, error: str = "") -> None:
        """Mark it as finished, with the error if it failed."""
        self.error = error
        self._finished.set()


class StudyLoader:
    """Opens each data set at most once at a time, several data sets at once."""

    def __init__(self, studies: Studies, workers: Workers) -> None:
        self._studies, self._workers = studies, workers
        self._lock = threading.Lock()
        self._loads: dict[str, StudyLoad] = {}

    def load(self, name: str) -> StudyLoad:
        """Start to open a data set, unless that is under way; return its load."""
        with self._lock:
            load = self._loads.get(name)
            if load is None or load.finished:
                load = self._loads[name] = StudyLoad(name)
                threading.Thread(target=self._open, args=(load,), daemon=True, name=f"open-{name}").start()
            return load

    def _open(self, load: StudyLoad) -> None:
        try:
            if load.name in TEACHING and not self._studies.is_open(load.name):
                self._generate(load)
            self._studies.study(load.name)
        except Exception as error:  # shown on the pages that wait
            load.finish(error_sentence(error))
        else:
            load.finish()

    def _generate(self, load: StudyLoad) -> None:
        """Generate the data set in a worker process; re-raise its error here."""
        job = Job(self._workers, f"Open {load.name}", maintenance.generate_data, load.name).start()
        end = time.monotonic() + LONGEST_LOAD_SECONDS
        while not job.state.ended and time.monotonic() < end:
            load.progress = job.progress
            time.sleep(POLL_SECONDS)
        if job.state is State.FAILED:
            raise RuntimeError(job.error)
