"""Fixtures of the unit tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.sources.catalogue import DATA_DIRECTORY_VARIABLE
from tests.unit.command_line import CommandLine


@pytest.fixture
def proda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line, with an empty data directory of its own."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    return CommandLine(monkeypatch, capsys)
