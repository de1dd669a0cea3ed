"""Story: a visitor starts a run over all sites, stops it, starts another, goes on, reads a finished one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from tests.browser.bokeh_page import choose, wait_for_figure, wait_until_idle, words_of
from tests.browser.conftest import PATIENCE, Server, Watched

pytestmark = pytest.mark.browser


@pytest.fixture
def runs(server: Server) -> Iterator[Path]:
    """The directory of runs, empty before and after."""
    directory = server.data / "runs"
    shutil.rmtree(directory, ignore_errors=True)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def _open(watched: Watched, server: Server, query: str = "") -> Page:
    watched.page.goto(f"{server.url}?page=assimilation{query}")
    expect(watched.page.get_by_role("heading", name="All sites, as a run")).to_be_visible()
    wait_until_idle(watched.page)
    return watched.page


def _stop(page: Page) -> None:
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text(re.compile(r"Stopped after"))).to_be_visible()


def test_after_a_stopped_run_another_schedule_starts_anew_and_the_first_is_gone_on_with_by_name(
    watched: Watched, server: Server, runs: Path
) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Start the quick run").click()
    expect(page.get_by_text(re.compile(r"Running · .* so far"))).to_be_visible()
    wait_for_figure(page, "progress-map", 60)
    _stop(page)
    (first,) = runs.iterdir()
    resume = page.get_by_role("button", name="Resume the run: quick, seed 1")
    expect(resume).to_be_visible()
    choose(page, "Schedule", "chapter")
    page.get_by_role("button", name="Start the chapter run").click()
    expect(page.get_by_text(re.compile(r"Running · .* so far"))).to_be_visible()
    expect(resume).to_be_hidden()
    wait_for_figure(page, "progress-map", 60)
    second = next(path for path in runs.iterdir() if path != first)
    assert "chapter" in second.name
    assert journey.Run(second).settings["choices"]["schedule"] == "chapter"
    _stop(page)
    shutil.rmtree(second)
    page.reload()
    wait_until_idle(page)
    expect(resume).to_be_visible()
    resume.click()
    expect(page.get_by_text(re.compile(r"Running · .* so far"))).to_be_visible()
    page.wait_for_function("() => true")
    _stop(page)
    assert [path.name for path in runs.iterdir()] == [first.name]
    assert "taken up again" in (first / "log.txt").read_text()


def test_a_finished_run_shows_its_sites_its_worst_fits_and_the_batch(
    watched: Watched, server: Server, runs: Path, finished_run: journey.Run
) -> None:
    page = _open(watched, server, "&run=tiny")
    count = len(finished_run["posterior"].ds["site"])
    expect(page.get_by_text(f"{count} of {count} sites done")).to_be_visible(timeout=PATIENCE)
    wait_for_figure(page, "progress-map", count)
    for name in ("acceptance", "efficiency", "rhat"):
        wait_for_figure(page, f"distribution-{name}", 30)
    worst = page.get_by_role("table", name="The sites of the run that fit worst")
    efficiency = finished_run["posterior"].ds["efficiency"].to_series().sort_values()
    expect(worst.get_by_role("row").nth(1)).to_contain_text(f"Site {efficiency.index[0]}")
    assert worst.get_by_role("row").count() == 1 + 8
    choose(page, "Look at one of them", f"Site {efficiency.index[0]}")
    expect(page).to_have_url(re.compile(f"[?&]site={efficiency.index[0]}(&|$)"))
    expect(page.get_by_text(f"1 site chosen: {efficiency.index[0]}")).to_be_in_viewport()
    wait_for_figure(page, "batch-intervals", 21)
    words = words_of(page, "batch-intervals")
    assert "One parameter set for all profiles" in words["title"] and "synthetic" in words["title"]
