"""The health check looks at a page as a browser gets it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from bokeh.document import Document
from bokeh.plotting import figure

from dashboard.server.health import examine
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


def test_a_healthy_server_says_so(server: Server) -> None:
    with urllib.request.urlopen(server.url + "health", timeout=60) as answer:
        assert answer.status == 200
        found = json.load(answer)
    assert (found["healthy"], found["problems"]) == (True, []) and found["documents"] >= 0


def test_the_command_looks_from_outside(server: Server, repository: Path) -> None:
    command = [sys.executable, "-m", "dashboard.server.health", server.url]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stdout.strip()) == (0, "healthy"), done.stderr


def test_nobody_there_is_ill(repository: Path) -> None:
    command = [sys.executable, "-m", "dashboard.server.health", "http://127.0.0.1:9/"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=90)
    assert done.returncode == 1
    assert "no page came from http://127.0.0.1:9/" in done.stdout


def test_a_page_without_its_map_is_ill_whatever_the_status() -> None:
    document = Document()
    assert examine(document) == ["the map of sites is not on the page", "the map of sites has no sites"]
    document.add_root(figure(name="site-map"))
    assert examine(document) == ["the map of sites has no sites"]
