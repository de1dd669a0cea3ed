"""Downloads of a run: its files by name, and all of them in one archive."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import IO

from proda_core.records.checks import InputError
from proda_core.runs import LOG, SETTINGS, Run
from proda_core.stages import STAGES

EVERYTHING = "everything.zip"
REPORT = "report"  # directory of a run that holds its report, which is one self-contained page


def run_files(run: Run) -> dict[str, Path]:
    """Return the existing files of a run: settings, log, one per finished stage, the report."""
    names = (SETTINGS, LOG, *(stage.file for stage in STAGES.values()))
    paths = {name: run.directory / name for name in names}
    paths["report.html"] = run.directory / REPORT / "index.html"
    return {name: path for name, path in paths.items() if path.is_file()}


def run_file(run: Run, name: str) -> Path:
    """Return one of these files; InputError for any other name."""
    files = run_files(run)
    if name not in files:
        raise InputError(
            f"Run {run.id}: expected one of {', '.join(files) or 'no file'}; found {name[:80]!r}"
        )
    return files[name]


def zip_archive(run: Run) -> IO[bytes]:
    """Return the whole run directory as a temporary file that is deleted when it is closed."""
    found = tempfile.TemporaryFile(prefix="proda-export-")
    with zipfile.ZipFile(found, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(run.directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.write(path, Path(run.id) / path.relative_to(run.directory))
    found.seek(0)
    return found
