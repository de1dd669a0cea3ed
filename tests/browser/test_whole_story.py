"""One story through everything: from a file of profiles to a link that outlives a killed server."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from proda_core.sources import example
from tests.browser.bokeh_page import wait_for_figure, wait_for_title, wait_until_idle, words_of
from tests.browser.conftest import PATIENCE, Server, free_port, started

pytestmark = pytest.mark.browser
SITES = 24
HEADER = ("site", "lon [degrees]", "lat [degrees]", "top [cm]", "bottom [cm]", "soc [kgC m-3]")
LONGER = 4 * PATIENCE  # ms; a whole run of a small data set
STARTED, FINISHED = re.compile(r"Running · "), re.compile(r"Finished after")


@pytest.fixture
def profiles_file(tmp_path: Path) -> Path:
    """Profiles of the embedded example as a user's own file: synthetic, and labelled so."""
    profiles, path = example.load().profiles, tmp_path / "synthetic_plots.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for site in profiles.sites[:SITES]:
            lon, lat = (float(profiles.ds[name].sel(profile=site)) for name in ("lon", "lat"))
            for depth, carbon, usable in np.transpose(profiles.observations(site)):
                if usable == 0:
                    top, bottom = max(100 * depth - 2, 0), 100 * depth + 2
                    table.writerow([f"plot {site}", lon, lat, top, bottom, carbon / 1000])
    return path


@pytest.fixture
def restartable(chromium: str, tmp_path: Path, repository: Path) -> Iterator[Callable[[], Server]]:
    """Starts a server on the same port and data as before, and kills the one that ran."""
    port, processes = free_port(), []

    def start() -> Server:
        if processes:
            _kill(processes.pop())
        found, process = started(repository, tmp_path, port)
        processes.append(process)
        return found

    yield start
    for process in processes:
        process.terminate()
        process.wait(timeout=PATIENCE / 1000)


def _kill(process: subprocess.Popen) -> None:
    """As a power cut does, without a warning."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=PATIENCE / 1000)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def _go(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    wait_until_idle(page)


def _bring(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("Which column is which?")).to_be_visible()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text(re.compile(rf"rows are good: {SITES} profiles"))).to_be_visible()
    name = page.get_by_label("Name", exact=True)
    name.fill("plots")
    name.press("Enter")
    page.get_by_role("button", name="Save as a data set").click()
    expect(page.get_by_text("Saved as the data set")).to_be_visible()
    page.get_by_role("button", name="Open it").click()
    expect(page).to_have_url(re.compile("data=plots"))


def _assimilate_two(page: Page, url: str) -> str:
    page.goto(f"{url}?page=assimilation&data=plots&site=1&selected=1-2")
    expect(page.get_by_text("2 sites chosen: 1-2")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    _see_the_posterior(page)
    return page.url


def _see_the_posterior(page: Page) -> None:
    expect(page.get_by_text(FINISHED)).to_be_visible(timeout=LONGER)
    wait_for_figure(page, "posterior-intervals", 21)
    wait_for_figure(page, "trace", 1000)


def _start_run(page: Page, runs: Path) -> None:
    _go(page, "Maps")
    expect(page.get_by_role("heading", name="No finished run of this data set yet")).to_be_visible()
    page.get_by_role("button", name="Start the quick run").click()
    expect(page.get_by_text(STARTED).and_(page.locator(":visible"))).to_be_visible()
    end = time.monotonic() + PATIENCE / 1000
    while not list(runs.glob("*/settings.json")) and time.monotonic() < end:
        time.sleep(0.1)  # it is on disk as soon as a worker has taken it


def _go_on(page: Page, url: str) -> None:
    page.goto(f"{url}?page=maps&data=plots")
    page.get_by_role("button", name=re.compile("^Resume the run")).click()
    for slot in ("p0", "p1", "p2"):
        page.wait_for_function(_THERE, arg=f"map-{slot}", timeout=LONGER)
    wait_until_idle(page)


_THERE = "name => window.Bokeh && Bokeh.index.query_one(v => { try { return v.model.name === name } catch { return false } }) != null"  # noqa: E501


def _look_at_the_network(page: Page) -> None:
    _go(page, "Network")
    wait_for_figure(page, "losses", 5)
    page.get_by_label("Networks in the ensemble", exact=True).fill("1")
    page.get_by_label("Epochs at most", exact=True).fill("4")
    page.get_by_label("Epochs at most", exact=True).press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Your training")).to_be_visible()
    expect(page.get_by_text(FINISHED).and_(page.locator(":visible"))).to_be_visible(timeout=LONGER)
    wait_for_title(page, "losses", "4 epochs")


def _compare(page: Page) -> None:
    _go(page, "Compare")
    expect(page.get_by_role("table", name="Table 37.1, computed beside published")).to_be_visible()


def test_from_a_file_to_a_link_that_outlives_the_server(
    page: Page, browser: Browser, profiles_file: Path, restartable: Callable[[], Server]
) -> None:
    server = restartable()
    page.goto(f"{server.url}?page=data")
    wait_until_idle(page)
    _bring(page, profiles_file)
    assimilated = _assimilate_two(page, server.url)
    _start_run(page, server.data / "runs")
    server = restartable()  # the first one is killed while the run goes on
    page.goto(assimilated)
    _see_the_posterior(page)  # kept on disk, chains and all
    _go_on(page, server.url)
    _look_at_the_network(page)
    _compare(page)
    _go(page, "Maps")
    before = _titles(page)
    page.get_by_role("button", name="0–200 cm", exact=True).and_(page.locator(":visible")).click()
    expect(page).to_have_url(re.compile("interval=0-200"))
    page.wait_for_timeout(1000)
    titles = _titles(page)
    assert titles != before
    other = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(page.url)  # the link, sent to another person
    wait_for_figure(other, "map-p2", 1)
    assert _titles(other) == titles
    other.context.close()
    assert os.listdir(server.data / "imports") == ["plots.nc"]


def _titles(page: Page) -> list[str]:
    wait_for_figure(page, "map-p2", 1)
    return [words_of(page, f"map-{slot}")["title"] for slot in ("p0", "p1", "p2")]
