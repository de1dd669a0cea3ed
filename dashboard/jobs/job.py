"""A background job of the server, with its state, progress and result."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from enum import StrEnum

from distributed import KilledWorker

from dashboard.jobs.workers import Task, Workers
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress

RETRY_SECONDS = 30.0  # before a failed job is tried again


class State(StrEnum):
    """State of a job."""

    NEW = "new"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        """Whether the job has ended."""
        return self in (State.DONE, State.FAILED, State.STOPPED)


class Job:
    """Run ``function(*arguments, context)`` in a worker process.

    The function reports :class:`Progress` and asks whether to stop through its context, a
    :class:`dashboard.jobs.messages.TaskContext`.
    Attributes are replaced whole, never changed in place, so any thread may read them.
    """

    def __init__(self, workers: Workers, title: str, function: Callable, *arguments: object) -> None:
        self.id = secrets.token_hex(4)
        self.title = title
        self.state = State.NEW
        self.progress = Progress(0, 0)
        self.result: object | None = None
        self.error = ""
        self.version = 0  # grows with every change, so that a poller knows whether to redraw
        self._workers = workers
        self._call: tuple[Callable, tuple] = (function, arguments)
        self._task: Task | None = None
        self._started = self._ended = 0.0

    def set_task(self, function: Callable, *arguments: object) -> None:
        """Set what the next start runs."""
        self._call = (function, arguments)

    def start(self) -> Job:
        """Queue the job; a job that has ended starts again from the beginning."""
        if self.state in (State.WAITING, State.RUNNING):
            return self
        self._clear()
        self.state = State.WAITING
        function, arguments = self._call
        self._task = self._workers.run(function, arguments, self._on_message, self.finish)
        return self

    def stop(self) -> None:
        """Ask the job to stop; what it has reported so far stays."""
        if self._task is not None and not self.state.ended:
            self._task.stop()

    @property
    def failed(self) -> bool:
        """Whether it has ended without a result."""
        return self.state in (State.FAILED, State.STOPPED)

    @property
    def may_retry(self) -> bool:
        """Whether it failed at least ``RETRY_SECONDS`` ago."""
        return self.failed and time.monotonic() - self._ended > RETRY_SECONDS

    @property
    def workers(self) -> Workers:
        """The worker processes that run it."""
        return self._workers

    @property
    def seconds(self) -> float:
        """Time since the job began to run, or how long it ran [s]."""
        if not self._started:
            return 0.0
        return (self._ended or time.monotonic()) - self._started

    @property
    def seconds_left(self) -> float | None:
        """Estimated time left [s]; None while it cannot be estimated."""
        fraction = self.progress.fraction
        if self.state is not State.RUNNING or fraction < 0.02:
            return None
        return self.seconds * (1 - fraction) / fraction

    def on_message(self, message: dict) -> None:
        """Handle a message other than progress; jobs that stream their results override this."""

    def finish(self, result: object, error: BaseException | None) -> None:
        """End the job with a result, or with an error."""
        self._ended = time.monotonic()
        self.result = result
        if error is None:
            self.state = State.DONE
        elif isinstance(error, Cancelled):
            self.state = State.STOPPED
        else:
            self.error, self.state = error_sentence(error), State.FAILED
        self.version += 1

    def _clear(self) -> None:
        self.progress, self.result, self.error = Progress(0, 0), None, ""
        self._started = self._ended = 0.0
        self.version += 1

    def _on_message(self, message: dict) -> None:
        if self.state is State.WAITING:
            self.state, self._started = State.RUNNING, time.monotonic()
        if "progress" in message:
            self.progress = Progress(*message["progress"])
        self.on_message(message)
        self.version += 1


def error_sentence(error: BaseException) -> str:
    """Return what went wrong as a sentence for a visitor.

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
