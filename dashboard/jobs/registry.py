"""The jobs of the server: they outlive the tab that started them."""

from __future__ import annotations

import threading
from typing import TypeVar

from dashboard.jobs.job import Job, State

KEPT = 40  # ended jobs that can still be looked at
AnyJob = TypeVar("AnyJob", bound=Job)


class Registry:
    """Jobs by number, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._kept = kept

    def start(self, job: AnyJob) -> AnyJob:
        """Take a job and start it; the oldest ended ones are let go."""
        job.start()
        return self.add(job)

    def add(self, job: AnyJob) -> AnyJob:
        """Take a job that starts by itself."""
        with self._lock:
            self._jobs[job.id] = job
            ended = [known.id for known in self._jobs.values() if known.state.ended]
            for number in ended[: max(0, len(ended) - self._kept)]:
                del self._jobs[number]
        return job

    def get(self, number: str) -> Job | None:
        """The job of that number; None if the server does not have it (any more)."""
        return self._jobs.get(number)

    def jobs(self, kind: type[AnyJob]) -> tuple[AnyJob, ...]:
        """All jobs of one kind, oldest first."""
        with self._lock:
            return tuple(job for job in self._jobs.values() if isinstance(job, kind))

    def jobs_before(self, job: Job) -> int:
        """How many jobs run or wait before this one, on the same workers."""
        with self._lock:
            before = []
            for known in self._jobs.values():
                if known is job:
                    break
                before.append(known)
        active = (State.WAITING, State.RUNNING)
        return sum(known.state in active for known in before if known.workers is job.workers)
