"""What every file of the two packages keeps to."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT = 300
PACKAGES = ("proda_core", "dashboard")


def _files(root: Path) -> list[Path]:
    return sorted(f for package in PACKAGES for f in (root / package).rglob("*.py"))


def test_no_file_is_longer_than_three_hundred_lines(repository: Path) -> None:
    """At three hundred lines a file has a second subject."""
    lengths = {str(f.relative_to(repository)): len(f.read_text().splitlines()) for f in _files(repository)}
    too_long = {name: n for name, n in lengths.items() if n > LIMIT}
    assert not too_long


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_half_dead(repository: Path, word: str) -> None:
    found = [
        str(f.relative_to(repository)) for f in _files(repository) if re.search(rf"\b{word}\b", f.read_text())
    ]
    assert not found


def test_the_linter_finds_nothing(repository: Path) -> None:
    """Expected: the rules of [tool.ruff] in pyproject.toml hold everywhere."""
    command = [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--output-format=concise", "."]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
