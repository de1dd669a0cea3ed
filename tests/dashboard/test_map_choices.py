"""Claims on what is chosen on the maps, without a server: pairs, six maps at most, titles, hover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.pages.maps import map_layers
from dashboard.pages.maps.hover_format import formatters, reading
from dashboard.pages.maps.map_controls import MapControls
from dashboard.pages.maps.map_layers import Layer
from dashboard.pages.maps.map_view import MapSpec, MapView
from dashboard.state.map_choices import MOST_MAPS
from dashboard.state.session_state import SessionState
from dashboard.ui.notice import Notice
from tests.dashboard.small_maps import carbon_map

STOCKS = ("stock.default", "stock.proda")


@pytest.fixture
def layers() -> dict[str, Layer]:
    """Two stocks, their uncertainties, and six pure numbers."""
    found = map_layers.stock_layers(carbon_map())
    number = found[0].values.isel(interval=0, drop=True)
    found += [Layer(f"n{i}", "proda", f"n{i}", f"n{i}", "", number) for i in range(6)]
    return {layer.key: layer for layer in found}


@pytest.fixture
def session() -> SessionState:
    return SessionState(page="maps", maps=",".join(STOCKS), compare="difference")


@pytest.fixture
def notice() -> Notice:
    return Notice()


@pytest.fixture
def tools(session: SessionState, notice: Notice, layers: dict[str, Layer]) -> MapControls:
    made = MapControls(session, notice.guard)
    made.offer(layers)
    return made


def _pair(tools: MapControls) -> tuple[str, ...]:
    return tuple(tools.shown[number] for number in tools.pair)


def test_choosing_the_map_that_the_other_menu_has_swaps_the_two(
    tools: MapControls, session: SessionState
) -> None:
    this, minus = tools._pair
    assert (this.value, minus.value) == ("stock.proda", "stock.default")
    this.value = "stock.default"
    assert session.pair == "stock.default,stock.proda" and _pair(tools) == ("stock.default", "stock.proda")
    assert (this.value, minus.value) == ("stock.default", "stock.proda")
    minus.value = "stock.default"
    assert session.pair == "stock.proda,stock.default" and (this.value, minus.value) == STOCKS[::-1]


def test_a_seventh_map_is_refused_and_the_six_stay(
    tools: MapControls, session: SessionState, notice: Notice
) -> None:
    six = [*STOCKS, *(f"n{i}.proda" for i in range(4))]
    tools._maps.value = six
    assert session.values_of("maps") == tuple(six) and not notice.view.visible
    tools._maps.value = [*six, "n5.proda"]
    assert tools._maps.value == six and session.values_of("maps") == tuple(six)
    assert f"expected {MOST_MAPS} at most, found 7 chosen; take one away first" in notice.view.object
    tools._maps.value = six[1:]
    assert session.values_of("maps") == tuple(six[1:]) and not notice.view.visible


@pytest.fixture
def view() -> MapView:
    made = MapView(lambda rows: None, lambda plot: None, lambda at: None)
    made.open(RunMaps(carbon_map(), None, None, None))
    return made


@pytest.fixture
def sheet(layers: dict[str, Layer]) -> MapSpec:
    shown = tuple(layers[key] for key in (*STOCKS, "n0.proda"))
    return MapSpec(shown, "0-100", "difference", (1, 0), np.full(4, True), "synthetic data")


def test_a_pair_without_a_difference_shows_no_older_one(view: MapView, sheet: MapSpec) -> None:
    view.show(sheet)
    assert view._placed == ["p1", "p0", "difference"]
    view.show(replace(sheet, pair=(1, 2)))
    assert view._placed == ["p1", "p2"]


def test_the_difference_is_among_the_values_of_a_file(view: MapView, sheet: MapSpec) -> None:
    """Expected: 6 minus 2 kgC m-2, and nothing in a cell that is not in view."""
    values = view.values(replace(sheet, kept=np.array([True, True, True, False])))
    np.testing.assert_allclose(values["difference"], [4, 4, 4, np.nan])
    assert "difference" not in view.values(replace(sheet, compare=""))


def test_a_title_has_a_line_for_the_name_and_one_for_the_rest(view: MapView, sheet: MapSpec) -> None:
    view.show(sheet)
    assert view._panes["p1"].plot.title.text == "PRODA\n24.00 PgC · synthetic data"
    assert view._panes["difference"].plot.title.text == "PRODA − CLM5 default\n+16.00 PgC · synthetic data"
    assert max(len(layer.title) for layer in sheet.layers) < 50


def test_hovering_a_cell_without_a_value_reads_a_dash(view: MapView, sheet: MapSpec) -> None:
    """Bokeh writes NaN for a column that is one before any formatter: the row's number is formatted."""
    view.show(sheet)
    hover = view._panes["p0"].hover
    assert ("PRODA", reading("p1", "kgC m⁻²")) in [(n.split(" · ")[0], tip) for n, tip in hover.tooltips]
    assert "$index" in hover.formatters
    assert "isFinite" in formatters(view._source)["$index"].code
