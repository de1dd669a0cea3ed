"""Story 3: a visitor compares default, batch and PRODA on three linked maps."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from proda_core.vocabulary.depth_intervals import INTERVALS, label
from tests.browser.bokeh_page import (
    place_of,
    ranges_of,
    wait_for_figure,
    wait_for_other_ranges,
    wait_until_idle,
    words_of,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
PRODUCTS = ("default", "batch", "proda")
MAPS = tuple(f"map-{product}" for product in PRODUCTS)


def _cells(page: Page) -> dict[str, np.ndarray]:
    found = page.evaluate(
        """names => {
          const data = Bokeh.documents[0].get_model_by_name('cells').data
          const get = n => Array.from(data[n] ?? data.get(n))
          return Object.fromEntries(names.map(n => [n, get(n)]))
        }""",
        ["cell", "left", "right", "bottom", "top", *PRODUCTS],
    )
    return {name: np.array(values) for name, values in found.items()}


def _open(watched: Watched, server: Server, query: str = "?page=maps") -> Page:
    watched.page.goto(server.url + query)
    for name in MAPS:
        wait_for_figure(watched.page, name, 10)
    wait_until_idle(watched.page)
    return watched.page


@pytest.fixture
def maps(watched: Watched, server: Server, finished_run: journey.Run) -> Page:
    """The page with a finished run."""
    return _open(watched, server)


def test_three_maps_show_what_the_run_holds(maps: Page, finished_run: journey.Run) -> None:
    stock = finished_run["carbon_map"].ds["stock"].sel(interval="0-100")
    cells = _cells(maps)
    for product in PRODUCTS:
        np.testing.assert_allclose(cells[product], stock.sel(product=product).values, rtol=1e-6)
        assert "synthetic data" in words_of(maps, f"map-{product}")["title"]
    expect(maps.get_by_role("table", name="Scores of each method on held-out sites")).to_be_visible()


@pytest.mark.parametrize("interval", INTERVALS)
def test_another_interval_changes_the_values(maps: Page, finished_run: journey.Run, interval: str) -> None:
    maps.get_by_role("button", name=label(interval), exact=True).click()
    expect(maps).to_have_url(re.compile(f"interval={interval}" if interval != "0-100" else r"page=maps$"))
    wanted = finished_run["carbon_map"].ds["stock"].sel(interval=interval, product="proda").values
    maps.wait_for_function(
        """first => {
          const data = Bokeh.documents[0].get_model_by_name('cells').data
          return Math.abs((data.proda ?? data.get('proda'))[0] - first) < 1e-4
        }""",
        arg=float(wanted[0]),
    )
    np.testing.assert_allclose(_cells(maps)["proda"], wanted, rtol=1e-6)


def test_panning_one_map_pans_all(maps: Page) -> None:
    before = ranges_of(maps, "map-proda")
    middle = place_of(maps, "map-default", (before[0] + before[1]) / 2, (before[2] + before[3]) / 2)
    maps.mouse.move(*middle)
    maps.mouse.down()
    maps.mouse.move(middle[0] + 40, middle[1] + 25, steps=5)
    maps.mouse.up()
    wait_for_other_ranges(maps, "map-proda", before)
    after = [ranges_of(maps, name) for name in MAPS]
    assert after[0] == after[1] == after[2]


def test_zooming_one_map_zooms_all(maps: Page) -> None:
    before = ranges_of(maps, "map-batch")
    middle = place_of(maps, "map-proda", (before[0] + before[1]) / 2, (before[2] + before[3]) / 2)
    maps.mouse.move(*middle)
    maps.mouse.wheel(0, -300)
    wait_for_other_ranges(maps, "map-batch", before)
    after = [ranges_of(maps, name) for name in MAPS]
    assert after[0] == after[1] == after[2]
    assert after[0][1] - after[0][0] < before[1] - before[0]


def test_hovering_a_cell_reads_all_three(maps: Page) -> None:
    cells = _cells(maps)
    x = float(cells["left"][0] + cells["right"][0]) / 2
    y = float(cells["bottom"][0] + cells["top"][0]) / 2
    maps.mouse.move(*place_of(maps, "map-batch", x, y))
    tip = maps.locator(".bk-Tooltip").filter(has_text="CLM5 default").first
    expect(tip).to_be_visible()
    for product, title in zip(PRODUCTS, ("CLM5 default", "Batch assimilation", "PRODA")):
        expect(tip.get_by_text(title)).to_be_visible()
        expect(tip.get_by_text(f"{cells[product][0]:.1f} kgC m⁻²").first).to_be_visible()


def test_a_run_that_is_not_there_is_told(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = _open(watched, server, "?page=maps&run=gone")
    expect(page.get_by_text("There is no finished run gone of this data set here.")).to_be_visible()
