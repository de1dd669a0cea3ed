"""One writer per directory: a lock of the operating system that ends with its process, and who holds it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from proda_core.records.atomic_write import StoreError, write_failure
from proda_core.records.checks import InputError

LOCK = ".lock"  # in the directory that is written
WAIT_SECONDS = 1.0  # another process may hold the lock for an instant to ask who writes
_RETRY_SECONDS = 0.05
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)  # file systems without locks
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True)
class Writer:
    """A process that writes a directory: its number, its computer, and since when it writes."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} writing it since {self.since}"


class BusyError(InputError):
    """Another process is writing the directory."""


@contextmanager
def only_writer(directory: str | Path) -> Iterator[None]:
    """Hold the lock of ``directory``, which is created where missing; an empty one is removed again.

    The lock ends with the process, however it ends. A directory that cannot be written needs none.

    Raises BusyError with the writer where another process, or another thread of this one, holds it.
    """
    directory = Path(directory)
    is_new = not directory.exists()
    descriptor = _acquired(directory)
    try:
        yield
    finally:
        if is_new:
            _remove_empty(directory)
        if descriptor is not None:
            os.close(descriptor)


def writer_of(directory: str | Path) -> Writer | None:
    """Return who writes ``directory`` now; None where there is no writer."""
    path = Path(directory) / LOCK
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_writer(path)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def expect_no_writer(directory: str | Path) -> None:
    """Raise BusyError with the writer where a process is writing ``directory``."""
    if (found := writer_of(directory)) is not None:
        raise _busy(Path(directory), found)


def _acquired(directory: Path) -> int | None:
    """Return the descriptor that holds the lock; None where the directory cannot be written or locked."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        descriptor = _opened(directory)
        if descriptor is None:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _NO_LOCKS:
                return None
            if time.monotonic() > until:
                raise _busy(directory, _read_writer(directory / LOCK)) from None
            time.sleep(_RETRY_SECONDS)
            continue
        if _is_present(descriptor, directory / LOCK):
            _write_writer(descriptor)
            return descriptor
        os.close(descriptor)  # its holder has removed the directory


def _opened(directory: Path) -> int | None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno in _READ_ONLY and directory.is_dir():
            return None
        raise StoreError(error.errno or errno.EIO, write_failure(error, directory)) from error


def _is_present(descriptor: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _write_writer(descriptor: int) -> None:
    now = datetime.now().isoformat(timespec="seconds")
    text = json.dumps(asdict(Writer(os.getpid(), socket.gethostname(), now)))
    with suppress(OSError):  # a full disk: the lock holds without a name
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _read_writer(path: Path) -> Writer:
    try:
        found = json.loads(path.read_text())
        return Writer(int(found["pid"]), str(found["host"]), str(found["since"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Writer(0, "an unknown computer", "an unknown time")


def _busy(directory: Path, writer: Writer) -> BusyError:
    return BusyError(f"{directory}: expected to be the only writer, found {writer}")


def _remove_empty(directory: Path) -> None:
    """Remove a directory that holds nothing but its lock."""
    with suppress(OSError):
        if [path.name for path in directory.iterdir()] == [LOCK]:
            (directory / LOCK).unlink()
            directory.rmdir()
