"""Jobs on disk, one directory each, so that the end of a server takes nothing finished along."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from proda_core.records.checks import InputError
from proda_core.records.replacing import replacing
from proda_core.sources.catalogue import data_directory

MOST = 200  # the oldest ones go
_NUMBER = re.compile(r"[0-9a-f]{8}")


def directory_of(number: str) -> Path:
    """Where the job of that number is kept, or will be."""
    return data_directory() / "jobs" / number


def find(number: str) -> Path | None:
    """The directory of that job; None where there is none, or the number is no number."""
    found = directory_of(number) if _NUMBER.fullmatch(number) else None
    return found if found is not None and found.is_dir() else None


def write(directory: Path, name: str, text: str) -> None:
    """Write what is asked for; InputError where it cannot be written. The oldest jobs go."""
    try:
        with replacing(directory / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or str(error)) from error
    with suppress(OSError):  # another server may let go of the same
        known = sorted(directory.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in known[: max(0, len(known) - MOST)]:
            shutil.rmtree(old, ignore_errors=True)
