"""What several tests share: outside data where it is present, and a Chromium where there is one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """With ``--dist loadgroup`` one process takes all stories, which share a server; the others the rest."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class StoriesTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "stories" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]

    return StoriesTogether(config, log)


def _outside_directory(variable: str, what: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set: it names the directory of {what}")
    path = Path(value)
    if not path.is_dir():
        pytest.skip(f"{variable} names {path}, which is not a directory: expected {what}")
    return path


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Directory that holds northeast/, cesm2_spinup/, sanderman2017/ and clm5/."""
    return _outside_directory("PRODA_REAL_DATA", "the real data sets")


@pytest.fixture(scope="session")
def strangers_data() -> Path:
    """Directory of made-up tables, history files, rasters and products as other groups have them."""
    return _outside_directory("PRODA_STRANGERS_DATA", "the made-up hard inputs")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Directory that holds real_sites.npz and permafrost_cases.npz."""
    return _outside_directory("PRODA_REFERENCE_DATA", "the reference solutions")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; without one the test is skipped, and fails where CI is set."""
    found = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
    if found is None:
        reason = f"no Chromium on PATH (looked for {', '.join(CHROMIUM_NAMES)})"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and browser tests are mandatory where CI is set")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, chromium: str) -> dict:
    """Launch arguments of pytest-playwright's ``browser`` and ``page``."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "headless": True,
        "args": list(CHROMIUM_FLAGS),
    }
