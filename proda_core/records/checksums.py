"""SHA-256 of files and directories, computed once per process for a file that does not change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from proda_core.records.provenance import file_hash

_FILES = 4096  # whose checksum is remembered


def checksums(path: Path, root: Path) -> dict[str, str]:
    """Return the SHA-256 of a file, or of every file below a directory, by name relative to ``root``."""
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return {each.relative_to(root).as_posix(): checksum(each) for each in files}


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file; known from before where inode, size and time of change are the same."""
    state = path.stat()
    return _checksum(path, state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=_FILES)
def _checksum(path: Path, inode: int, size: int, changed: int) -> str:
    return file_hash(path)
