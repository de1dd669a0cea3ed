"""Claims on the page Maps, without a browser: every choice is a link, and obeyed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pandas as pd
import panel_material_ui as pmui
import pytest
from bokeh.models import Patches, Quad

from dashboard.jobs.services import Services
from dashboard.pages.maps import map_spec
from dashboard.pages.maps.street_map import LABEL, WHY_DISABLED
from proda_core.figures.projection import PROJECTIONS
from proda_core.runs import Run
from tests.dashboard.drivers.maps import MapsDriver, tiles
from tests.dashboard.pages.maps.test_fine_maps import write_map


@pytest.fixture
def open_at(services: Services, mapped_run: Run) -> Callable[..., MapsDriver]:
    """The page opened with a link, on a finished run."""
    return lambda **query: MapsDriver(services, **query)


def test_without_a_choice_the_three_products_are_mapped(open_at) -> None:
    page = open_at()
    assert list(page.maps) == ["p0", "p1", "p2"]
    assert "PRODA" in page.maps["p2"].title.text and "PgC" in page.maps["p2"].title.text
    assert page.link == {"page": "maps", "data": "example"}


def test_observations_are_mapped_as_the_mean_of_their_cell(open_at) -> None:
    observed = open_at(maps="stock.observed,stock.proda").cells.data["p0"]
    assert np.isfinite(observed).any() and np.nanmax(observed) == np.nanmin(observed) == 7.0


def test_a_difference_from_a_link_is_drawn_and_named(open_at) -> None:
    page = open_at(compare="difference", pair="stock.proda,stock.batch")
    data = page.cells.data
    np.testing.assert_allclose(data["difference"], data["p2"] - data["p1"])
    assert "PRODA − Batch assimilation" in page.maps["difference"].title.text
    assert page.link["compare"] == "difference"


def test_a_choice_computes_the_values_of_the_maps_once(open_at, monkeypatch: pytest.MonkeyPatch) -> None:
    page, calls, whole = open_at(along="row"), [], map_spec.MapSpec.values
    page.tap(0)
    monkeypatch.setattr(map_spec.MapSpec, "values", lambda self: (calls.append("values"), whole(self))[1])
    page.change(interval="0-30")
    assert calls == ["values"]


def test_without_a_finer_map_the_page_names_the_command(open_at, mapped_run: Run) -> None:
    page, run = open_at(fine="gone"), mapped_run.directory
    assert "fine" not in page.maps
    assert f"proda map {run} --resolution 0.05 --output {run}/maps/0.05" in page.words


def test_a_finer_map_is_drawn_beside_the_others_under_their_scale(open_at, mapped_run: Run) -> None:
    write_map(mapped_run, "mine", np.full((20, 20), 5.0))
    write_map(mapped_run, "stopped", None)
    page = open_at(fine="mine", interval="0-30")
    fine = page.maps["fine"]
    assert "PRODA at 0.1°" in fine.title.text and "interpolated" in fine.title.text
    assert fine.x_range is page.maps["p0"].x_range and fine.height == page.maps["p0"].height
    assert "stopped is not finished" in page.words
    assert page.widget("Finer map").value == "mine" and page.link["fine"] == "mine"
    page.set("Finer map", "")
    assert "fine" not in page.link and "fine" not in page.maps


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_run_loaded_again_keeps_the_finer_map_that_is_in_view(
    open_at, mapped_run: Run, projection: str
) -> None:
    write_map(mapped_run, "mine", np.full((20, 20), 5.0))
    page = open_at(fine="mine", interval="0-30", projection=projection)
    before = page.maps["fine"]
    page.change(run=mapped_run.id)
    page.wait(lambda: len(page.source("map-fine", "fine").data["image"]) > 0)
    assert page.maps["fine"] is before
    assert np.nanmax(page.source("map-fine", "fine").data["image"][0]) == 5.0


def test_streets_are_under_the_maps_only_while_the_switch_is_on(open_at, mapped_run: Run) -> None:
    write_map(mapped_run, "mine", np.full((20, 20), 5.0))
    page = open_at(fine="mine", streets="true")
    maps = list(page.maps.values())
    assert [tiles(plot) for plot in maps] == [[]] * 4
    page.set(LABEL, True)
    assert [tiles(plot) for plot in maps] == [[0]] * 4, "borders are above the streets"
    assert not any("treets" in name for name in page.link)
    page.change(compare="difference")
    assert tiles(page.maps["difference"]) == [0]
    page.set(LABEL, False)
    assert [tiles(plot) for plot in page.maps.values()] == [[]] * len(page.maps)
    assert {q.fill_alpha for plot in maps for q in plot.select(Quad)} == {1.0}


def test_streets_are_disabled_with_a_reason_but_in_web_mercator(open_at) -> None:
    page = open_at()
    page.set(LABEL, True)
    for projection in ("albers", "geographic"):
        page.set("Projection", projection)
        switch = page.widget(WHY_DISABLED)
        assert switch.disabled and not switch.value
        assert [tiles(plot) for plot in page.maps.values()] == [[]] * 3
    page.set("Projection", "mercator")
    assert not page.widget(LABEL).disabled


def test_a_mask_leaves_out_the_other_cells_and_the_totals_follow(open_at) -> None:
    page = open_at()
    whole = page.maps["p0"].title.text
    menu = page.widget("Vegetation", pmui.MultiChoice)
    page.set("Vegetation", menu.options[:1])
    shown = np.isfinite(page.cells.data["p0"])
    assert 0 < shown.sum() < len(shown)
    assert page.maps["p0"].title.text != whole
    assert "vegetation" in page.link
    assert f"{shown.sum()}" in page.words


def test_a_tapped_cell_goes_into_the_link_and_is_shown(open_at) -> None:
    page = open_at()
    page.tap(2)
    assert page.link["cells"] == str(int(page.cells.data["cell"][2]))
    assert page.plot("cell-profile").title.text.startswith("Cell ")
    assert "no map of parameters" in page.words


def test_a_transect_asks_for_a_cell_and_then_cuts(open_at) -> None:
    page = open_at(along="row")
    assert "tap a cell" in page.words
    page.tap(0)
    values = page.transect
    assert len(values["distance"]) >= 1
    np.testing.assert_allclose(values["p2"], 3 * np.asarray(values["p0"]), rtol=1e-6)


def test_the_path_of_a_transect_is_drawn_on_every_map_and_removed(open_at) -> None:
    page = open_at(along="row")
    page.tap(0)
    paths = [page.source(plot.name, "transect-path") for plot in page.maps.values()]
    assert len(paths) == 3 and all(path is paths[0] for path in paths)
    assert len(paths[0].data["x"]) == len(page.transect["distance"])
    page.change(along="")
    assert len(paths[0].data["x"]) == 0


def test_a_swipe_holds_both_maps(open_at) -> None:
    data = open_at(compare="swipe").cells.data
    np.testing.assert_allclose(data["after"], 3 * data["before"], rtol=1e-6)


def test_the_line_of_a_swipe_travels_in_the_link(open_at) -> None:
    page = open_at(compare="swipe", line="-1000")
    assert "expected a longitude from -180 to 180 degrees; found '-1000'" in page.complaints[0]
    again = open_at(compare="swipe", line=f"{page.slider.start:g}")
    assert again.slider.value == again.slider.start
    west, east = again.swipe_rows
    assert not west and east
    assert "line" not in page.link


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_swipe_splits_the_cells_at_its_longitude_in_every_projection(open_at, projection: str) -> None:
    page = open_at(compare="swipe", line="-94.5", projection=projection)
    west, east = page.swipe_rows
    lon = page.cells.data["lon"]
    assert west and east and lon[west].max() < -94.5 <= lon[east].min()


@pytest.mark.parametrize("query", [{"maps": "nonsense"}, {"cells": "999999,x"}, {"region": "Atlantis"}])
def test_a_choice_that_is_not_there_is_ignored(open_at, query: dict) -> None:
    assert "p2" in open_at(**query).maps


def test_two_maps_of_different_units_have_no_difference_and_a_sentence_says_so(open_at) -> None:
    page = open_at(compare="difference", maps="stock.default")
    assert page.maps["difference"].title.text.startswith("CLM5 default − CLM5 default")


def test_the_projection_is_in_the_link_where_it_is_not_the_default(open_at) -> None:
    page = open_at(projection="albers")
    assert page.link["projection"] == "albers" and page.widget("Projection").value == "albers"
    assert page.maps["p0"].select(Patches) and not page.maps["p0"].select(Quad)
    page.set("Projection", "mercator")
    assert "projection" not in page.link
    assert page.maps["p0"].select(Quad) and not page.maps["p0"].select(Patches)
    assert open_at(projection="sinusoidal").complaints == [
        "The link asks for projection=sinusoidal, which is not known here."
    ]


def test_maps_stay_linked_in_another_projection(open_at) -> None:
    page = open_at()
    before = page.maps["p0"].x_range
    page.set("Projection", "geographic")
    ranges = {id(plot.x_range) for plot in page.maps.values()}
    assert len(ranges) == 1 and id(before) not in ranges
    page.tap(1)
    assert page.link["cells"] == str(int(page.cells.data["cell"][1]))
    page.set("Projection", "albers")
    assert list(page.cells.selected.indices) == [1]


def test_totals_distances_and_files_are_the_same_in_every_projection(open_at) -> None:
    """Expected: areas and distances are measured on the sphere, and files hold the cells themselves."""
    page = open_at(along="line")
    page.tap(0, 7)
    totals, distances, files = [], [], []
    for projection in PROJECTIONS:
        page.set("Projection", projection)
        totals.append([plot.title.text for plot in page.maps.values()])
        distances.append(page.transect["distance"].tolist())
        content = page.widget("CSV").callback()
        assert isinstance(content, BytesIO)
        files.append(content.getvalue())
    assert totals[0] == totals[1] == totals[2] and distances[0] == distances[1] == distances[2]
    assert files[0] == files[1] == files[2]
    rows = pd.read_csv(BytesIO(files[0]), comment="#")
    total = float((rows["stock.proda"] * rows["land_area"] * 1e6).sum() / 1e12)
    assert f"{total:.2f} PgC" in totals[0][2]
