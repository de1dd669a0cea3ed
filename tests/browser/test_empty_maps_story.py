"""Without a run the Maps page says what to do, starts the quick run, shows how far it is, and stops it."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.bokeh_page import wait_until_idle
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser


@pytest.fixture
def no_runs(server: Server):
    """No run in the data directory, before and after."""
    shutil.rmtree(server.data / "runs", ignore_errors=True)
    yield
    shutil.rmtree(server.data / "runs", ignore_errors=True)


def test_a_quick_run_is_started_watched_and_stopped(watched: Watched, server: Server, no_runs: None) -> None:
    page = watched.page
    page.goto(server.url + "?page=maps")
    expect(page.get_by_role("heading", name="No finished run of this data set yet")).to_be_visible()
    wait_until_idle(page)
    seed = page.get_by_label("Seed")
    seed.fill("first")
    seed.press("Enter")
    page.get_by_role("button", name="Start the quick run").click()
    expect(page.get_by_text("Seed: expected a whole number, 0 or more; found 'first'")).to_be_visible()
    seed.fill("4")
    seed.press("Enter")
    page.get_by_role("button", name="Start the quick run").click()
    expect(page.get_by_text(re.compile(r"Running · .* so far"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile(r"Running · .* so far"))).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text(re.compile(r"Stopped after"))).to_be_visible()
    expect(page.get_by_role("button", name="Resume the run")).to_be_enabled()


def test_pages_change_without_a_reload_and_the_data_set_keeps_its_badge(
    watched: Watched, server: Server
) -> None:
    page = watched.page
    page.goto(server.url)
    wait_until_idle(page)
    for name in ("Assimilation", "Maps", "Sites"):
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_text("synthetic", exact=True)).to_be_visible()
    expect(page.get_by_text("No site chosen yet")).to_be_visible()


def test_both_themes_can_be_read(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&site=3&selected=3")
    wait_until_idle(page)
    words = page.get_by_role("heading", name="Site 3", exact=True)
    light = words.evaluate("e => getComputedStyle(e).color")
    page.get_by_label("Toggle theme").click()
    page.wait_for_timeout(800)
    dark = words.evaluate("e => getComputedStyle(e).color")
    assert light != dark
    expect(page).to_have_url(re.compile("theme=dark"))
    page.reload()
    wait_until_idle(page)
    assert words.evaluate("e => getComputedStyle(e).color") == dark
