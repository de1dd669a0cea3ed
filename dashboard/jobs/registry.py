"""The jobs of the server, independent of the browser tab that started them."""

from __future__ import annotations

import threading
from typing import TypeVar

from dashboard.jobs.job import Job, State

MOST_ENDED = 40  # ended jobs that are kept
AnyJob = TypeVar("AnyJob", bound=Job)


class Registry:
    """Jobs by id, oldest first."""

    def __init__(self, most_ended: int = MOST_ENDED) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._most_ended = most_ended

    def start(self, job: AnyJob) -> AnyJob:
        """Start a job and add it."""
        job.start()
        return self.add(job)

    def add(self, job: AnyJob) -> AnyJob:
        """Add a job that has been started; the oldest ended ones are removed."""
        with self._lock:
            self._jobs[job.id] = job
            ended = [known.id for known in self._jobs.values() if known.state.ended]
            for job_id in ended[: max(0, len(ended) - self._most_ended)]:
                del self._jobs[job_id]
        return job

    def get(self, job_id: str) -> Job | None:
        """Return the job of that id; None if the server does not have it any more."""
        return self._jobs.get(job_id)

    def jobs(self, kind: type[AnyJob]) -> tuple[AnyJob, ...]:
        """Return all jobs of one kind, oldest first."""
        with self._lock:
            return tuple(job for job in self._jobs.values() if isinstance(job, kind))

    def jobs_before(self, job: Job) -> int:
        """Return how many jobs run or wait before this one on the same workers."""
        with self._lock:
            before = []
            for known in self._jobs.values():
                if known is job:
                    break
                before.append(known)
        active = (State.WAITING, State.RUNNING)
        return sum(known.state in active for known in before if known.workers is job.workers)
