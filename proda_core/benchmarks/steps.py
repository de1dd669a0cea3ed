"""Progress of a benchmark."""

from __future__ import annotations

from collections.abc import Callable

from proda_core.records.progress import Progress

OnProgress = Callable[[Progress], None]


class Steps:
    """Reports each of ``total`` steps before it starts.

    >>> reported = []
    >>> step = Steps(2, reported.append)
    >>> step("zoom"), step("tap")
    (None, None)
    >>> [progress.fraction for progress in reported]
    [0.0, 0.5]
    """

    def __init__(self, total: int, on_progress: OnProgress | None) -> None:
        self._done, self._total, self._on_progress = 0, total, on_progress

    def __call__(self, message: str) -> None:
        """Report the start of the next step."""
        if self._on_progress is not None:
            self._on_progress(Progress(self._done, self._total, message))
        self._done += 1
