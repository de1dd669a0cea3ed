"""Open a study on the command line: with a bar, where making it up takes a while."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from proda_core.commands.output import progress_bar
from proda_core.records.progress import Progress

if TYPE_CHECKING:
    from proda_core.records.study import Study


def opened(name: str, data_dir: Path | None) -> Study:
    """The study of that name; only one that tells how far it is gets a bar, on stderr."""
    from proda_core.studies import open_study

    with ExitStack() as bars:
        shown = []

        def show(progress: Progress) -> None:
            if not shown:
                shown.append(bars.enter_context(progress_bar(f"Opening {name}")))
            shown[0](progress)

        return open_study(name, data_dir, on_progress=show)
