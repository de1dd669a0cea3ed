"""Tasks that a worker process can import."""

from __future__ import annotations

import os
import time

import numpy as np
import psutil

from dashboard.jobs.messages import TaskContext, pack
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress


def count(steps: int, seconds: float, report: TaskContext) -> int:
    """Count slowly."""
    for step in range(steps):
        report(Progress(step, steps, "counting"))
        report.send(chunk=pack(np.full(3, step)))
        time.sleep(seconds)
        if report.should_stop():
            raise Cancelled
    report(Progress(steps, steps, "counted"))
    return steps


def look_into(directory: str) -> None:
    """Take another data directory."""
    os.environ["PRODA_DATA_DIR"] = directory


def refuse(report: TaskContext) -> None:
    """Fail over bad input."""
    raise InputError("Depth: expected 0 to 50 m; found -3")


def stumble(report: TaskContext) -> None:
    """Fail over a mistake in the program."""
    raise KeyError("depth")


def niceness(report: TaskContext) -> int:
    """How far the process steps behind others."""
    return int(psutil.Process().nice())


def die(report: TaskContext) -> None:
    """Take the process down."""
    os._exit(1)
