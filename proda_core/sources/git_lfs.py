"""Git LFS pointers: small texts in a clone in place of large files that were not downloaded."""

from __future__ import annotations

import re
from pathlib import Path

from proda_core.records.checks import InputError

POINTER = b"version https://git-lfs.github.com/spec/"  # first bytes [Git LFS specification]


def expect_no_pointer(path: Path | str) -> None:
    """Raise InputError where the file is a Git LFS pointer instead of data."""
    path = Path(path)
    if not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(POINTER):
        size = re.search(rb"^size (\d+)$", start, re.MULTILINE)
        found = f" of a file of {int(size[1]):,} bytes" if size else ""
        raise InputError(
            f"{path}: expected data, found the Git LFS pointer{found}; fetch the file with: git lfs pull"
        )
