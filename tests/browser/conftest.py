"""A real server, as `python -m dashboard` starts it, and a browser that records every error."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from proda_core import journey
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS
from proda_core.records.study import Study
from proda_core.sources import example
from tests.runs_of_parts import recorded_as_run_of

# ms; a machine of two cores that tests something else besides may need more
PATIENCE = 1000 * int(os.environ.get("PRODA_TEST_PATIENCE", "90"))
expect.set_options(timeout=PATIENCE)
_NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
_SITES = 24
_TINY = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_reruns=0)
_SMALL_NETWORK = PRESETS["modern"].changed(max_epochs=5, hidden=(8,), rare=2, members=1)


@dataclass
class Server:
    """Address of a server, its data directory and its log."""

    url: str
    data: Path
    log: Path


@dataclass
class Watched:
    """A page, the errors of its console, and the requests that left this computer."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty data directory, so that no run of the user is in view."""
    return tmp_path_factory.mktemp("data")


def started(repository: Path, data: Path, port: int) -> tuple[Server, subprocess.Popen]:
    """Return a server on this port and its process, once it has printed its address."""
    log = data / "server.log"
    where = ["--port", str(port), "--address", "127.0.0.1"]
    command = [sys.executable, "-m", "dashboard", *where, "--data", "example"]
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=repository,
            env=os.environ | {"PRODA_DATA_DIR": str(data)} | _NO_NETWORK,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    _wait_until_printed(process, log, f"http://127.0.0.1:{port}")
    return Server(f"http://127.0.0.1:{port}/", data, log), process


@pytest.fixture(scope="session")
def server(chromium: str, data_directory: Path, repository: Path) -> Iterator[Server]:
    """One server for all stories; it must end when it is terminated."""
    found, process = started(repository, data_directory, free_port())
    try:
        yield found
    finally:
        process.terminate()
        assert process.wait(timeout=PATIENCE / 3000) in (0, -15), found.log.read_text()


def _wait_until_printed(process: subprocess.Popen, log: Path, address: str) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while address not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page of 1440 x 900; its console must be free of errors, and no request may leave the computer."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    found = Watched(context.new_page())
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("console", lambda m: found.errors.append(m.text) if m.type == "error" else None)
    found.page.on("request", lambda request: _record(found, request.url))
    yield found
    context.close()
    assert found.errors == []
    assert found.outside == []


def _record(found: Watched, url: str) -> None:
    parts = urlparse(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
        found.outside.append(url)


@pytest.fixture(scope="session")
def some_sites() -> Study:
    """A part of the embedded example, large enough to be split and trained."""
    whole = example.load()
    sites = whole.assimilable()[:_SITES]
    return replace(
        whole,
        profiles=whole.profiles.select(sites),
        forcing=whole.forcing.select(sites),
        covariates=whole.covariates.select(sites),
    )


@pytest.fixture(scope="session")
def run_on_disk(tmp_path_factory: pytest.TempPathFactory, some_sites: Study) -> Path:
    """A tiny finished run of the example, made once."""
    directory = tmp_path_factory.mktemp("runs") / "tiny"
    run = journey.run(some_sites, directory, schedule=_TINY, network=_SMALL_NETWORK, seed=3)
    recorded_as_run_of(run, example.load())
    return directory


@pytest.fixture
def finished_run(server: Server, run_on_disk: Path) -> journey.Run:
    """That run in the server's data directory."""
    directory = server.data / "runs" / "tiny"
    if not directory.exists():
        shutil.copytree(run_on_disk, directory)
    return journey.Run(directory)
