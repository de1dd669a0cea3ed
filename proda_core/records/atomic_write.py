"""Atomic writes of files and directories: a temporary name first, then a rename."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreError(OSError):
    """Writing failed for a reason outside the program: disk full, no permission."""

    def __str__(self) -> str:
        return self.strerror or ""


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` and rename it to ``path`` if no error was raised.

    Works for files and directories. A failed write raises :class:`StoreError` and does not
    change what was at ``path`` before.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _replace(temporary, path)
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


def _replace(temporary: Path, path: Path) -> None:
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
