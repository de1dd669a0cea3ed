"""What a local worker process does first: leave Ctrl-C to the process that started it.

Named as ``preload`` of Dask's local cluster. A terminal sends Ctrl-C to all processes at once; the one
that was started by hand decides what it means and stops the others in order.
"""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Called by Dask in every worker process, before it takes work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
