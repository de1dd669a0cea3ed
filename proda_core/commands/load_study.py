"""Load a study on the command line, with a progress bar where it has to be generated first."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from proda_core.commands.output import progress_bar
from proda_core.records.progress import Progress

if TYPE_CHECKING:
    from proda_core.records.study import Study


def load_study(name: str, data_dir: Path | None) -> Study:
    """Return the study of that name; a study that reports progress gets a bar on stderr."""
    from proda_core.studies import open_study

    with ExitStack() as stack:
        bars = []

        def report(progress: Progress) -> None:
            if not bars:
                bars.append(stack.enter_context(progress_bar(f"Opening {name}")))
            bars[0](progress)

        return open_study(name, data_dir, on_progress=report)
