"""Fixtures of the dashboard's tests: the embedded example, and worker processes where they are needed."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from dashboard.jobs.services import Services
from dashboard.jobs.workers import Workers
from proda_core.records.study import Study
from proda_core.studies import open_study
from tests.dashboard.drivers import IdleWorkers


@pytest.fixture(scope="session")
def study() -> Study:
    """The embedded synthetic example."""
    return open_study("example")


@pytest.fixture(scope="session")
def tasks() -> ModuleType:
    """Tasks for tests; worker processes inherit the path they are on."""
    sys.path.insert(0, str(Path(__file__).parent))
    return import_module("tasks_for_tests")


@pytest.fixture(scope="session")
def workers(tasks: ModuleType):
    """One real worker process."""
    found = Workers(1)
    yield found
    found.close()


@pytest.fixture
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory."""
    monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def services(data_directory: Path, workers: Workers, tasks: ModuleType) -> Services:
    """Services with nothing fetched and nothing run, and one real worker process."""
    if workers.started:  # by another test, with the directory of that one
        workers.client().run(tasks.use_directory, str(data_directory))
    return Services(
        workers=workers, run_workers=workers, io_workers=workers, read_workers=workers, default_data="example"
    )


@pytest.fixture
def idle_services(data_directory: Path) -> Services:
    """Services whose workers accept every task and do none."""
    names = ("workers", "run_workers", "io_workers", "read_workers")
    return Services(**{name: IdleWorkers() for name in names}, default_data="example")
