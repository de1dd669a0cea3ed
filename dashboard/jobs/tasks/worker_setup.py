"""Loaded by every worker process: lower its priority below that of the server."""

from __future__ import annotations

import psutil

LOW_PRIORITY = 5 if psutil.POSIX else psutil.BELOW_NORMAL_PRIORITY_CLASS


def dask_setup(worker: object) -> None:
    """Lower the worker's priority (nice 5), but not so far that a busy machine starves it."""
    psutil.Process().nice(LOW_PRIORITY)
