"""``manifest.json`` of a run: the SHA-256 of every file of its results, written as each is finished."""

from __future__ import annotations

import json
from pathlib import Path

from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError
from proda_core.records.checksums import checksum, checksums
from proda_core.run_settings import read_text

MANIFEST = "manifest.json"
_MOST_BYTES = 16_000_000


def read_manifest(directory: Path) -> dict[str, str]:
    """Return SHA-256 by file, relative to ``directory``; empty for a run without a manifest.

    Raises InputError where it cannot be read.
    """
    path = directory / MANIFEST
    text = read_text(path, _MOST_BYTES)
    if text is None:
        return {}
    try:
        files = json.loads(text)["sha256"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: expected the checksums of a run, found {error!r}") from error


def record_output(directory: Path, path: Path) -> None:
    """Add the checksums of a finished file or folder to the manifest, in place of earlier ones."""
    try:
        before = read_manifest(directory)
    except InputError:
        before = {}
    kept = {name: digest for name, digest in before.items() if not _is_of(name, directory, path)}
    files = dict(sorted((kept | checksums(path, directory)).items()))
    with atomic_write(directory / MANIFEST) as temporary:
        temporary.write_text(json.dumps({"sha256": files}, indent=1))


def is_recorded(directory: Path, path: Path) -> bool:
    """Return whether the manifest has checksums of a file or folder."""
    return any(_is_of(name, directory, path) for name in read_manifest(directory))


def damage(directory: Path, path: Path) -> str:
    """Return a sentence naming the first file that is not as it was written; "" where all are or unknown."""
    for name, digest in read_manifest(directory).items():
        if _is_of(name, directory, path):
            file = directory / name
            if not file.is_file():
                return f"{file}: expected a file of a finished result, found none"
            if checksum(file) != digest:
                return f"{file}: expected the bytes that were written, found others (SHA-256 differs)"
    return ""


def _is_of(name: str, directory: Path, path: Path) -> bool:
    """Return whether a name in the manifest is a file or folder, or below it."""
    output = path.relative_to(directory).as_posix()
    return name == output or name.startswith(f"{output}/")
