"""Data sets without known hashes: files found by name in a local directory and copied, not verified."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError
from proda_core.records.progress import Progress
from proda_core.sources.catalogue import Entry, RemoteFile, has_file

NOT_VERIFIED = "not verified: the catalogue knows no SHA-256 of these files"


def collect(
    known: Entry, directory: Path, source: Path | None, on_progress: Callable[[Progress], None]
) -> Path:
    """Copy the files of a data set found in ``source`` or below it to ``directory``, and return it.

    Raises InputError where needed files are in neither; it says where to get them and where to put them.
    """
    if source is None:
        _expect_all(known, directory)
        return directory
    if not source.is_dir():
        raise InputError(f"--from: expected a directory with the files of {known.name}, found {source}")
    wanted = _wanted(known, source, directory)
    total, arrived = sum(path.stat().st_size for path in wanted), 0
    directory.mkdir(parents=True, exist_ok=True)
    for path in wanted:
        on_progress(Progress(arrived, total, f"copying {path.name}"))
        with atomic_write(directory / path.name) as temporary:
            shutil.copyfile(path, temporary)
        arrived += path.stat().st_size
    on_progress(Progress(total, total, "complete, not verified"))
    return directory


def _expect_all(known: Entry, directory: Path) -> None:
    missing = [file.path for file in known.needed if not has_file(directory, file)]
    if missing:
        raise InputError(
            f"{known.name}: its files are not fetched by this program; get {', '.join(missing)} at"
            f" {known.homepage} and put {'them' if len(missing) > 1 else 'it'} at {directory}, or, from where"
            f" you have them: proda data fetch {known.name} --from DIR ({NOT_VERIFIED})"
        )


def _wanted(known: Entry, source: Path, directory: Path) -> list[Path]:
    """The files to copy; raises InputError where a needed one is in neither directory."""
    found: dict[Path, None] = {}
    for file in known.files:
        hits = _hits(source, file)
        if not hits and not file.optional and not has_file(directory, file):
            others = f" (or {', '.join(file.instead)})" if file.instead else ""
            raise InputError(f"--from: expected a file {file.path}{others}, found none in or below {source}")
        found |= dict.fromkeys(hits)
    here = directory.resolve()
    return [path for path in found if here not in path.resolve().parents]


def _hits(source: Path, file: RemoteFile) -> list[Path]:
    """Files of that name, or those that together replace it; none if one of them is missing."""
    own = _named(source, file.path)
    if own or not file.instead:
        return own
    parts = [_named(source, name) for name in file.instead]
    return [path for part in parts for path in part] if all(parts) else []


def _named(source: Path, pattern: str) -> list[Path]:
    return sorted(path for path in source.rglob(pattern) if path.is_file())
