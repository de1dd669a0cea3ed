"""Find a run by its name or directory."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from proda_core.records.checks import InputError

if TYPE_CHECKING:
    from proda_core.runs import Run


def find_run(name: str, data_dir: Path | None) -> Run:
    """Return the run of that name, or in that directory; raises InputError where there is none."""
    from proda_core.runs import SETTINGS, Run
    from proda_core.sources.catalogue import runs_directory

    directory = runs_directory(data_dir)
    for path in (directory / name, Path(name).expanduser()):
        if (path / SETTINGS).exists():
            return Run(path)
    names = [path.parent.name for path in directory.glob(f"*/{SETTINGS}")]
    close = difflib.get_close_matches(name, names, n=1)
    raise InputError(
        f"run: expected a run's directory or the name of one of the {len(names)} in {directory},"
        f" found {name!r}" + (f"; did you mean {close[0]}?" if close else "")
    )
