"""Find files of a data set in a directory or below it, wherever the provider's archive puts them."""

from __future__ import annotations

from pathlib import Path

from proda_core.records.checks import InputError, expect
from proda_core.sources.git_lfs import expect_no_pointer


def locate(directory: Path | str, *patterns: str, what: str = "") -> Path:
    """Return the file that matches the first pattern with a match, in the directory or below it."""
    directory = Path(directory)
    expect(directory.is_dir(), f"{directory}: expected a directory, found none")
    for pattern in patterns:
        found = sorted((f for f in directory.rglob(pattern) if f.is_file()), key=lambda f: (len(f.parts), f))
        if found:
            expect_no_pointer(found[0])
            return found[0]
    wanted = " or ".join(patterns)
    raise InputError(
        f"{directory}: expected {f'{what}, ' if what else ''}a file {wanted}, found no such file"
    )


def holds(directory: Path | str, pattern: str) -> bool:
    """Whether the directory, or one below it, holds a file of that pattern."""
    return next((f for f in Path(directory).rglob(pattern) if f.is_file()), None) is not None
