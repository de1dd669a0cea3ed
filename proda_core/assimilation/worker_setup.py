"""Setup of a local worker process: ignore Ctrl-C, which its parent process handles.

``preload`` of Dask's local cluster. A terminal sends Ctrl-C to all processes at once; the parent
stops the workers in order.
"""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Ignore Ctrl-C; Dask calls this when a worker process starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
