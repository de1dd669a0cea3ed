"""Bring the files of a data set here, from its addresses or from a local directory.

A file has its final name only once its size and SHA-256 are those of the catalogue. What an
interrupted download leaves behind lies under .partial and is continued by the next one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from proda_core.records.checks import InputError
from proda_core.records.progress import Progress
from proda_core.records.replacing import replacing
from proda_core.sources import catalogue
from proda_core.sources.by_hand import NOT_VERIFIED, collect
from proda_core.sources.catalogue import Entry, RemoteFile
from proda_core.sources.download import FetchError, download

OnProgress = Callable[[Progress], None]
Report = Callable[[int, str], None]  # bytes that have arrived since the start, and a text


def fetch(
    name: str,
    data_dir: Path | str | None = None,
    *,
    source: Path | str | None = None,
    mirror: str | None = None,
    accept_licence: bool = False,
    on_progress: OnProgress | None = None,
) -> Path:
    """The directory of a data set, complete, and verified where the catalogue knows a SHA-256.

    source : a local directory in the same layout to copy from, instead of the network
    mirror : an address that is tried before those of the catalogue; the SHA-256 decides all the same
    accept_licence : the user has read that the licence is unknown, and accepts it
    on_progress : called with bytes done and bytes in all

    Raises :class:`InputError` for a wrong request and :class:`FetchError` where the world is to
    blame (network, disk, a file that is not what the catalogue says).
    """
    known = catalogue.entry(name)
    if not known.files:
        raise InputError(f"{name}: expected a data set with files to fetch; this one is built in")
    if known.licence_must_be_accepted and not accept_licence:
        raise InputError(f"{name}: its licence is unknown; expected that you accept it with --accept-licence")
    directory = catalogue.raw_directory(name, data_dir)
    if mirror is not None:
        known = with_mirror(known, mirror)
    return fetch_files(known, directory, source=source, on_progress=on_progress)


def with_mirror(known: Entry, mirror: str) -> Entry:
    """The data set with another address before its own."""
    if not known.verified:
        raise InputError(f"{known.name}: --mirror: {NOT_VERIFIED}, so nothing is taken from a network")
    parts = urlsplit(mirror)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"--mirror: expected an address that begins with https://, found {mirror!r}")
    return replace(known, addresses=(mirror.rstrip("/") + "/", *known.addresses))


def fetch_files(
    known: Entry,
    directory: Path,
    *,
    source: Path | str | None = None,
    on_progress: OnProgress | None = None,
) -> Path:
    """Complete ``directory`` with the files of a data set; what is there and right is kept."""
    on_progress = on_progress or (lambda progress: None)
    source = None if source is None else Path(source).expanduser()
    if not known.verified:
        try:
            return collect(known, directory, source, on_progress)
        except OSError as error:
            raise _disk_error(error, directory) from error
    wanted = [file for file in known.files if not _is_right(directory / file.path, file)]
    done = known.size - sum(file.size for file in wanted)

    def report(arrived: int, text: str) -> None:
        on_progress(Progress(done + arrived, known.size, text))

    report(0, f"{len(known.files) - len(wanted)} of {len(known.files)} files already here")
    try:
        _expect_space(directory, wanted)
        if source is None:
            _from_addresses(known, directory, wanted, report)
        else:
            _from_directory(known, directory, wanted, source, report)
    except OSError as error:
        raise _disk_error(error, directory) from error
    report(known.size - done, "complete and verified")
    return directory


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def difference(path: Path, wanted: RemoteFile) -> str:
    """How a file differs from the catalogue; empty if it does not, or if the catalogue cannot tell."""
    if not wanted.sha256:
        return ""
    size = path.stat().st_size
    if size != wanted.size:
        return f"expected {wanted.size} bytes, found {size}"
    found = sha256(path)
    return "" if found == wanted.sha256 else f"expected SHA-256 {wanted.sha256}, found {found}"


def _is_right(path: Path, wanted: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == wanted.size and sha256(path) == wanted.sha256


def _from_addresses(known: Entry, directory: Path, wanted: Sequence[RemoteFile], report: Report) -> None:
    """Try every address in turn for the files that are still missing."""
    partial = directory / ".partial"
    problem = ""
    for address in known.addresses:
        problem = download(address, wanted, partial, report) or problem
        for file in wanted:
            problem = _settle(partial / file.path, directory / file.path, file) or problem
        wanted = [file for file in wanted if not _is_right(directory / file.path, file)]
        if not wanted:
            shutil.rmtree(partial, ignore_errors=True)
            return
    raise FetchError(
        f"{known.name}: {len(wanted)} of {len(known.files)} files could not be fetched: {problem};"
        f" run the command again to go on where it stopped, or get {known.addresses[0]}{wanted[0].path}"
        f" another way and put it at {directory / wanted[0].path}"
    )


def _settle(arrived: Path, final: Path, wanted: RemoteFile) -> str:
    """Give a file that arrived its final name; remove one that is not what it should be."""
    if not arrived.is_file():
        return ""
    fault = difference(arrived, wanted)
    if fault:
        arrived.unlink()
        return f"{wanted.path} arrived damaged and was removed ({fault})"
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(arrived, final)
    return ""


def _from_directory(
    known: Entry, directory: Path, wanted: Sequence[RemoteFile], source: Path, report: Report
) -> None:
    """Copy from a local directory, after checking that every file is there and right."""
    if not source.is_dir():
        raise InputError(f"--from: expected a directory in the layout of {known.name}, found {source}")
    root = catalogue.layout_root(source)
    for file in wanted:
        _expect_right(root / file.path, file)
    arrived = 0
    for file in wanted:
        _copy(root / file.path, directory / file.path)
        arrived += file.size
        report(arrived, f"copied {file.path}")


def _expect_right(path: Path, wanted: RemoteFile) -> None:
    if not path.is_file():
        raise InputError(f"--from: expected the file {wanted.path}, found none at {path}")
    fault = difference(path, wanted)
    if fault:
        raise InputError(f"--from: {path} is truncated or altered: {fault}")


def _copy(source: Path, final: Path) -> None:
    """Copy under a temporary name first, so that a broken copy is never taken for the file."""
    with replacing(final) as temporary:
        shutil.copyfile(source, temporary)


def _expect_space(directory: Path, wanted: Sequence[RemoteFile]) -> None:
    """Ask the disk before filling it. A download needs room for the file and its last copy."""
    directory.mkdir(parents=True, exist_ok=True)
    needed = sum(file.size for file in wanted) + max((file.size for file in wanted), default=0)
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"expected {needed / 1e6:.1f} MB free, found {free / 1e6:.1f} MB")


def _disk_error(error: OSError, directory: Path) -> FetchError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchError(
            f"no space left on the disk of {directory} ({error.strerror}); make room, or choose another place"
            f" with --data-dir or {catalogue.DATA_DIRECTORY_VARIABLE}"
        )
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return FetchError(
            f"{error.filename or directory} cannot be written ({error.strerror}); choose another place with"
            f" --data-dir or {catalogue.DATA_DIRECTORY_VARIABLE}"
        )
    return FetchError(f"{error.filename or directory}: {error.strerror or error}")
