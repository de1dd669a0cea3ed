"""Job results on disk, one directory per job; they survive a restart of the server."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError
from proda_core.sources.catalogue import data_directory

MOST_JOBS = 200  # the oldest are deleted
_ID = re.compile(r"[0-9a-f]{8}")


def directory_of(job_id: str) -> Path:
    """Return the directory of a job, which may not exist."""
    return data_directory() / "jobs" / job_id


def find(job_id: str) -> Path | None:
    """Return the directory of a job; None where there is none or the id is malformed."""
    found = directory_of(job_id) if _ID.fullmatch(job_id) else None
    return found if found is not None and found.is_dir() else None


def write(directory: Path, name: str, text: str) -> None:
    """Write a file of a job and delete the oldest jobs; InputError where it cannot be written."""
    try:
        with atomic_write(directory / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or str(error)) from error
    with suppress(OSError):  # another server may delete the same ones
        known = sorted(directory.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in known[: max(0, len(known) - MOST_JOBS)]:
            shutil.rmtree(old, ignore_errors=True)
