"""Atomic writes of files and directories: a temporary name first, then a rename."""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TEMPORARY = re.compile(r"\..+-[0-9a-f]{8}(\.[^.]+)?$")


class StoreError(OSError):
    """Writing failed for a reason outside the program: disk full, no permission."""

    def __str__(self) -> str:
        return self.strerror or ""


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` and rename it to ``path`` if no error was raised.

    Works for files and directories. The bytes are on the disk before the name is, and the name before
    this returns. A failed write raises :class:`StoreError` and does not change what was at ``path`` before.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _flush(temporary)
        _replace(temporary, path)
        _flush_entry(path.parent)
    except OSError as error:
        raise StoreError(error.errno or errno.EIO, write_failure(error, path)) from error
    finally:
        _remove(temporary)


def write_failure(error: OSError, path: str | Path) -> str:
    """Return one sentence about a failed write.

    >>> write_failure(OSError(errno.ENOSPC, "No space left on device"), "maps.nc")
    'maps.nc: expected room to write, found no space left on the disk'
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return f"{path}: expected room to write, found no space left on the disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path}: expected permission to write, found it refused"
    return f"{path}: expected to be able to write, found: {error}"


def remove_orphans(directory: Path) -> list[Path]:
    """Remove temporary files and folders of killed writers in ``directory`` and its ``*.parts``.

    The caller has to be the only writer of these. Returns the paths removed.
    """
    hidden = (path for place in (directory.glob(".*"), directory.glob("*.parts/**/.*")) for path in place)
    found = [path for path in hidden if _TEMPORARY.match(path.name)]
    for path in found:
        _remove(path)
    return found


def _flush(path: Path) -> None:
    """Write a file, or every file and folder below a folder, to the disk."""
    for each in (*path.rglob("*"), path) if path.is_dir() else (path,):
        _flush_entry(each)


def _flush_entry(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that cannot
            raise
    finally:
        os.close(descriptor)


def _replace(temporary: Path, path: Path) -> None:
    try:
        _replace_once(temporary, path)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT) or not temporary.exists():
            raise
        _replace_once(temporary, path)  # another process has put a folder there meanwhile


def _replace_once(temporary: Path, path: Path) -> None:
    if not path.is_dir():
        os.replace(temporary, path)
        return
    old = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}.old")
    os.replace(path, old)
    os.replace(temporary, path)
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink()
