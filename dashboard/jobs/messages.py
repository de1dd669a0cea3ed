"""What a worker process says to the server, and how it hears that it shall stop."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from distributed import Event, get_worker

from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress

TOPIC = "proda-jobs"
SAY_EVERY = 0.1  # s between two progress messages
ASK_EVERY = 0.2  # s between two questions whether to stop


class TaskContext:
    """Handed to a task: ``report(progress)``, ``report.send(...)``, ``report.should_stop()``."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._stop = Event(stop_name(task))
        self._stopped = False
        self._said = self._asked = 0.0

    def __call__(self, progress: Progress) -> None:
        """Say how far the task is; a message that follows another too soon is left out."""
        now, last = time.monotonic(), progress.done >= progress.total > 0
        if last or now - self._said >= SAY_EVERY:
            self._said = now
            self.send(progress=(int(progress.done), int(progress.total), str(progress.message)))

    def send(self, **message: object) -> None:
        """Say something else: plain values and bytes."""
        get_worker().log_event(TOPIC, {"task": self._task, **message})

    def should_stop(self) -> bool:
        """Whether the visitor has pressed stop."""
        now = time.monotonic()
        if not self._stopped and now - self._asked >= ASK_EVERY:
            self._asked, self._stopped = now, self._stop.is_set()
        return self._stopped


def stop_name(task: str) -> str:
    """Name of the event that stops a task."""
    return f"stop-{task}"


def call(function: Callable, arguments: tuple, task: str) -> tuple[object, Exception | None]:
    """Run a task in this worker process: its result, or the error a visitor should read."""
    report = TaskContext(task)
    report(Progress(0, 0, "starting"))
    try:
        return function(*arguments, report), None
    except (Cancelled, InputError) as error:
        return None, error


def pack(array: np.ndarray) -> dict:
    """An array as a message: its shape and its numbers in single precision.

    >>> unpack(pack(np.array([[1.0, 2.0]]))).tolist()
    [[1.0, 2.0]]
    """
    array = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(array.shape), "bytes": array.tobytes()}


def unpack(message: dict) -> np.ndarray:
    """The array of a message, read-only."""
    return np.frombuffer(message["bytes"], dtype="<f4").reshape(message["shape"])
