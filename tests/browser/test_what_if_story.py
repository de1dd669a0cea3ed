"""Story: a visitor drags an observation, weighs another, leaves one out, and sees the posterior change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bokeh_page import (
    column,
    fill_in,
    place_of,
    wait_for_figure,
    wait_for_title,
    wait_until_idle,
    words_of,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
BOTH = (
    21 + 2 * 3 * 21
)  # marks of the comparison: the prior of 21 parameters, two bars and a dot of each posterior


def _open(watched: Watched, server: Server) -> Page:
    page = watched.page
    page.goto(server.url + "?page=assimilation&site=9&selected=9-10")
    expect(page.get_by_role("button", name=re.compile("^(Start|Start again)$"))).to_be_enabled()
    wait_until_idle(page)
    page.get_by_role("button", name="Change the profile of site 9").click()
    wait_for_figure(page, "changed-profile", 2)
    wait_until_idle(page)
    return page


def _drag(page: Page, row: int, times: float, down: int = 0) -> None:
    """Drag a point to so many times its carbon, and some px down on the way."""
    reset = page.get_by_role("button", name="Reset to measured")
    reset.evaluate("element => element.scrollIntoView({block: 'center'})")  # the points are below it
    carbon, depth = (column(page, "changed-points", name)[row] for name in ("carbon", "depth"))
    start, (x, y) = (place_of(page, "changed-profile", carbon * f, depth) for f in (1, times))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(x, y + down, steps=8)
    page.mouse.up()


def test_a_dragged_observation_moves_the_posterior_and_can_be_taken_back(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    before = column(page, "changed-points", "carbon")
    depth = column(page, "changed-points", "depth")
    _drag(page, 1, 2.0, down=25)
    expect(page.get_by_text(re.compile(r"Changed by you: 1 of \d+ observations"))).to_be_visible()
    wait_for_title(page, "changed-profile", "changed by you")
    wait_for_figure(page, "changed-intervals", BOTH)
    after = column(page, "changed-points", "carbon")
    assert after[1] == pytest.approx(2 * before[1], rel=0.05)
    assert [after[0], *after[2:]] == [before[0], *before[2:]]
    assert column(page, "changed-points", "depth") == depth
    expect(page.get_by_label(f"Carbon at {depth[1]:.2f} m", exact=True)).to_have_value(f"{after[1]:.4g}")
    measured, changed = (column(page, f"band-{w}", "carbon") for w in ("measured", "changed by you"))
    assert len(measured) == len(changed) == 20 and measured != changed
    words = words_of(page, "changed-profile")
    assert "synthetic" in words["title"] and words["x"] == "soil organic carbon (kgC m⁻³)"
    expect(page).to_have_url(re.compile(r"profile=site:9,1:"))
    page.reload()
    wait_for_title(page, "changed-profile", "changed by you")
    wait_for_figure(page, "changed-intervals", BOTH)
    assert column(page, "changed-points", "carbon")[1] == pytest.approx(after[1], rel=1e-3)
    wait_until_idle(page)
    page.get_by_role("button", name="Reset to measured").click()
    wait_for_title(page, "changed-profile", "as measured")
    expect(page.get_by_text("Changed by you:")).to_be_hidden()
    assert column(page, "changed-points", "carbon") == before


def test_weights_are_typed_with_the_keyboard_alone_and_zero_leaves_out(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    depth = column(page, "changed-points", "depth")
    first = page.get_by_label(f"Carbon at {depth[0]:.2f} m", exact=True)
    first.focus()
    page.keyboard.press("Tab")  # from carbon to weight of the same depth
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"Changed by you: 1 of \d+ observations, 1 left out"))).to_be_visible()
    wait_for_figure(page, "changed-intervals", BOTH)
    assert column(page, "changed-points", "alpha")[:2] == [0, 0.9]
    assert "job=" not in page.url  # nothing that a link could lead to


def test_a_point_taken_away_with_backspace_is_left_out(watched: Watched, server: Server) -> None:
    page = _open(watched, server)
    reset = page.get_by_role("button", name="Reset to measured")
    reset.evaluate("element => element.scrollIntoView({block: 'center'})")  # the points are below it
    count = len(column(page, "changed-points", "carbon"))
    carbon, depth = (column(page, "changed-points", name)[0] for name in ("carbon", "depth"))
    page.mouse.click(*place_of(page, "changed-profile", carbon, depth))
    page.keyboard.press("Backspace")
    expect(page.get_by_text(re.compile(r"1 left out"))).to_be_visible()
    wait_for_figure(page, "changed-intervals", BOTH)
    assert len(column(page, "changed-points", "carbon")) == count


def test_a_number_that_cannot_be_is_a_sentence_and_the_card_lives_on(
    watched: Watched, server: Server
) -> None:
    page = _open(watched, server)
    depth = column(page, "changed-points", "depth")[0]
    for what, typed, said in (
        ("Carbon", "lots", "expected a number above 0; found 'lots'"),
        ("Carbon", "5000", "expected 0.01 to 1,000 kgC m⁻³; found 5000"),
        ("Weight", "-1", "expected a number 0 or more; found '-1'"),
        ("Weight", "1000", "expected at most 100; found 1000"),
    ):
        field = f"{what} at {depth:.2f} m"
        fill_in(page, field, typed)
        expect(page.get_by_text(f"{field}: {said}")).to_be_visible()
        fill_in(page, field, "3")
        expect(page.get_by_text(said)).to_be_hidden()
    wait_for_figure(page, "changed-intervals", BOTH)
