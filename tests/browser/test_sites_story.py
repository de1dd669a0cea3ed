"""Story 1: a visitor finds the sites, taps one, reads its profile, selects several, shares the link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bokeh_page import (
    column,
    drawn,
    place_of,
    ranges_of,
    wait_for_figure,
    wait_until_idle,
    words_of,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
SITES = 60  # of the embedded example


def _open(watched: Watched, server: Server, query: str = "?") -> Page:
    watched.page.goto(f"{server.url}{query}&page=sites")
    wait_for_figure(watched.page, "site-map", SITES)
    wait_until_idle(watched.page)
    return watched.page


def _tap(page: Page, site: int) -> None:
    row = column(page, "sites", "site").index(site)
    x, y = (column(page, "sites", name)[row] for name in ("x", "y"))
    page.mouse.click(*place_of(page, "site-map", x, y))


def test_tapping_a_site_shows_its_profile_with_units(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    expect(page.get_by_text("No site chosen yet")).to_be_visible()
    expect(page.get_by_text("synthetic", exact=True)).to_be_visible()
    assert "synthetic" in words_of(page, "site-map")["title"].lower()
    _tap(page, 9)
    expect(page.get_by_role("heading", name="Site 9", exact=True)).to_be_visible()
    wait_for_figure(page, "profile", 2)
    words = words_of(page, "profile")
    assert words["x"] == "soil organic carbon (kgC m⁻³)"
    assert words["y"] == "depth (m)"
    assert words["title"].startswith("Site 9 ·")
    page.wait_for_function("document.title !== ''")
    expect(page.get_by_role("table", name="Covariates of site 9")).to_be_visible()
    expect(page).to_have_url(re.compile(r"site=9"))


def test_the_default_run_is_drawn_beside_the_observations(watched: Watched, server: Server) -> None:
    """Expected: 20 nodes of clm5_20 beside the observations, once the worker has computed them."""
    page = _open(watched, server, "?site=9&selected=9")
    page.wait_for_function("() => document.readyState === 'complete'")
    wait_for_figure(page, "profile", 20)
    assert drawn(page, "profile") > 20


def test_a_box_selects_many_and_the_link_remembers(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_title("Box Select").first.click()
    left, right, low, high = ranges_of(page, "site-map")
    width, height = right - left, high - low
    start = place_of(page, "site-map", left + 0.2 * width, low + 0.2 * height)
    end = place_of(page, "site-map", left + 0.8 * width, low + 0.8 * height)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()
    words = page.get_by_text(re.compile(r"\d+ of 60 sites selected"))
    expect(words).to_be_visible()
    count = int(re.match(r"(\d+) of", words.inner_text())[1])
    assert 2 <= count < SITES
    expect(page).to_have_url(re.compile(r"selected="))
    page.reload()
    wait_for_figure(page, "site-map", SITES)
    expect(page.get_by_text(f"{count} of 60 sites selected")).to_be_visible()


def test_sites_are_found_by_number_and_by_place_and_slips_are_sentences(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    numbers, place = page.get_by_label("Sites", exact=True), page.get_by_label("Latitude, longitude")
    numbers.fill("twelve")
    numbers.press("Enter")
    expect(page.get_by_text("expected numbers such as 3, 7-12; found 'twelve'")).to_be_visible()
    numbers.fill("12, 14-16")
    numbers.press("Enter")
    expect(page.get_by_text("4 of 60 sites selected")).to_be_visible()
    expect(page.get_by_text("found 'twelve'")).to_be_hidden()
    place.fill("45 degrees north")
    place.press("Enter")
    expect(page.get_by_text("expected latitude, longitude such as 42.5, -76.1")).to_be_visible()
    place.fill("45.0, -94.0")
    place.press("Enter")
    expect(page.get_by_text(re.compile(r"Site \d+ is the nearest one"))).to_be_visible()


def test_a_bad_link_is_told_and_the_page_works(watched: Watched, server: Server) -> None:
    page = _open(watched, server, "?page=sites&site=99999&interval=12&data=nothing")
    expect(page.get_by_text("The link asks for interval=12, which is not known here.")).to_be_visible()
    expect(page.get_by_text("The link's data set cannot be shown.")).to_be_visible()
    _tap(page, 4)
    expect(page.get_by_role("heading", name="Site 4", exact=True)).to_be_visible()


def test_help_opens_and_closes_with_the_keyboard(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="What is this? the map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The map of sites")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="The map of sites")).to_be_hidden()
