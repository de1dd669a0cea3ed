"""The first page: what PRODA is, its maps, its scores, and the way to every other page."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from tests.browser.bokeh_page import (
    ranges_of,
    wait_for_figure,
    wait_for_title,
    wait_until_idle,
    words_of,
    zoom_in,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
MAPS = ("map-default", "map-batch", "map-proda")


def _open(watched: Watched, server: Server, query: str = "") -> Page:
    watched.page.goto(server.url + query)
    for name in MAPS:
        wait_for_figure(watched.page, name, 10)
    wait_until_idle(watched.page)
    return watched.page


def test_the_first_page_shows_text_scores_and_maps(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    expect(page.get_by_role("heading", name="What PRODA is")).to_be_visible()
    expect(page.get_by_role("table", name="Table 37.1, computed beside published")).to_be_visible()
    expect(page.get_by_text("synthetic", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")
    assert all("synthetic data" in words_of(page, name)["title"] for name in MAPS)


def test_the_first_words_are_read_before_the_scripts_are_loaded_and_stay_in_place(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page, held = watched.page, []
    page.route("**/js/bokeh.min.js*", lambda route: held.append(route))
    page.goto(server.url, wait_until="commit")
    early = page.locator("#loading-page p")
    expect(early).to_contain_text("Soils hold more carbon than plants and air together")
    place = early.bounding_box()
    expect(page.locator(".main-content")).to_have_count(0)
    held[0].continue_()
    expect(early).to_have_count(0)
    later = page.get_by_text("Soils hold more carbon than plants and air together")
    expect(later).to_be_visible()
    wait_for_figure(page, "map-proda", 10)
    wait_until_idle(page)
    for side in ("x", "y", "width"):
        assert abs(later.bounding_box()[side] - place[side]) < 5  # px: the reader keeps the line


def test_another_depth_changes_the_maps_and_a_reload_keeps_it(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    total = float(finished_run["carbon_map"].totals().sel(product="proda", interval="0-200"))
    page.get_by_role("button", name="0–200 cm", exact=True).click()
    wait_for_title(page, "map-proda", f"{total:.2f} PgC")
    expect(page).to_have_url(re.compile("interval=0-200"))
    page.reload()
    wait_for_figure(page, "map-proda", 10)
    wait_for_title(page, "map-proda", f"{total:.2f} PgC")
    assert ranges_of(page, "map-proda") == ranges_of(page, "map-default")


def test_every_box_of_the_workflow_leads_to_its_page(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    for box, tab in (("Soil profiles", "Sites"), ("Site by site", "Assimilation"), ("Maps", "Maps")):
        page.get_by_role("button", name=f"{box}: go to the page {tab}", exact=True).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        page.get_by_role("tab", name="Overview").click()
        expect(page.get_by_role("heading", name="What PRODA is")).to_be_visible()


def test_without_a_run_the_page_says_what_to_do(watched: Watched, server: Server) -> None:
    shutil.rmtree(server.data / "runs", ignore_errors=True)
    page = watched.page
    page.goto(server.url)
    expect(page.get_by_role("heading", name="No finished run of this data set yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Start a run").click()
    expect(page.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")


def test_a_page_that_is_left_is_hidden_and_comes_back_as_it_was(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    place = page.get_by_role("heading", name="What PRODA is")
    top = place.bounding_box()
    before = zoom_in(page, "map-proda")
    page.get_by_role("tab", name="Data").click()
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(place).to_be_hidden()
    page.mouse.move(600, 600)
    page.mouse.wheel(0, 2000)
    page.get_by_role("tab", name="Overview").click()
    expect(place).to_be_visible()
    assert place.bounding_box() == top
    wait_for_figure(page, "map-proda", 10)
    assert ranges_of(page, "map-proda") == before
