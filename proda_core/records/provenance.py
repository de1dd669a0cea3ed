"""Provenance of a file: versions, date, command, seed and the hashes of its inputs."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("proda", "numpy", "scipy", "xarray", "numba", "torch")


def provenance(
    *, date: str, command: str = "", seed: int | None = None, inputs: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return attributes for a file; ``date`` is an argument (ISO 8601), so that results are reproducible.

    >>> provenance(date="2025-01-01T00:00:00Z", command="proda run", seed=3)["history"]
    '2025-01-01T00:00:00Z proda run'
    """
    attrs = {"date_created": date, "history": f"{date} {command}".strip(), "software": versions()}
    if seed is not None:
        attrs["seed"] = str(seed)
    if inputs:
        attrs["input_sha256"] = json.dumps(dict(inputs), sort_keys=True)
    return attrs


def versions() -> str:
    """Return versions of Python and of the packages whose numbers matter, in one line."""
    found = [f"python {'.'.join(map(str, sys.version_info[:3]))}"]
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join(found)


def file_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
