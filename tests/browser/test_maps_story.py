"""Story 3: a visitor compares default, batch and PRODA on three linked maps."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from urllib.parse import urlparse

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from proda_core.records.study import Study
from proda_core.sources.covariate_table import vegetation_of
from proda_core.vocabulary.depth_intervals import INTERVALS, label
from proda_core.vocabulary.vegetation import VEGETATION
from tests.browser.bokeh_page import (
    choose,
    place_of,
    ranges_of,
    wait_for_figure,
    wait_for_other_ranges,
    wait_until_idle,
    words_of,
    zoom_in,
)
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
PRODUCTS = ("default", "batch", "proda")
SLOTS = ("p0", "p1", "p2")
MAPS = tuple(f"map-{slot}" for slot in SLOTS)


def _cells(page: Page) -> dict[str, np.ndarray]:
    found = page.evaluate(
        """names => {
          const data = Bokeh.documents[0].get_model_by_name('cells').data
          const get = n => Array.from(data[n] ?? data.get(n))
          return Object.fromEntries(names.map(n => [n, get(n)]))
        }""",
        ["cell", "left", "right", "bottom", "top", *SLOTS, "difference"],
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
    for product, slot in zip(PRODUCTS, SLOTS):
        np.testing.assert_allclose(cells[slot], stock.sel(product=product).values, rtol=1e-6)
        assert "synthetic data" in words_of(maps, f"map-{slot}")["title"]
    expect(maps.get_by_role("table", name="Scores of each method on held-out sites")).to_be_visible()


def test_another_interval_changes_the_values(maps: Page, finished_run: journey.Run) -> None:
    for interval in reversed(INTERVALS):
        maps.get_by_role("button", name=label(interval), exact=True).click()
        expect(maps).to_have_url(re.compile(f"interval={interval}" if interval != "0-100" else r"page=maps$"))
        wanted = finished_run["carbon_map"].ds["stock"].sel(interval=interval, product="proda").values
        maps.wait_for_function(
            """first => {
              const data = Bokeh.documents[0].get_model_by_name('cells').data
              return Math.abs((data.p2 ?? data.get('p2'))[0] - first) < 1e-4
            }""",
            arg=float(wanted[0]),
        )
        np.testing.assert_allclose(_cells(maps)["p2"], wanted, rtol=1e-6)


def test_panning_one_map_pans_all(maps: Page) -> None:
    before = ranges_of(maps, "map-p2")
    middle = place_of(maps, "map-p0", (before[0] + before[1]) / 2, (before[2] + before[3]) / 2)
    maps.mouse.move(*middle)
    maps.mouse.down()
    maps.mouse.move(middle[0] + 40, middle[1] + 25, steps=5)
    maps.mouse.up()
    wait_for_other_ranges(maps, "map-p2", before)
    after = [ranges_of(maps, name) for name in MAPS]
    assert after[0] == after[1] == after[2]


def test_zooming_one_map_zooms_all(maps: Page) -> None:
    before = ranges_of(maps, "map-p1")
    zoom_in(maps, "map-p1", over="map-p2")
    after = [ranges_of(maps, name) for name in MAPS]
    assert after[0] == after[1] == after[2]
    assert after[0][1] - after[0][0] < before[1] - before[0]


def test_hovering_a_cell_reads_all_three(maps: Page) -> None:
    cells = _cells(maps)
    x = float(cells["left"][0] + cells["right"][0]) / 2
    y = float(cells["bottom"][0] + cells["top"][0]) / 2
    maps.mouse.move(*place_of(maps, "map-p1", x, y))
    tip = maps.locator(".bk-Tooltip").filter(has_text="CLM5 default").first
    expect(tip).to_be_visible()
    for slot, title in zip(SLOTS, ("CLM5 default", "Batch assimilation", "PRODA")):
        expect(tip.get_by_text(title)).to_be_visible()
        shown = float(f"{cells[slot][0]:.4g}")
        expect(tip.get_by_text(re.compile(rf"^{shown:g}\d* kgC m⁻²")).first).to_be_visible()


def test_hovering_a_cell_without_an_observation_reads_a_dash(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server, "?page=maps&maps=stock.observed,stock.default,stock.proda")
    cells = _cells(page)
    row = int(np.flatnonzero(~np.isfinite(cells["p0"].astype(float)))[0])
    page.mouse.move(*place_of(page, "map-p1", *_middle(cells, row)))
    tip = page.locator(".bk-Tooltip").filter(has_text="Observations").first
    expect(tip.get_by_text("–", exact=True)).to_be_visible()
    expect(tip.get_by_text(re.compile("NaN"))).to_have_count(0)
    count = int(np.isfinite(cells["p0"].astype(float)).sum())
    assert f" in {count} of {len(cells['cell'])} cells" in words_of(page, "map-p0")["title"]


def test_a_run_that_is_not_there_is_reported(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server, "?page=maps&run=gone")
    expect(page.get_by_text("There is no run gone of this data set here.")).to_be_visible()


def _middle(cells: dict[str, np.ndarray], row: int) -> tuple[float, float]:
    x = float(cells["left"][row] + cells["right"][row]) / 2
    return x, float(cells["bottom"][row] + cells["top"][row]) / 2


def test_a_difference_is_what_it_says_and_travels_in_the_link(maps: Page) -> None:
    maps.get_by_role("button", name="Difference", exact=True).click()
    wait_for_figure(maps, "map-difference", 10)
    cells = _cells(maps)
    np.testing.assert_allclose(cells["difference"], cells["p2"] - cells["p0"], rtol=1e-5)
    assert "PRODA − CLM5 default" in words_of(maps, "map-difference")["title"]
    expect(maps).to_have_url(re.compile("compare=difference"))
    maps.reload()
    wait_for_figure(maps, "map-difference", 10)


def test_two_maps_can_be_swiped(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = watched.page
    page.goto(server.url + "?page=maps&compare=swipe")
    wait_for_figure(page, "map-swipe", 10)
    wait_until_idle(page)
    assert "west of the line" in words_of(page, "map-swipe")["title"]
    page.get_by_role("slider").first.focus()
    assert page.evaluate(_WEST) > 0
    page.keyboard.press("Home")  # one step: nothing is on its way afterwards
    page.wait_for_function(f"() => ({_WEST})() === 0")
    expect(page).to_have_url(re.compile(r"line=-?[\d.]+"))
    page.reload()
    wait_for_figure(page, "map-swipe", 10)
    wait_until_idle(page)
    assert page.evaluate(_WEST) == 0


_WEST = """() => {
  const plot = Bokeh.documents[0].get_model_by_name('map-swipe')
  return plot.renderers.filter(r => r.view?.filter?.indices).map(r => r.view.filter.indices.length)[0]
}"""


def test_a_tapped_cell_shows_its_profile_and_parameters(maps: Page) -> None:
    cells = _cells(maps)
    maps.mouse.click(*place_of(maps, "map-p1", *_middle(cells, 0)))
    expect(maps.get_by_role("heading", name="The selected cell")).to_be_visible()
    expect(maps.get_by_role("table", name=f"Parameters of cell {int(cells['cell'][0])}")).to_be_visible()
    expect(maps).to_have_url(re.compile(f"cells={int(cells['cell'][0])}"))
    wait_for_figure(maps, "cell-profile", 3 * 20)
    maps.wait_for_function(_END_TO_END)


_END_TO_END = """() => {
  const plot = Bokeh.index.query_one(view => view.model.name === 'cell-profile').model
  return plot.renderers.find(r => r.name === 'profile-end_to_end')?.data_source.length >= 10
}"""


def test_a_mask_changes_the_totals_and_a_transect_cuts_the_maps(
    watched: Watched, server: Server, finished_run: journey.Run, some_sites: Study
) -> None:
    vegetation = VEGETATION[int(vegetation_of(some_sites.cells_covariates)[0])]
    page = _open(watched, server)
    whole = words_of(page, "map-p2")["title"]
    cell = int(_cells(page)["cell"][0])
    page.goto(server.url + f"?page=maps&vegetation={vegetation}&along=row&cells={cell}")
    wait_for_figure(page, "map-p2", 10)
    wait_for_figure(page, "transect", 1)
    assert "PgC" in words_of(page, "map-p2")["title"] != whole
    expect(page.get_by_text(re.compile(r"\d+ of \d+ cells in view"))).to_be_visible()


def test_the_projection_changes_and_what_is_in_view_stays(maps: Page, finished_run: journey.Run) -> None:
    """Expected: the same totals and values, the same part of the world to a hundredth of its width."""
    zoom_in(maps, "map-p1", over="map-p2", turns=2)
    expect(maps).to_have_url(re.compile("view="))
    box, title = _box(maps), words_of(maps, "map-p2")["title"]
    values = _values(maps, "p2")
    for name, key, kind in (
        ("Albers equal-area", "albers", "Patches"),
        ("Geographic (lon-lat)", "geographic", "Quad"),
    ):
        choose(maps, "Projection", name)
        expect(maps).to_have_url(re.compile(f"projection={key}"))
        maps.wait_for_function(_DRAWN, arg=["map-p2", kind])
        for name in MAPS:
            wait_for_figure(maps, name, 10)
        wait_until_idle(maps)
        assert _title(maps, "map-p2") == title
        np.testing.assert_array_equal(_values(maps, "p2"), values)
        assert len({tuple(ranges_of(maps, name)) for name in MAPS}) == 1
        assert maps.get_by_label(re.compile("Web Mercator only")).is_disabled()
        zoom_in(maps, "map-p1", over="map-p0")
        assert len({tuple(ranges_of(maps, name)) for name in MAPS}) == 1
        maps.reload()
        maps.wait_for_function(_DRAWN, arg=["map-p2", kind])
        wait_until_idle(maps)
    choose(maps, "Projection", "Web Mercator")
    expect(maps).not_to_have_url(re.compile("projection="))
    maps.wait_for_function(_DRAWN, arg=["map-p2", "Quad"])
    inside = _box(maps)
    assert box[0] < inside[0] < inside[2] < box[2] and box[1] < inside[1] < inside[3] < box[3]


def _box(page: Page) -> list[float]:
    return [float(end) for end in re.search(r"view=([^&]*)", page.url)[1].replace("%2C", ",").split(",")]


def _values(page: Page, slot: str) -> np.ndarray:
    """The column of a map in view; for some seconds Bokeh keeps maps that have been replaced, too."""
    return np.array(page.evaluate(_VALUES, slot))


def _title(page: Page, figure: str) -> str:
    """The title of a figure, which may have no axes."""
    return page.evaluate(
        "name => Bokeh.index.query_one(view => view.model.name === name).model.title.text", figure
    )


_VALUES = """slot => {
  const {model} = Bokeh.index.query_one(view => view.model.name === `map-${slot}`)
  return [...model.renderers.find(r => r.data_source?.name === 'cells').data_source.get_column(slot)]
}"""
_DRAWN = """([name, kind]) => {
  const view = Bokeh.index.query_one(view => view.model.name === name)
  return view?.model.renderers.some(r => r.glyph?.type === kind)
}"""


@pytest.fixture
def finer(finished_run: journey.Run) -> str:
    """A finer map, written beside the run as its page says."""
    place = finished_run.directory / "maps" / "quarter"
    if not place.exists():
        command = ["map", str(finished_run.directory), "--data", "example", "--resolution", "0.25"]
        subprocess.run(
            [sys.executable, "-m", "proda_core", *command, "--output", str(place)], check=True, timeout=300
        )
    return place.name


def test_a_finer_map_is_drawn_and_refined_on_zooming(
    watched: Watched, server: Server, finished_run: journey.Run, finer: str
) -> None:
    page = _open(watched, server)
    page.get_by_role("combobox", name="Finer map").click()
    page.get_by_role("menuitem", name=re.compile(f"{finer}$")).click()
    expect(page).to_have_url(re.compile(f"fine={finer}"))
    wait_for_figure(page, "map-fine", 1)
    page.wait_for_function(f"() => ({_WIDTH})() > 0")
    wait_until_idle(page)
    assert "PRODA at 0.25°" in words_of(page, "map-fine")["title"]
    whole = page.evaluate(_WIDTH)
    zoom_in(page, "map-p1", over="map-p0", turns=5)
    page.wait_for_function(f"whole => ({_WIDTH})() < whole", arg=whole)
    assert ranges_of(page, "map-fine") == ranges_of(page, "map-p1")
    page.reload()
    wait_for_figure(page, "map-fine", 1)


_WIDTH = """() => {
  const {data} = Bokeh.documents[0].get_model_by_name('fine')
  return Array.from(data.dw ?? data.get('dw'))[0] ?? 0
}"""


def test_streets_are_requested_only_while_their_switch_is_on(watched: Watched, maps: Page) -> None:
    maps.route(
        "**/tile.openstreetmap.org/**", lambda route: route.fulfill(content_type="image/png", body=_DOT)
    )
    assert watched.outside == []
    with maps.expect_request(re.compile("tile.openstreetmap.org")):
        maps.get_by_label("Street map").click()
    wait_until_idle(maps)
    assert {urlparse(url).hostname for url in watched.outside} == {"tile.openstreetmap.org"}
    maps.get_by_label("Street map").click()
    maps.wait_for_function(_NO_TILES)
    wait_until_idle(maps)
    maps.wait_for_timeout(2000)  # Bokeh fetches neighbours of what was in view half a second later
    watched.outside.clear()
    maps.mouse.move(*place_of(maps, "map-p0", *_middle(_cells(maps), 0)))
    maps.mouse.wheel(0, -300)
    maps.wait_for_timeout(1500)
    assert watched.outside == []


_NO_TILES = """() => ['map-p0', 'map-p1', 'map-p2'].every(name => {
  const {model} = Bokeh.index.query_one(view => view.model.name === name)
  return !model.renderers.some(renderer => renderer.tile_source)
})"""
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_maps_leave_as_files(maps: Page, finished_run: journey.Run, tmp_path) -> None:
    for button, ending in (("CSV", ".csv"), ("NetCDF", ".nc"), ("GeoTIFF", ".tif")):
        with maps.expect_download() as waiting:
            maps.get_by_role("button", name=button).click()
        assert waiting.value.suggested_filename == f"proda-example-0-100cm{ending}"
        path = tmp_path / f"file{ending}"
        waiting.value.save_as(path)
        assert path.stat().st_size > 500


def test_parameters_and_observations_can_be_mapped(
    watched: Watched, server: Server, finished_run: journey.Run
) -> None:
    page = _open(watched, server, "?page=maps&maps=stock.proda,stock.observed,q10.proda,tau4s3.proda")
    wait_for_figure(page, "map-p3", 10)
    q10 = finished_run["parameter_map"].ds["mean"].sel(parameter="q10").values
    np.testing.assert_allclose(_cells(page)["p2"], q10, rtol=1e-6)
    assert "PRODA: q10" in words_of(page, "map-p2")["title"]
