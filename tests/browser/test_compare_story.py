"""A visitor compares: figures of the chapter, of one run and of two, and downloads the numbers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from tests.browser.bokeh_page import choose, wait_for_figure, wait_for_figures, wait_until_idle, words_of
from tests.browser.conftest import PATIENCE, Server, Watched

pytestmark = pytest.mark.browser


def _open(watched: Watched, server: Server, query: str = "") -> Page:
    watched.page.goto(f"{server.url}?page=compare{query}")
    expect(watched.page.get_by_role("heading", name=re.compile("^example · quick")).first).to_be_visible()
    wait_until_idle(watched.page)
    return watched.page


def test_table_37_1_is_shown_beside_the_published_one_and_drawn(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    table = page.get_by_role("table", name="Table 37.1, computed beside published")
    expect(table).to_be_visible(timeout=PATIENCE)  # a first process has to start
    expect(table.get_by_text("0.62")).to_be_visible()
    wait_for_figure(page, "score-r2", 4)
    assert words_of(page, "score-rmse")["x"] == "RMSE (kgC m⁻³)"


def test_a_figure_is_chosen_travels_in_the_link_and_goes_out_as_csv(
    watched: Watched, server: Server, finished_run: journey.Run, tmp_path: Path
) -> None:
    page = _open(watched, server)
    choose(page, "Figure", "Figure 37.2: modelled against observed")
    wait_for_figure(page, "density-proda")
    words = words_of(page, "density-proda")
    assert words["x"] == "observed (kgC m⁻³)" and words["title"].startswith("PRODA · synthetic data")
    expect(page).to_have_url(re.compile("figure=density"))
    page.get_by_role("button", name="all sites").click()
    expect(page).to_have_url(re.compile("part=all"))
    page.reload()
    wait_for_figure(page, "density-proda")
    wait_until_idle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").first.click()
    waiting.value.save_as(tmp_path / "frame.csv")
    lines = (tmp_path / "frame.csv").read_text().splitlines()
    assert "# synthetic: 1" in lines[:3]
    header = next(line for line in lines if not line.startswith("#"))
    assert header.startswith("site,depth [m],part,method,observed [kgC m-3]")


def test_maps_of_equal_area_are_drawn_with_nothing_fetched(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server)
    choose(page, "Figure", "Figure 37.3: maps, equal-area")
    wait_for_figure(page, "albers-proda", 100)
    page.get_by_role("button", name="0–200 cm", exact=True).click()
    expect(page).to_have_url(re.compile("interval=0-200"))
    wait_until_idle(page)
    wait_for_figures(page, "albers-end_to_end", 1)


@pytest.mark.parametrize(("figure", "width"), [("totals", 768), ("vegetation", 1440), ("vegetation", 768)])
def test_a_legend_is_within_its_figure(
    watched: Watched, server: Server, finished_run: journey.Run, figure: str, width: int
) -> None:
    watched.page.set_viewport_size({"width": width, "height": 1024})
    page = _open(watched, server, f"&figure={figure}")
    wait_for_figure(page, figure)
    page.wait_for_function(_LEGEND_WITHIN, arg=figure)


_LEGEND_WITHIN = """name => {
  const {model, canvas_view, renderer_views} = Bokeh.index.query_one(view => view.model.name === name)
  const legend = [...renderer_views.values()].find(view => view.model.type === 'Legend')
  const [inner, outer] = [legend.el, canvas_view.el].map(el => el.getBoundingClientRect())
  return model.legend !== null && inner.width > 0 && inner.left >= outer.left && inner.right <= outer.right
}"""


@pytest.mark.parametrize("width", [1440, 768])
def test_the_key_of_several_marks_is_within_the_page(
    watched: Watched, server: Server, finished_run: journey.Run, width: int
) -> None:
    watched.page.set_viewport_size({"width": width, "height": 1024})
    page = _open(watched, server, "&figure=taylor")
    wait_for_figure(page, "taylor")
    key = page.locator(".key", has_text="PRODA: r ")
    expect(key).to_be_visible()
    box = key.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_two_runs_are_shown_below_each_other(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    second = finished_run.directory.with_name("second")
    shutil.copytree(finished_run.directory, second)
    try:
        page = _open(watched, server, "&run=tiny&compared=second&figure=taylor")
        expect(page.get_by_role("heading", name=re.compile("^example · quick"))).to_have_count(2)
        wait_for_figures(page, "taylor", 2)
    finally:
        shutil.rmtree(second)


def test_a_bad_link_is_reported(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = _open(watched, server, "&figure=nothing&compared=gone,../x")
    expect(page.get_by_text("The link asks for figure=nothing, which is not known here.")).to_be_visible()
    expect(page.get_by_text("There is no run gone here.")).to_be_visible()
