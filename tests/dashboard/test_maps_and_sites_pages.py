"""Claims on the pages Maps and Sites, without a browser: every choice is a link, and obeyed."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import panel as pn
import panel_material_ui as pmui
import param
import pytest
import xarray as xr
from bokeh.models import ColumnDataSource, IndexFilter, PolySelectTool, Quad, TileRenderer
from bokeh.plotting import figure

from dashboard.jobs.services import Services
from dashboard.pages.sites.site_facts import kept_sites, nearest_sites, site_facts
from dashboard.shell.shell import Shell
from dashboard.state.site_choices import bounds, bounds_text
from proda_core.records import store
from proda_core.records.maps import CarbonMap
from proda_core.records.study import Study
from proda_core.runs import Run, start
from proda_core.vocabulary.depth_intervals import INTERVALS
from tests.dashboard.test_fine_maps import write_map

DATA = "example"
FACTOR = {"default": 1.0, "batch": 2.0, "proda": 3.0}


class Address(param.Parameterized):
    """Stands in for the browser's location."""

    search = param.String(default="")


@pytest.fixture
def run(data_directory: Path, study: Study) -> Run:
    """A run directory with maps, observed stocks and profiles: products are 1, 2 and 3 times a pattern."""
    made = start(data_directory / "runs" / "made", study, {"schedule": "quick", "seed": 5})
    cells = study.cells_forcing.ds
    pattern = np.arange(1.0, cells.sizes["site"] + 1)
    names = list(FACTOR)
    stock = np.array([FACTOR[n] for n in names])[:, None, None] * np.ones((1, len(INTERVALS), 1)) * pattern
    coords = {n: ("cell", cells[n].values) for n in ("lon", "lat", "cell_area", "land_fraction")}
    ds = xr.Dataset(
        {"stock": (("product", "interval", "cell"), stock)},
        coords={"product": names, "interval": list(INTERVALS), "cell": cells["site"].values, **coords},
    )
    store.save(CarbonMap(ds), made.path("carbon_map"))
    rows = [(site, interval, 7.0) for site in study.sites for interval in INTERVALS]
    frame = pd.DataFrame(rows, columns=["site", "interval", "observed"]).assign(proda=7.0)
    frame.to_csv(made.path("stocks"), index=False)
    layers = study.forcing.grid.size
    carbon = np.array([FACTOR[n] for n in names])[:, None, None] * np.full((1, len(study.sites), layers), 1e3)
    xr.Dataset(
        {"carbon": (("product", "site", "layer"), carbon)},
        coords={"product": names, "site": study.sites, "layer": np.arange(1, layers + 1)},
    ).to_netcdf(made.path("site_carbon"), engine="h5netcdf")
    return made


@pytest.fixture
def open_at(services: Services, monkeypatch: pytest.MonkeyPatch):
    """A session opened with a link."""

    def opened(**query: str) -> tuple[Shell, Address]:
        address = Address(search=f"?{urlencode({'data': DATA} | query)}")
        monkeypatch.setattr(type(pn.state), "location", property(lambda self: address))
        return Shell(services), address

    return opened


def _figures(shell: Shell) -> dict[str, figure]:
    panes = shell.page().select(pn.pane.Bokeh)
    return {pane.object.name: pane.object for pane in panes if isinstance(pane.object, figure)}


def _cells(shell: Shell) -> ColumnDataSource:
    plots = _figures(shell)
    plot = next(plot for name, plot in plots.items() if name and name.startswith("map-"))
    return plot.select_one({"name": "cells"})


def _words(shell: Shell) -> str:
    parts = [p.object for p in shell.page().select(pn.pane.base.PaneBase) if isinstance(p.object, str)]
    parts += [alert.object for alert in shell.page().select(pmui.Alert) if alert.visible]
    return re.sub(r"\\(.)", r"\1", " ".join(parts))


def test_without_a_choice_the_three_products_are_mapped(open_at, run: Run) -> None:
    shell, address = open_at(page="maps")
    plots = _figures(shell)
    assert {"map-p0", "map-p1", "map-p2"} <= set(plots)
    assert "PRODA" in plots["map-p2"].title.text and "PgC" in plots["map-p2"].title.text
    assert "maps=" not in address.search


def test_observations_are_mapped_as_the_mean_of_their_cell(open_at, run: Run) -> None:
    shell, _ = open_at(page="maps", maps="stock.observed,stock.proda")
    observed = _cells(shell).data["p0"]
    assert np.isfinite(observed).any() and np.nanmax(observed) == np.nanmin(observed) == 7.0


def test_a_difference_from_a_link_is_drawn_and_said(open_at, run: Run) -> None:
    shell, address = open_at(page="maps", compare="difference", pair="stock.proda,stock.batch")
    data = _cells(shell).data
    np.testing.assert_allclose(data["difference"], data["p2"] - data["p1"])
    assert "PRODA − Batch assimilation" in _figures(shell)["map-difference"].title.text
    assert "compare=difference" in address.search


def test_without_a_finer_map_the_page_names_the_command(open_at, run: Run) -> None:
    shell, _ = open_at(page="maps", fine="gone")
    assert "map-fine" not in _figures(shell)
    words = _words(shell)
    assert f"proda map {run.directory} --resolution 0.05 --output {run.directory}/maps/0.05" in words


def test_a_finer_map_is_drawn_beside_the_others_under_their_scale(open_at, run: Run) -> None:
    write_map(run, "mine", np.full((20, 20), 5.0))
    write_map(run, "stopped", None)
    shell, address = open_at(page="maps", fine="mine", interval="0-30")
    plots = _figures(shell)
    pane = next(p for p in shell.page().select(pn.pane.Bokeh) if p.object is plots["map-fine"])
    assert "PRODA at 0.1°" in plots["map-fine"].title.text and "interpolated" in plots["map-fine"].title.text
    assert plots["map-fine"].x_range is plots["map-p0"].x_range and pane.min_height == plots["map-p0"].height
    assert "stopped is not finished" in _words(shell)
    menu = next(w for w in shell.page().select(pmui.Select) if w.label == "Finer map" and w.visible)
    assert menu.value == "mine" and "fine=mine" in address.search
    menu.value = ""
    assert "fine=" not in address.search and "map-fine" not in _figures(shell)


def test_a_run_opened_again_keeps_the_finer_map_that_is_in_view(open_at, run: Run) -> None:
    write_map(run, "mine", np.full((20, 20), 5.0))
    shell, _ = open_at(page="maps", fine="mine", interval="0-30")
    before = _figures(shell)["map-fine"]
    shell.session.run = run.id
    end = time.monotonic() + 60
    while not before.select_one({"name": "fine"}).data["image"] and time.monotonic() < end:
        shell.session.interval = "0-100" if shell.session.interval == "0-30" else "0-30"
        time.sleep(0.5)
    assert _figures(shell)["map-fine"] is before
    assert np.nanmax(before.select_one({"name": "fine"}).data["image"][0]) in (5.0, 10.0)


def test_streets_lie_under_the_maps_only_while_the_switch_is_on(open_at, run: Run) -> None:
    write_map(run, "mine", np.full((20, 20), 5.0))
    shell, address = open_at(page="maps", fine="mine", streets="true")
    maps = [plot for name, plot in _figures(shell).items() if name and name.startswith("map-")]
    assert [_streets(plot) for plot in maps] == [[]] * 4
    switch = next(w for w in shell.page().select(pmui.Switch) if w.label.startswith("Streets"))
    switch.value = True
    assert [_streets(plot) for plot in maps] == [[0]] * 4, "borders lie on the streets"
    assert "treets" not in address.search
    shell.session.compare = "difference"
    assert _streets(_figures(shell)["map-difference"]) == [0]
    switch.value = False
    assert [_streets(plot) for plot in _figures(shell).values()] == [[]] * len(_figures(shell))
    assert {q.fill_alpha for plot in maps for q in plot.select(Quad)} == {1.0}


def _streets(plot: figure) -> list[int]:
    return [i for i, renderer in enumerate(plot.renderers) if isinstance(renderer, TileRenderer)]


def test_a_mask_leaves_out_the_other_cells_and_the_totals_follow(open_at, run: Run) -> None:
    shell, address = open_at(page="maps")
    whole = _figures(shell)["map-p0"].title.text
    menu = next(w for w in shell.page().select(pmui.MultiChoice) if w.label == "Vegetation" and w.options)
    menu.value = menu.options[:1]
    kept = np.isfinite(_cells(shell).data["p0"])
    assert 0 < kept.sum() < len(kept)
    assert _figures(shell)["map-p0"].title.text != whole
    assert "vegetation=" in address.search
    assert f"{kept.sum()}" in _words(shell)


def test_a_tapped_cell_goes_into_the_link_and_is_shown(open_at, run: Run) -> None:
    shell, address = open_at(page="maps")
    source = _cells(shell)
    source.selected.indices = [2]
    cell = int(source.data["cell"][2])
    assert f"cells={cell}" in address.search
    assert "cell-profile" in _figures(shell)
    assert "no map of parameters" in _words(shell)


def test_a_transect_asks_for_a_cell_and_then_cuts(open_at, run: Run) -> None:
    shell, _ = open_at(page="maps", along="row")
    assert "tap a cell" in _words(shell)
    source = _cells(shell)
    source.selected.indices = [0]
    plot = _figures(shell)["transect"]
    values = plot.renderers[0].data_source.data
    assert len(values["distance"]) >= 1
    np.testing.assert_allclose(values["p2"], 3 * np.asarray(values["p0"]), rtol=1e-6)


def test_a_swipe_holds_both_maps(open_at, run: Run) -> None:
    shell, _ = open_at(page="maps", compare="swipe")
    data = _cells(shell).data
    np.testing.assert_allclose(data["after"], 3 * data["before"], rtol=1e-6)


def test_the_line_of_a_swipe_travels_in_the_link(open_at, run: Run) -> None:
    shell, address = open_at(page="maps", compare="swipe", line="-1000")
    assert "expected a longitude from -180 to 180 degrees; found '-1000'" in _words(shell)
    slider = shell.page().select(pn.widgets.FloatSlider)[0]
    again, _ = open_at(page="maps", compare="swipe", line=f"{slider.start:g}")
    assert again.page().select(pn.widgets.FloatSlider)[0].value == slider.start
    drawn = [r.view.filter for r in _figures(again)["map-swipe"].renderers]
    west, east = (part.indices for part in drawn if isinstance(part, IndexFilter))
    assert not len(west) and len(east)
    assert "line=" not in address.search


@pytest.mark.parametrize("query", [{"maps": "nonsense"}, {"cells": "999999,x"}, {"region": "Atlantis"}])
def test_a_choice_that_is_not_there_is_passed_over(open_at, run: Run, query: dict) -> None:
    shell, _ = open_at(page="maps", **query)
    assert "map-p2" in _figures(shell)


def test_the_table_in_view_travels_in_the_link(open_at, run: Run) -> None:
    shell, address = open_at(page="sites", site="3", facts="neighbours")
    tables = shell.page().select(pn.Tabs)[0]
    assert tables.active == 2
    tables.active = 1
    assert "facts=quality" in address.search
    shell.session.facts = "covariates"
    assert tables.active == 0 and "facts=" not in address.search


def test_two_maps_of_different_units_have_no_difference_and_it_is_said(open_at, run: Run) -> None:
    shell, _ = open_at(page="maps", compare="difference", maps="stock.default")
    assert _figures(shell)["map-difference"].title.text.startswith("CLM5 default − CLM5 default")


def test_only_sites_of_a_class_are_shown_and_can_be_taken(open_at, study: Study) -> None:
    facts = site_facts(study)
    name = facts["vegetation"].mode()[0]
    shell, address = open_at(page="sites", vegetation=name)
    points = _figures(shell)["site-map"].x_range.renderers[0]
    wanted = np.flatnonzero(facts["vegetation"] == name).tolist()
    assert isinstance(points.view.filter, IndexFilter) and points.view.filter.indices == wanted
    button = next(b for b in shell.page().select(pmui.Button) if b.label == "Select all in view")
    assert button.visible
    button.clicks += 1
    assert shell.session.selected == tuple(facts.index[wanted])
    assert "vegetation=" in address.search


def test_sites_are_told_apart_by_depth_layers_and_quality(study: Study) -> None:
    facts = site_facts(study)
    assert kept_sites(facts).all()
    able = kept_sites(facts, quality="able")
    np.testing.assert_array_equal(able, ~kept_sites(facts, quality="aside"))
    deep = kept_sites(facts, deepest=(1.0, np.inf), layers=(3, 5))
    np.testing.assert_array_equal(deep, (facts["deepest"] >= 1.0) & facts["layers"].between(3, 5))


def test_neighbours_are_the_nearest_other_sites(study: Study) -> None:
    site = int(study.sites[3])
    near = nearest_sites(site_facts(study), site)
    assert site not in near.index
    assert near["distance"].is_monotonic_increasing and len(near) == 8


@pytest.mark.parametrize(
    ("text", "ends"), [("x", (-np.inf, np.inf)), ("-2", (-np.inf, 2.0)), ("1-", (1.0, np.inf))]
)
def test_bounds_of_a_link_are_read_and_nonsense_binds_nothing(text: str, ends: tuple) -> None:
    assert bounds(text) == ends
    assert bounds_text(*bounds("2-3"), 0, 9) == "2-3"


def test_a_site_shows_every_model_of_the_run_in_view(open_at, run: Run) -> None:
    shell, _ = open_at(page="sites", site="3", selected="3")
    plot = _figures(shell)["profile"]
    shown = [item.label.value for item in plot.legend[0].items if item.visible]
    for name in ("CLM5 default", "Batch assimilation", "PRODA", "neighbours"):
        assert name in shown
    line = next(r for r in plot.renderers if r.name == "profile-proda")
    np.testing.assert_allclose(line.data_source.data["carbon"], 3.0)
    assert "Neighbours of site 3" in _words(shell)


def test_sites_can_be_chosen_by_polygon(open_at) -> None:
    shell, _ = open_at(page="sites")
    assert _figures(shell)["site-map"].select_one(PolySelectTool) is not None
