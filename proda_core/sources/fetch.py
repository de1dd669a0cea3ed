"""Fetch the files of a data set from its addresses or a local directory.

A file gets its final name once its size and SHA-256 match the catalogue. An interrupted download stays
under .partial and is resumed by the next call.
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

from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError
from proda_core.records.progress import Progress
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry, RemoteFile
from proda_core.sources.download import FetchError, download
from proda_core.sources.unverified_files import NOT_VERIFIED, collect

OnProgress = Callable[[Progress], None]
Report = Callable[[int, str], None]  # bytes received since the start, and a message


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
    mirror : an address tried before those of the catalogue; the SHA-256 is checked as well
    accept_licence : the user accepts that the licence is unknown
    on_progress : called with bytes done and bytes in all

    Raises :class:`InputError` for an invalid request and :class:`FetchError` for a failure of the network,
    of the disk, or a file that differs from the catalogue.
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
    """Complete ``directory`` with the files of a data set; valid files are kept."""
    on_progress = on_progress or (lambda progress: None)
    source = None if source is None else Path(source).expanduser()
    if not known.verified:
        try:
            return collect(known, directory, source, on_progress)
        except OSError as error:
            raise _disk_error(error, directory) from error
    wanted = [file for file in known.files if not _is_valid(directory / file.path, file)]
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
    """Describe how a file differs from the catalogue; empty if it does not or its SHA-256 is unknown."""
    if not wanted.sha256:
        return ""
    size = path.stat().st_size
    if size != wanted.size:
        return f"expected {wanted.size} bytes, found {size}"
    found = sha256(path)
    return "" if found == wanted.sha256 else f"expected SHA-256 {wanted.sha256}, found {found}"


def _is_valid(path: Path, wanted: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == wanted.size and sha256(path) == wanted.sha256


def _from_addresses(known: Entry, directory: Path, wanted: Sequence[RemoteFile], report: Report) -> None:
    """Try every address in turn for the files that are still missing."""
    partial = directory / ".partial"
    problem = ""
    for address in known.addresses:
        problem = download(address, wanted, partial, report) or problem
        for file in wanted:
            problem = _finish(partial / file.path, directory / file.path, file) or problem
        wanted = [file for file in wanted if not _is_valid(directory / file.path, file)]
        if not wanted:
            shutil.rmtree(partial, ignore_errors=True)
            return
    raise FetchError(
        f"{known.name}: {len(wanted)} of {len(known.files)} files could not be fetched: {problem};"
        f" run the command again to resume, or get {known.addresses[0]}{wanted[0].path}"
        f" another way and put it at {directory / wanted[0].path}"
    )


def _finish(arrived: Path, final: Path, wanted: RemoteFile) -> str:
    """Rename a downloaded file to its final name, or remove it where it differs from the catalogue."""
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
    """Copy from a local directory after verifying every file."""
    if not source.is_dir():
        raise InputError(f"--from: expected a directory in the layout of {known.name}, found {source}")
    root = catalogue.input_directory(source)
    for file in wanted:
        _expect_valid(root / file.path, file)
    arrived = 0
    for file in wanted:
        _copy(root / file.path, directory / file.path)
        arrived += file.size
        report(arrived, f"copied {file.path}")


def _expect_valid(path: Path, wanted: RemoteFile) -> None:
    if not path.is_file():
        raise InputError(f"--from: expected the file {wanted.path}, found none at {path}")
    fault = difference(path, wanted)
    if fault:
        raise InputError(f"--from: {path} is truncated or altered: {fault}")


def _copy(source: Path, final: Path) -> None:
    """Copy under a temporary name, so that an incomplete copy is never used."""
    with atomic_write(final) as temporary:
        shutil.copyfile(source, temporary)


def _expect_space(directory: Path, wanted: Sequence[RemoteFile]) -> None:
    """Raise FetchError where the disk is too small. A download needs space for the file and its copy."""
    directory.mkdir(parents=True, exist_ok=True)
    needed = sum(file.size for file in wanted) + max((file.size for file in wanted), default=0)
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"expected {needed / 1e6:.1f} MB free, found {free / 1e6:.1f} MB")


def _disk_error(error: OSError, directory: Path) -> FetchError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchError(
            f"no space left on the disk of {directory} ({error.strerror}); free some space, or choose another"
            f" directory with --data-dir or {catalogue.DATA_DIRECTORY_VARIABLE}"
        )
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return FetchError(
            f"{error.filename or directory} cannot be written ({error.strerror}); choose another place with"
            f" --data-dir or {catalogue.DATA_DIRECTORY_VARIABLE}"
        )
    return FetchError(f"{error.filename or directory}: {error.strerror or error}")
