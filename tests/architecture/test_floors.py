"""The floors of the house: who may import whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_imports_go_down_only(repository: Path) -> None:
    """Expected: every contract of [tool.importlinter] in pyproject.toml is kept."""
    for package in ("proda_core", "dashboard"):
        if not (repository / package / "__init__.py").exists():
            pytest.fail(f"expected a package {package}, found none")
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
