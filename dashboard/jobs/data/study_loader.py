"""Data sets on their way in: opened in a thread of their own, made up in a worker process if need be."""

from __future__ import annotations

import threading
import time

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.job import Job, State, error_sentence
from dashboard.jobs.tasks import maintenance
from dashboard.jobs.workers import Workers
from proda_core.records.progress import Progress
from proda_core.studies import TEACHING

LOOK = 0.1  # s between two looks at the worker
MOST_MAKING = 3600.0  # s


class StudyLoad:
    """One data set that is being opened: how far it is, and what went wrong."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.progress = Progress(0, 0)
        self.error = ""
        self._finished = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether it is open, or never will be."""
        return self._finished.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait a little; whether it is over."""
        return self._finished.wait(seconds)

    def finish(self, error: str = "") -> None:
        """Say that it is over, and why if it is not open."""
        self.error = error
        self._finished.set()


class StudyLoader:
    """At most one opening of each data set at a time; no data set waits for another."""

    def __init__(self, studies: Studies, workers: Workers) -> None:
        self._studies, self._workers = studies, workers
        self._lock = threading.Lock()
        self._under_way: dict[str, StudyLoad] = {}

    def load(self, name: str) -> StudyLoad:
        """The opening of a data set; a new one unless it is under way."""
        with self._lock:
            opening = self._under_way.get(name)
            if opening is None or opening.finished:
                opening = self._under_way[name] = StudyLoad(name)
                threading.Thread(target=self._open, args=(opening,), daemon=True, name=f"open-{name}").start()
            return opening

    def _open(self, opening: StudyLoad) -> None:
        try:
            if opening.name in TEACHING and not self._studies.is_open(opening.name):
                self._make(opening)
            self._studies.study(opening.name)
        except Exception as error:  # the sentence goes to the page of whoever waits
            opening.finish(error_sentence(error))
        else:
            opening.finish()

    def _make(self, opening: StudyLoad) -> None:
        """Let a worker process make it up and keep it; a failure there is met again, and told, here."""
        job = Job(self._workers, f"Open {opening.name}", maintenance.generate_data, opening.name).start()
        end = time.monotonic() + MOST_MAKING
        while not job.state.ended and time.monotonic() < end:
            opening.progress = job.progress
            time.sleep(LOOK)
        if job.state is State.FAILED:
            raise RuntimeError(job.error)
