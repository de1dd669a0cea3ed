"""What the dashboard's tests share: the embedded example, and worker processes where they are needed."""

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
    """What visitors share, with nothing fetched and nothing run."""
    if workers._client is not None:  # the process was begun by another test, with that one's directory
        workers.client().run(tasks.look_into, str(data_directory))
    return Services(
        workers=workers, run_workers=workers, io_workers=workers, read_workers=workers, default_data="example"
    )
