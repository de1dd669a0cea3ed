"""Claims on pages: one damaged run directory takes no page down."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import pytest

from dashboard.jobs.services import Services
from dashboard.shell.shell import Shell
from dashboard.state.session_state import PAGES
from proda_core.runs import Run
from tests.dashboard.drivers import IdleWorkers
from tests.faults.damages import INSIDE, SETTINGS


@pytest.fixture
def idle_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Services of the data directory of the test whose workers do nothing."""
    monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
    names = ("workers", "run_workers", "io_workers", "read_workers")
    return Services(**{name: IdleWorkers() for name in names}, default_data="example")


def _expect_every_page(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    for page in PAGES:
        with caplog.at_level(logging.WARNING):
            Shell(services, query={"data": "example", "page": page, "run": "run", "look": "run"})
    assert "could not be made" not in caplog.text


def test_no_page_falls_with_runs_whose_settings_are_odd(
    copied_run: Run, idle_services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    for number, damage in enumerate(SETTINGS.values()):
        odd = copied_run.directory.parent / f"odd{number}"
        odd.mkdir()
        shutil.copy(copied_run.directory / "settings.json", odd)
        damage(odd)
    assert sum(bool(run.problem) for run in idle_services.runs.all()) == len(SETTINGS)
    _expect_every_page(idle_services, caplog)


def _damage_without_checksums(run: Run, what: str) -> None:
    INSIDE[what](run.directory)
    if os.path.isfile(run.directory / "manifest.json"):
        (run.directory / "manifest.json").unlink()


@pytest.mark.parametrize("what", ["scores are a pipe", "posterior is a pipe", "a member outside"])
def test_no_page_falls_with_a_damaged_result(
    copied_run: Run, idle_services: Services, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    _damage_without_checksums(copied_run, what)
    _expect_every_page(idle_services, caplog)


@pytest.mark.slow
@pytest.mark.parametrize("what", INSIDE)
def test_no_page_falls_with_any_damaged_result(
    copied_run: Run, idle_services: Services, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    _damage_without_checksums(copied_run, what)
    _expect_every_page(idle_services, caplog)
