"""Tells how far a benchmark is."""

from __future__ import annotations

from collections.abc import Callable

from proda_core.records.progress import Progress

OnProgress = Callable[[Progress], None]


class Steps:
    """So many steps; each is told before it is taken, if anybody listens.

    >>> told = []
    >>> step = Steps(2, told.append)
    >>> step("zoom"), step("tap")
    (None, None)
    >>> [progress.fraction for progress in told]
    [0.0, 0.5]
    """

    def __init__(self, total: int, on_progress: OnProgress | None) -> None:
        self._taken, self._total, self._tell = 0, total, on_progress

    def __call__(self, message: str) -> None:
        """Begin the next step."""
        if self._tell is not None:
            self._tell(Progress(self._taken, self._total, message))
        self._taken += 1
