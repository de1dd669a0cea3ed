"""Loaded by every worker process of the server: who looks at a page goes before work that takes minutes."""

from __future__ import annotations

import psutil

_LOW = 5 if psutil.POSIX else psutil.BELOW_NORMAL_PRIORITY_CLASS


def dask_setup(worker: object) -> None:
    """Step behind the server and the browser, but not so far that a busy machine starves the worker."""
    psutil.Process().nice(_LOW)
