"""Story 2: a visitor starts an assimilation, watches the chains, stops, starts again, reads the posterior."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bokeh_page import (
    choose,
    column,
    drawn,
    fill_in,
    place_of,
    ranges_of,
    wait_for_figure,
    wait_for_title,
    wait_until_idle,
    words_of,
)
from tests.browser.conftest import PATIENCE, Server, Watched

pytestmark = pytest.mark.browser
LONG = "2,000,000"  # iterations: longer than anybody waits


def _open(watched: Watched, server: Server, query: str = "?page=assimilation&site=9&selected=9-10") -> Page:
    watched.page.goto(server.url + query)
    expect(watched.page.get_by_role("button", name=re.compile("^(Start|Start again)$"))).to_be_enabled()
    wait_until_idle(watched.page)
    return watched.page


def _wait_until_finished(page: Page) -> None:
    """As long as it takes: the first time, the model is compiled."""
    expect(page.get_by_text(re.compile(r"Finished after"))).to_be_visible(timeout=PATIENCE)


def _when_still(page: Page, figure: str) -> int:
    """How many marks a figure holds when no more come; what was on its way at a stop still arrives."""
    marks = drawn(page, figure)
    for _ in range(20):
        page.wait_for_timeout(1000)
        if (now := drawn(page, figure)) == marks:
            return marks
        marks = now
    raise AssertionError(f"{figure}: expected no more marks, found {marks} and counting")


def test_from_the_map_to_the_posterior(watched: Watched, server: Server) -> None:
    page = _open(watched, server, "?site=9&selected=9-10&page=assimilation")
    expect(page.get_by_text("2 sites chosen: 9-10")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for_figure(page, "trace", 1)
    _wait_until_finished(page)
    wait_for_figure(page, "trace", 3 * 1000)
    for figure in ("acceptance", "misfit"):
        assert drawn(page, figure) == drawn(page, "trace")
    assert words_of(page, "acceptance")["y"] == "accepted"
    wait_for_figure(page, "posterior-intervals", 21)
    wait_for_figure(page, "posterior-histogram", 40)
    expect(page.get_by_text("Gelman–Rubin, worst").first).to_be_visible()
    wait_for_figure(page, "profile", 40)
    assert words_of(page, "profile")["x"] == "soil organic carbon (kgC m⁻³)"
    assert "synthetic" in words_of(page, "trace")["title"]


def test_another_parameter_and_another_site_can_be_looked_at(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Start", exact=True).click()
    _wait_until_finished(page)
    wait_for_figure(page, "trace", 1000)
    choose(page, "Parameter", "q10: temperature sensitivity of decomposition")
    wait_for_title(page, "trace", "q10")
    wait_for_title(page, "posterior-histogram", "q10")
    choose(page, "Site", "9")
    wait_for_title(page, "trace", "Site 9 ·")
    wait_for_figure(page, "trace", 1000)


def test_chains_grow_and_can_be_stopped_and_restarted(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Sampler").click()
    fill_in(page, "Sampling iterations", LONG)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile(r"Running · site 9"))).to_be_visible()
    wait_for_figure(page, "trace", 30)
    before = drawn(page, "trace")
    wait_for_figure(page, "trace", before + 30)
    page.get_by_role("button", name="Stop the chains").click()
    expect(page.get_by_text(re.compile(r"Stopped after"))).to_be_visible()
    assert _when_still(page, "trace") > before
    fill_in(page, "Sampling iterations", "2000")
    page.get_by_role("button", name="Start again", exact=True).click()
    _wait_until_finished(page)


def test_slow_motion_shows_the_chains_little_by_little(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    choose(page, "Playback speed", "slow motion")
    page.get_by_role("button", name="Start", exact=True).click()
    _wait_until_finished(page)
    wait_for_figure(page, "trace", 3)
    assert drawn(page, "trace") < 3 * 1000
    choose(page, "Playback speed", "live")
    wait_for_figure(page, "trace", 3 * 1000)


def test_a_reload_loses_nothing(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Start", exact=True).click()
    _wait_until_finished(page)
    expect(page).to_have_url(re.compile(r"job=[0-9a-f]{8}"))
    page.reload()
    _wait_until_finished(page)
    wait_for_figure(page, "trace", 3 * 1000)
    wait_for_figure(page, "posterior-intervals", 21)


def test_pairs_of_chosen_parameters_are_plotted_and_identifiability_is_ordered(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Start", exact=True).click()
    _wait_until_finished(page)
    wait_for_figure(page, "posterior-intervals", 21)
    page.get_by_text("Identifiability", exact=True).click()
    wait_for_figure(page, "identifiability", 21)
    ratios = column(page, "identifiability-values", "right")
    assert ratios == sorted(ratios) and 0 < ratios[0] < 1
    names = _row_names(page, "identifiability")[:4]
    page.get_by_text("Pairs", exact=True).click()
    expect(page).to_have_url(re.compile("found=pairs"))
    page.reload()
    for name in names:
        wait_for_figure(page, f"pair-{name}", 24)
    wait_for_figure(page, f"pair-{names[0]}-{names[3]}", 100)
    corners = [_frame(page, f"pair-{names[0]}{rest}") for rest in ("", f"-{names[1]}", f"-{names[3]}")]
    assert len({round(left) for left, _ in corners}) == 1, "the frames of a column stand below each other"
    assert len({round(width) for _, width in corners}) == 1
    assert _frame(page, f"pair-{names[3]}")[1] == pytest.approx(corners[0][1], abs=2)


def _frame(page: Page, figure: str) -> tuple[float, float]:
    """Left end and width of a figure's frame on the screen [px]."""
    x = [place_of(page, figure, end, 0)[0] for end in ranges_of(page, figure)[:2]]
    return x[0], x[1] - x[0]


def _row_names(page: Page, figure: str) -> list[str]:
    """Names of the rows of a figure of bars, from the top."""
    return page.evaluate(
        """name => {
          const view = Bokeh.index.query_one(view => view.model.name === name)
          const labels = view.model.left[0].major_label_overrides
          const entries = labels instanceof Map ? [...labels] : Object.entries(labels)
          return entries.sort((a, b) => a[0] - b[0]).map(entry => entry[1])
        }""",
        figure,
    )


BAD_CHOICES = (
    ("Chains", "nine", "Chains: expected a whole number"),
    ("Chains", "12", "chains: expected 1 to 8"),
    ("Warm-up iterations", "-5", "Warm-up iterations: expected a whole number"),
    ("Sampling iterations", "9,000,000", "Sampling iterations: expected at most 2,000,000"),
    ("Observation error (fraction)", "0", "expected a number above 0"),
    ("Seed", "one", "Seed: expected a whole number"),
)


def test_a_bad_choice_is_a_sentence_and_the_page_lives_on(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    page.get_by_role("button", name="Sampler").click()
    expect(page.get_by_label("Chains", exact=True)).to_be_visible()
    for label, typed, said in BAD_CHOICES:
        good = page.get_by_label(label, exact=True).first.input_value()
        fill_in(page, label, typed)
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_text(said)).to_be_visible()
        assert "job=" not in page.url
        fill_in(page, label, good)
    page.get_by_role("button", name="Start", exact=True).click()
    _wait_until_finished(page)


def test_one_parameter_set_for_all_sites_is_watched_and_rests_until_resumed(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server, "?page=assimilation&site=9")
    choose(page, "Fit", "Batch: one set for all sites")
    expect(page.get_by_text("that can be assimilated share one parameter set")).to_be_visible()
    page.get_by_role("button", name="Sampler").click()
    expect(page.get_by_label("Chains", exact=True)).to_have_value("1")
    fill_in(page, "Sampling iterations", LONG)
    expect(page).to_have_url(re.compile("way:all"))
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for_figure(page, "trace", 100)
    wait_for_title(page, "trace", "All sites")
    page.get_by_role("button", name="Stop the chains").click()
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible()
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_role("button", name="Stop the chains")).to_be_enabled()
    wait_for_figure(page, "trace", 100)
    fill_in(page, "Sampling iterations", "2000")
    fill_in(page, "Warm-up iterations", "2000")
    page.get_by_role("button", name="Start again", exact=True).click()
    _wait_until_finished(page)
    wait_for_figure(page, "posterior-intervals", 21)
    assert "Site 9" in words_of(page, "profile")["title"]
