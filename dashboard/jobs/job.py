"""A job: one slow thing that belongs to the server, watched by whoever looks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from enum import StrEnum

from distributed import KilledWorker

from dashboard.jobs.workers import Task, Workers
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress

RETRY_SECONDS = 30.0  # s


class State(StrEnum):
    """Where a job stands."""

    NEW = "new"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "stopped"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Job:
    """Runs ``function(*arguments, context)`` in a worker process.

    The function reports :class:`Progress` and asks whether to stop; see ``dashboard.jobs.tasks.common``.
    Attributes are replaced whole, never changed in place, so any thread may read them.
    """

    def __init__(self, workers: Workers, title: str, function: Callable, *arguments: object) -> None:
        self.id = secrets.token_hex(4)
        self.title = title
        self.state = State.NEW
        self.progress = Progress(0, 0)
        self.result: object | None = None
        self.error = ""
        self.version = 0  # grows with every change: whoever looks again knows whether to redraw
        self._workers = workers
        self._call = (function, arguments)
        self._task: Task | None = None
        self._began = self._ended = 0.0

    def start(self) -> Job:
        """Put the job in the queue; a job that has ended is started again from the beginning."""
        if self.state in (State.WAITING, State.RUNNING):
            return self
        self._clear()
        self.state = State.WAITING
        function, arguments = self._call
        self._task = self._workers.run(function, arguments, self._heard, self._over)
        return self

    def cancel(self) -> None:
        """Ask the job to stop; what it has reported stays."""
        if self._task is not None and not self.state.ended:
            self._task.stop()

    @property
    def may_retry(self) -> bool:
        """Whether it came to nothing, long enough ago that it is not tried again and again."""
        failed = self.state in (State.FAILED, State.CANCELLED)
        return failed and time.monotonic() - self._ended > RETRY_SECONDS

    @property
    def workers(self) -> Workers:
        """The worker processes that do it."""
        return self._workers

    @property
    def seconds(self) -> float:
        """How long the job has run, or did run [s]."""
        if not self._began:
            return 0.0
        return (self._ended or time.monotonic()) - self._began

    @property
    def seconds_left(self) -> float | None:
        """How long it will still run at the present pace [s]; None while that cannot be said."""
        fraction = self.progress.fraction
        if self.state is not State.RUNNING or fraction < 0.02:
            return None
        return self.seconds * (1 - fraction) / fraction

    def on_message(self, message: dict) -> None:
        """Take what the function reports besides progress; jobs that stream their results override this."""

    def _clear(self) -> None:
        self.progress, self.result, self.error = Progress(0, 0), None, ""
        self._began = self._ended = 0.0
        self.version += 1

    def _heard(self, message: dict) -> None:
        if self.state is State.WAITING:
            self.state, self._began = State.RUNNING, time.monotonic()
        if "progress" in message:
            self.progress = Progress(*message["progress"])
        self.on_message(message)
        self.version += 1

    def _over(self, result: object, error: BaseException | None) -> None:
        self._ended = time.monotonic()
        self.result = result
        if error is None:
            self.state = State.DONE
        elif isinstance(error, Cancelled):
            self.state = State.CANCELLED
        else:
            self.error, self.state = error_sentence(error), State.FAILED
        self.version += 1


def error_sentence(error: BaseException) -> str:
    """What went wrong, in words for a visitor.

    >>> error_sentence(InputError("Sites: expected numbers; found 'x'"))
    "Sites: expected numbers; found 'x'"
    >>> error_sentence(KeyError("depth"))
    "Something unforeseen happened (KeyError: 'depth'). The server's log has the details."
    """
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, KilledWorker):
        return "The process that did this has died, perhaps for lack of memory. Start it again."
    if isinstance(error, MemoryError):
        return "The computer has not enough memory for this."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}."
    return (
        f"Something unforeseen happened ({type(error).__name__}: {error}). The server's log has the details."
    )
