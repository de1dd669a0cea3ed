"""Messages between a worker process and the server: progress, results on the way, requests to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from distributed import Event, get_worker

from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress

TOPIC = "proda-jobs"
PROGRESS_SECONDS = 0.1  # least time between two progress messages
STOP_POLL_SECONDS = 0.2  # least time between two questions whether to stop


class TaskContext:
    """What a task gets as its last argument: it reports progress, sends messages, asks whether to stop."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._stop = Event(stop_name(task))
        self._stopped = False
        self._reported = self._polled = 0.0

    def report(self, progress: Progress) -> None:
        """Send progress, at most once every ``PROGRESS_SECONDS`` except the last."""
        now, last = time.monotonic(), progress.done >= progress.total > 0
        if last or now - self._reported >= PROGRESS_SECONDS:
            self._reported = now
            self.send(progress=(int(progress.done), int(progress.total), str(progress.message)))

    def send(self, **message: object) -> None:
        """Send any other message, of plain values and bytes."""
        get_worker().log_event(TOPIC, {"task": self._task, **message})

    def should_stop(self) -> bool:
        """Whether the job has been asked to stop."""
        now = time.monotonic()
        if not self._stopped and now - self._polled >= STOP_POLL_SECONDS:
            self._polled, self._stopped = now, self._stop.is_set()
        return self._stopped


def stop_name(task: str) -> str:
    """Return the name of the event that stops a task."""
    return f"stop-{task}"


def run_task(function: Callable, arguments: tuple, task: str) -> tuple[object, Exception | None]:
    """Run a task in this worker process; return its result, or the error that is shown to visitors."""
    context = TaskContext(task)
    context.report(Progress(0, 0, "starting"))
    try:
        return function(*arguments, context), None
    except (Cancelled, InputError) as error:
        return None, error


def pack(array: np.ndarray) -> dict:
    """Return an array as a message: its shape and its numbers in single precision.

    >>> unpack(pack(np.array([[1.0, 2.0]]))).tolist()
    [[1.0, 2.0]]
    """
    array = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(array.shape), "bytes": array.tobytes()}


def unpack(message: dict) -> np.ndarray:
    """Return the array of a message, read-only."""
    return np.frombuffer(message["bytes"], dtype="<f4").reshape(message["shape"])
