"""Story 5: a visitor sees the network of a run, trains another, stops it, reads which covariates matter."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from tests.browser.bokeh_page import fill_in, wait_for_figure, wait_for_title, wait_until_idle, words_of
from tests.browser.conftest import PATIENCE, Server, Watched

pytestmark = pytest.mark.browser
QUERY = "?page=network&data=example&run=tiny"


def _open(watched: Watched, server: Server) -> Page:
    watched.page.goto(server.url + QUERY)
    expect(watched.page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    wait_until_idle(watched.page)
    return watched.page


def test_the_network_of_a_run_is_examined(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    expect(page.get_by_role("heading", name="The network of run tiny")).to_be_visible()
    wait_for_figure(page, "losses", 5)
    wait_for_figure(page, "parameter-fit", 10)
    assert words_of(page, "parameter-fit")["x"].startswith("retrieved: tau4s3 (yr)")
    wait_for_figure(page, "parameter-skill", 21)
    wait_for_figure(page, "importance-covariates", 10)
    wait_for_figure(page, "dependence", 4)
    expect(page.get_by_role("table", name="Scores of each method on held-out sites")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("^Parameter")).click()
    page.get_by_role("menuitem", name="q10: temperature sensitivity of decomposition", exact=True).click()
    wait_for_title(page, "parameter-fit", "q10 · R²")


def test_a_network_is_trained_and_a_reload_loses_nothing(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="vegetation", exact=True).click()
    fill_in(page, "Networks in the ensemble", "2")
    fill_in(page, "Epochs at most", "4")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Your training")).to_be_visible()
    wait_for_figure(page, "losses", 16)
    wait_for_title(page, "losses", "2 networks, 8 epochs")
    expect(page.get_by_text(re.compile("Finished after"))).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"training=[0-9a-f]{8}"))
    page.reload()
    wait_for_title(page, "losses", "2 networks, 8 epochs")
    expect(
        page.get_by_role("table", name="Scores of this network on the sites it has held out")
    ).to_be_visible()


def test_a_training_is_stopped(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = _open(watched, server)
    fill_in(page, "Networks in the ensemble", "8")
    fill_in(page, "Epochs at most", "2000")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Your training")).to_be_visible()
    wait_for_figure(page, "losses", 2)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()


def test_a_bad_choice_is_a_sentence(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = _open(watched, server)
    for label, typed, said in (
        ("Networks in the ensemble", "99", "Networks in the ensemble: expected 1 to 8"),
        ("Epochs at most", "long", "Epochs at most: expected a whole number"),
        ("Seed", "-1", "Seed: expected a whole number"),
    ):
        good = page.get_by_label(label, exact=True).first.input_value()
        fill_in(page, label, typed)
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_text(said)).to_be_visible()
        assert "training=" not in page.url
        fill_in(page, label, good)


def test_without_a_run_the_page_says_what_to_do(watched: Watched, server: Server) -> None:
    shutil.rmtree(server.data / "runs", ignore_errors=True)
    page = watched.page
    page.goto(server.url + "?page=network&data=example")
    expect(page.get_by_role("heading", name="No assimilated run of this data set yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Go to Maps").click()
    expect(page.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")
