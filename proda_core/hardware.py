"""The computer a process runs on."""

from __future__ import annotations

import os


def available_cores(leave: int = 0) -> int:
    """Return the number of processor cores this process may use, less ``leave`` for others; at least 1.

    >>> available_cores(leave=10**6)
    1
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, count - leave)
