"""Files of a data set in a directory, wherever the provider's archive put them."""

from __future__ import annotations

from pathlib import Path

from proda_core.records.checks import InputError, expect


def locate(directory: Path | str, *patterns: str, what: str = "") -> Path:
    """The file that matches the first pattern for which there is one, in the directory or below it."""
    directory = Path(directory)
    expect(directory.is_dir(), f"{directory}: expected a directory, found none")
    for pattern in patterns:
        found = sorted((f for f in directory.rglob(pattern) if f.is_file()), key=lambda f: (len(f.parts), f))
        if found:
            return found[0]
    wanted = " or ".join(patterns)
    raise InputError(
        f"{directory}: expected {f'{what}, ' if what else ''}a file {wanted}, found no such file"
    )


def holds(directory: Path | str, pattern: str) -> bool:
    """Whether the directory, or one below it, holds a file of that pattern."""
    return next((f for f in Path(directory).rglob(pattern) if f.is_file()), None) is not None
