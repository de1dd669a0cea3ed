"""Whoever is sent a link sees the same: the part of the map, the sliders, what was chosen on each page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from tests.browser.bokeh_page import (
    column,
    fill_in,
    ranges_of,
    wait_for_figure,
    wait_for_title,
    wait_until_idle,
    zoom_in,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
NEAR = 0.01  # of the width in view


def _wait_for_ranges(page: Page, figure: str, wanted: list[float]) -> None:
    """Wait until a figure shows all of this part of its data, in the middle, and no more than fits beside."""
    near = NEAR * (wanted[1] - wanted[0])
    for _ in range(100):
        now = ranges_of(page, figure)
        if _covers(now, wanted, near):
            return
        page.wait_for_timeout(200)
    assert _covers(now, wanted, near), (now, wanted)


def _covers(now: list[float], wanted: list[float], near: float) -> bool:
    pairs = [(now[:2], wanted[:2]), (now[2:], wanted[2:])]
    centred = all(abs(sum(a) - sum(b)) < 2 * near for a, b in pairs)
    room = [(a[1] - a[0]) - (b[1] - b[0]) for a, b in pairs]
    return centred and min(room) > -near and min(room) < near


def test_the_part_of_the_map_in_view_survives_a_reload_and_goes_along_to_the_maps(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&data=example")
    wait_for_figure(page, "site-map", 10)
    wait_until_idle(page)
    seen = zoom_in(page, "site-map")
    expect(page).to_have_url(re.compile(r"view=-[\d.]+,[\d.]+,-[\d.]+,[\d.]+"))
    address = page.url
    page.reload()
    wait_for_figure(page, "site-map", 10)
    _wait_for_ranges(page, "site-map", seen)
    assert page.url == address  # arriving changes nothing
    page.get_by_role("tab", name="Maps").click()
    wait_for_figure(page, "map-p2", 10)
    _wait_for_ranges(page, "map-p2", seen)
    nearer = zoom_in(page, "map-p0")
    expect(page).not_to_have_url(address.replace("sites", "maps"))
    page.get_by_role("tab", name="Sites").click()
    expect(page).to_have_url(re.compile("page=sites.*view="))
    _wait_for_ranges(page, "site-map", nearer)
    page.locator(".bk-tool-icon-reset").first.click()
    expect(page).not_to_have_url(re.compile("view="))


def test_a_view_that_cannot_be_is_a_sentence_and_the_whole_map(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&data=example&view=10,20,5,30&setting=q10:99&years=7")
    expect(page.get_by_text("expected -180 <= west < east <= 180")).to_be_visible()
    expect(page.get_by_text("q10: expected 1.2 to 3; found 99")).to_be_visible()
    expect(page.get_by_text("The link asks for years=7")).to_be_visible()
    wait_for_figure(page, "site-map", 10)
    expect(page).not_to_have_url(re.compile("view=|setting=|years="))


def test_sliders_and_what_is_shown_behind_the_profile_survive_a_reload(
    watched: Watched, server: Server
) -> None:
    page = watched.page
    page.goto(server.url + "?page=model&data=example&site=9")
    wait_for_figure(page, "model-profile", 40)
    wait_until_idle(page)
    for name in ("q10", "warming"):
        page.get_by_role("slider", name=re.compile(rf"^{name} =")).focus()
        page.keyboard.press("End")
    page.get_by_role("button", name="Response to a change", exact=True).click()
    wait_for_figure(page, "response", 100)
    expect(page).to_have_url(re.compile("setting=q10:3,warming:8.*behind=response"))
    before = column(page, "model-line", "carbon")
    page.reload()
    wait_for_figure(page, "response", 100)
    expect(page.get_by_text("q10 = 3", exact=True)).to_be_visible()
    expect(page.get_by_text("warming = 8 K", exact=True)).to_be_visible()
    assert column(page, "model-line", "carbon") == pytest.approx(before)


def test_how_a_network_shall_be_trained_and_what_is_looked_at_survive_a_reload(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = watched.page
    page.goto(server.url + "?page=network&data=example&run=tiny")
    wait_for_figure(page, "dependence", 4)
    wait_until_idle(page)
    menu = page.get_by_role("combobox", name=re.compile("^Covariate"))
    expect(menu).not_to_have_text(re.compile(r"^\W*$"))  # filled at the first examination
    fill_in(page, "Epochs at most", "50")
    page.get_by_role("combobox", name=re.compile("^Parameter")).click()
    page.get_by_role("menuitem", name="q10: temperature sensitivity of decomposition", exact=True).click()
    expect(page).to_have_url(re.compile("recipe=epochs:50"))
    expect(page).to_have_url(re.compile("parameter=q10"))
    page.reload()
    wait_for_title(page, "parameter-fit", "q10 · R²")
    expect(page.get_by_label("Epochs at most", exact=True)).to_have_value("50")


def test_how_sites_shall_be_assimilated_survives_a_reload(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=assimilation&data=example&site=9&plan=schedule:chapter,chains:5,seed:7")
    page.get_by_role("button", name="Sampler").click()
    expect(page.get_by_label("Chains", exact=True)).to_have_value("5")
    wait_until_idle(page)
    fill_in(page, "Seed", "11")
    expect(page).to_have_url(re.compile("plan=schedule:chapter,seed:11,chains:5"))
    page.goto(server.url + "?page=assimilation&data=example&plan=chains:many")
    expect(page.get_by_text("Chains: expected a whole number, 0 or more; found 'many'")).to_be_visible()


def test_the_browsers_way_back_leads_to_what_was_seen_before(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&data=example&site=9")
    wait_for_figure(page, "site-map", 10)
    wait_until_idle(page)
    entries = page.evaluate("history.length")
    zoom_in(page, "site-map")
    expect(page).to_have_url(re.compile("view="))
    assert page.evaluate("history.length") == entries  # a zoom is no other place
    page.get_by_role("tab", name="Model").click()
    wait_for_figure(page, "model-profile")
    expect(page).to_have_url(re.compile("page=model"))
    page.get_by_role("tab", name="Compare").click()
    expect(page).to_have_url(re.compile("page=compare"))
    assert page.evaluate("history.length") == entries + 2
    for back, name in (("page=model", "Model"), ("page=sites", "Sites")):
        page.go_back()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        expect(page).to_have_url(re.compile(back))
        assert "again" not in page.url and "site=9" in page.url
    page.go_forward()
    expect(page.get_by_role("tab", name="Model")).to_have_attribute("aria-selected", "true")
    wait_for_figure(page, "model-profile")
