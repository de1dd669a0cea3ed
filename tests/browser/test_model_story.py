"""Story 4: a visitor explores the model of a site: moves sliders, resets, changes the climate."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.state.parameter_choices import GROUP_TITLES
from proda_core import journey
from tests.browser.bokeh_page import column, wait_for_figure, wait_for_title, wait_until_idle, words_of
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser


def _open(watched: Watched, server: Server, query: str = "?page=model&data=example&site=9") -> Page:
    watched.page.goto(server.url + query)
    wait_for_figure(watched.page, "model-profile", 40)
    wait_until_idle(watched.page)
    return watched.page


def _slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=re.compile(rf"^{name} ="))


def _total(page: Page) -> float:
    return sum(column(page, "model-line", "carbon"))


def _wait_for_other(page: Page, before: float) -> None:
    page.wait_for_function(
        """before => {
          const data = Bokeh.documents[0].get_model_by_name('model-line').data
          const carbon = Array.from(data.carbon ?? data.get('carbon'))
          return Math.abs(carbon.reduce((a, b) => a + b, 0) - before) > 1e-6
        }""",
        arg=before,
    )


def test_a_slider_moves_the_profile_by_keyboard_and_reset_brings_it_back(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    assert words_of(page, "model-profile")["x"] == "soil organic carbon (kgC m⁻³)"
    before, slider = _total(page), _slider(page, "q10")
    expect(page.get_by_text("q10 = 1.5", exact=True)).to_be_visible()
    slider.focus()
    page.keyboard.press("End")
    _wait_for_other(page, before)
    expect(page.get_by_text("q10 = 3", exact=True)).to_be_visible()
    assert _total(page) > before
    page.get_by_role("button", name="CLM5 default", exact=True).click()
    expect(page.get_by_text("q10 = 1.5", exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    assert _total(page) == pytest.approx(before)


def test_a_closed_group_of_sliders_is_made_when_it_is_opened(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    expect(_slider(page, "fl1s1")).to_have_count(0)
    page.get_by_role("button", name=GROUP_TITLES["transfer"]).click()
    before = _total(page)
    _slider(page, "fl1s1").focus()
    page.keyboard.press("End")
    _wait_for_other(page, before)
    expect(page.get_by_text(re.compile(r"^fl1s1 = "))).to_be_visible()


def test_warming_shows_the_way_to_a_new_steady_state(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Response to a change", exact=True).click()
    expect(page.get_by_text("No change yet")).to_be_visible()
    before = _total(page)
    _slider(page, "warming").focus()
    page.keyboard.press("End")
    _wait_for_other(page, before)
    assert _total(page) < before
    wait_for_figure(page, "response", 100)
    wait_for_title(page, "response", "after 100 years")
    assert "kgC m⁻²" in words_of(page, "response")["y"]


def test_matrices_and_fluxes_can_be_read(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    wait_for_figure(page, "fluxes", 20)
    expect(page.get_by_role("table", name="Bulk processes of this setting")).to_be_visible()
    page.get_by_role("button", name="Matrices", exact=True).click()
    for name, marks in (("matrix-A", 17), ("matrix-K", 140), ("matrix-V", 20), ("matrix-system", 1)):
        wait_for_figure(page, name, marks)
    assert words_of(page, "matrix-V")["title"] == "V: vertical mixing (yr⁻¹)"


def test_without_a_site_the_first_one_can_be_used(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=model&data=example")
    expect(page.get_by_role("heading", name="No site chosen yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Use the first site").click()
    wait_for_figure(page, "model-profile", 40)
    expect(page).to_have_url(re.compile(r"site=\d+"))


def test_the_posterior_of_a_run_can_be_taken(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    posterior = finished_run["posterior"]
    site = int(posterior.sites[0])
    page = _open(watched, server, f"?page=model&data=example&site={site}&run={finished_run.id}")
    page.get_by_role("button", name="Posterior of this site", exact=True).click()
    mean = float(posterior.ds["mean"].sel(site=site, parameter="q10"))
    expect(page.get_by_text(f"q10 = {mean:.3g}", exact=True)).to_be_visible()


def test_help_is_at_every_part(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    for what, title in (
        ("the sliders", "The sliders"),
        ("the profile and the pools", "The profile and the pools"),
    ):
        page.get_by_role("button", name=f"What is this? {what}").click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_hidden()
