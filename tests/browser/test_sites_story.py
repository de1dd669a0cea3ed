"""Story 1: a visitor finds the sites, taps one, reads its profile, selects several, shares the link."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bokeh_page import (
    choose,
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


def _far_out(page: Page) -> list[float]:
    """Turn the wheel until the map of sites shows as much of the world as it can; its ranges."""
    left, right, low, high = ranges_of(page, "site-map")
    page.mouse.move(*place_of(page, "site-map", (left + right) / 2, (low + high) / 2))
    for _ in range(20):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(50)
    page.wait_for_timeout(600)
    return ranges_of(page, "site-map")


def test_where_dots_lie_on_each_other_a_tap_takes_the_nearest(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    _far_out(page)
    sites = column(page, "sites", "site")
    places = [
        place_of(page, "site-map", *at) for at in zip(column(page, "sites", "x"), column(page, "sites", "y"))
    ]
    alone = [site for site, at in zip(sites, places) if places.count(at) == 1]

    def is_under_others(site: int) -> bool:
        at = places[sites.index(site)]
        return any(0 < math.dist(at, other) < 4 for other in places[: sites.index(site)])

    site = next(filter(is_under_others, reversed(alone)))
    page.mouse.move(*places[sites.index(site)])
    read = page.locator(".bk-Tooltip").get_by_text("usable depths")
    expect(read).to_have_count(1)
    page.mouse.click(*places[sites.index(site)])
    expect(page.get_by_text(f"1 of {SITES} sites selected")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"site={site}&"))
    other = max(alone, key=lambda other: math.dist(places[sites.index(other)], places[sites.index(site)]))
    page.keyboard.down("Shift")
    page.mouse.click(*places[sites.index(other)])
    page.keyboard.up("Shift")
    expect(page.get_by_text(f"2 of {SITES} sites selected")).to_be_visible()
    _, right, _, high = ranges_of(page, "site-map")
    x, y = place_of(page, "site-map", right, high)
    page.wait_for_timeout(400)  # two taps close after each other are a double tap
    page.mouse.click(x - 20, y + 20)
    expect(page.get_by_text(re.compile("sites selected"))).to_be_hidden()


def test_the_map_shows_the_world_at_most_and_a_village_at_least(watched: Watched, server: Server) -> None:
    """Expected: the equator of WGS 84 is 40,075 km; Web Mercator's metres are as long there."""
    page = _open(watched, server)
    left, right, low, high = _far_out(page)
    assert right - left == pytest.approx(40_075_017, rel=0.02)
    west, south, east, north = map(float, re.search(r"view=([^&]*)", page.url)[1].split(","))
    assert -180 <= west < east <= 180 and -85 <= south < north <= 85
    page.goto(page.url)
    wait_for_figure(page, "site-map", SITES)
    page.mouse.move(*place_of(page, "site-map", (left + right) / 2, (low + high) / 2))
    for _ in range(40):
        page.mouse.wheel(0, -600)
        page.wait_for_timeout(50)
    left, right, low, high = ranges_of(page, "site-map")
    assert 1000 <= right - left < 2500 and 500 < high - low


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


def _corners(page: Page) -> list[tuple[float, float]]:
    """Corners of a square in the middle of the map [px]."""
    left, right, low, high = ranges_of(page, "site-map")
    shares = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    return [place_of(page, "site-map", left + x * (right - left), low + y * (high - low)) for x, y in shares]


def test_a_lasso_and_a_polygon_around_the_same_sites_select_the_same(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    page.get_by_title("Lasso Select").first.click()
    corners = _corners(page)
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in (*corners[1:], corners[0]):
        page.mouse.move(*corner, steps=8)
    page.mouse.up()
    words = page.get_by_text(re.compile(r"\d+ of 60 sites selected"))
    expect(words).to_be_visible()
    lassoed = words.inner_text()
    assert 2 <= int(lassoed.split()[0]) < SITES
    page.get_by_role("button", name="Clear").click()
    expect(words).to_be_hidden()
    page.get_by_title("Poly Select").first.click()
    for corner in corners:
        page.mouse.click(*corner)
        page.wait_for_timeout(400)  # two taps close after each other are a double tap
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    assert words.inner_text() == lassoed


def test_filters_leave_sites_out_are_in_the_link_and_are_carried_to_other_pages(
    watched: Watched, server: Server
) -> None:
    """Of the 60 sites of the example 59 can be assimilated and 5 have a quality note."""
    page = _open(watched, server)
    page.get_by_role("button", name="Show only some of the sites").click()
    choose(page, "Quality", "with a quality note")
    expect(page.get_by_text("60 sites, 5 match the filter")).to_be_visible()
    expect(page).to_have_url(re.compile(r"quality=noted"))
    page.get_by_role("button", name="Select all matches").click()
    expect(page.get_by_text("5 of 60 sites selected, 5 match the filter")).to_be_visible()
    page.reload()
    wait_for_figure(page, "site-map", SITES)
    expect(page.get_by_text("5 of 60 sites selected, 5 match the filter")).to_be_visible()
    page.get_by_role("button", name="Assimilate").click()
    expect(page.get_by_text(re.compile(r"[45] sites chosen"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"page=assimilation.*|.*selected="))
    page.get_by_role("tab", name="Model").click()
    expect(page).to_have_url(re.compile(r"quality=noted"))


def test_what_is_left_out_of_the_map_cannot_be_tapped(watched: Watched, server: Server) -> None:
    watched.page.set_viewport_size({"width": 1440, "height": 1400})
    page = _open(watched, server, "?vegetation=cropland")
    expect(page.get_by_text("60 sites, 13 match the filter")).to_be_visible()
    page.get_by_title("Box Select").first.click()
    left, right, low, high = ranges_of(page, "site-map")
    width, height = right - left, high - low
    page.mouse.move(*place_of(page, "site-map", left + 0.01 * width, low + 0.01 * height))
    page.mouse.down()
    page.mouse.move(*place_of(page, "site-map", right - 0.01 * width, high - 0.01 * height), steps=8)
    page.mouse.up()
    expect(page.get_by_text("13 of 60 sites selected, 13 match the filter")).to_be_visible()


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


def test_a_bad_link_is_reported_and_the_page_works(watched: Watched, server: Server) -> None:
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
