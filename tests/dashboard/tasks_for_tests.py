"""Tasks that a worker process can import."""

from __future__ import annotations

import os
import time

import numpy as np
import psutil

from dashboard.jobs.messages import TaskContext, pack
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress


def count(steps: int, seconds: float, context: TaskContext) -> int:
    """Count slowly."""
    for step in range(steps):
        context.report(Progress(step, steps, "counting"))
        context.send(chunk=pack(np.full(3, step)))
        time.sleep(seconds)
        if context.should_stop():
            raise Cancelled
    context.report(Progress(steps, steps, "counted"))
    return steps


def use_directory(directory: str) -> None:
    """Set another data directory."""
    os.environ["PRODA_DATA_DIR"] = directory


def refuse(context: TaskContext) -> None:
    """Fail over bad input."""
    raise InputError("Depth: expected 0 to 50 m; found -3")


def stumble(context: TaskContext) -> None:
    """Fail over a mistake in the program."""
    raise KeyError("depth")


def niceness(context: TaskContext) -> int:
    """Return the niceness of the process."""
    return int(psutil.Process().nice())


def die(context: TaskContext) -> None:
    """End the process."""
    os._exit(1)
