"""A tiny finished run, and copies of it to damage."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from proda_core import journey
from proda_core.__main__ import main
from proda_core.records.study import Study
from proda_core.runs import Run
from proda_core.sources import example
from tests.faults.tiny_choices import CHOICES


@dataclass(frozen=True)
class Answer:
    """Exit code and output of a command."""

    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def tiny_study() -> Study:
    return example.load()


@pytest.fixture(scope="session")
def tiny_run(tiny_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of the example; tests that change it take a ``copied_run``."""
    return journey.run(tiny_study, tmp_path_factory.mktemp("tiny") / "run", **CHOICES)


@pytest.fixture
def copied_run(tiny_run: Run, tmp_path: Path) -> Run:
    """A copy of the run among the runs of a data directory of its own."""
    return Run(Path(shutil.copytree(tiny_run.directory, tmp_path / "runs" / "run")))


@pytest.fixture
def proda(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """Call the command line with the data directory of the test."""

    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["proda", *map(str, arguments)])
        monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Answer(int(ended.value.code or 0), *capsys.readouterr())

    return call
