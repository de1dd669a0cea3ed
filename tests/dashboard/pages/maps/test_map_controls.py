"""Claims on what is chosen on the maps, without a server: pairs, six maps at most, titles, hover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import panel as pn
import pytest
from bokeh.models import ColumnDataSource, HoverTool

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.pages.maps import map_layers
from dashboard.pages.maps.hover_format import value_formatters, value_tooltip
from dashboard.pages.maps.map_controls import MapControls
from dashboard.pages.maps.map_layers import Layer
from dashboard.pages.maps.map_spec import MapSpec
from dashboard.pages.maps.map_view import MapView
from dashboard.state.map_choices import MOST_MAPS
from dashboard.state.session_state import SessionState
from dashboard.ui.notice import Notice
from tests.dashboard.drivers import Driver
from tests.dashboard.pages.maps.small_maps import carbon_map

STOCKS = ("stock.default", "stock.proda")
MAPS = "Maps (up to six)"


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


class ControlsDriver(Driver):
    """The controls with their notice, as a page shows them."""

    def __init__(self, session: SessionState, layers: dict[str, Layer]) -> None:
        super().__init__(lambda: self._make(session))
        self.page.set_options(layers)

    def _make(self, session: SessionState) -> MapControls:
        notice = Notice()
        controls = MapControls(session, notice.guard)
        self.column = pn.Column(*controls.layout(pn.Spacer()), notice.view)
        return controls

    @property
    def view(self) -> pn.Column:
        return self.column

    @property
    def pair(self) -> tuple[str, str]:
        """The two maps that the menus name."""
        return self.widget("This").value, self.widget("minus").value


@pytest.fixture
def controls(session: SessionState, layers: dict[str, Layer]) -> ControlsDriver:
    return ControlsDriver(session, layers)


def _pair(controls: MapControls) -> tuple[str, ...]:
    return tuple(controls.shown[number] for number in controls.pair)


def test_choosing_the_map_that_the_other_menu_has_swaps_the_two(
    controls: ControlsDriver, session: SessionState
) -> None:
    assert controls.pair == ("stock.proda", "stock.default")
    controls.set("This", "stock.default")
    assert session.pair == "stock.default,stock.proda"
    assert _pair(controls.page) == ("stock.default", "stock.proda")
    assert controls.pair == ("stock.default", "stock.proda")
    controls.set("minus", "stock.default")
    assert session.pair == "stock.proda,stock.default" and controls.pair == STOCKS[::-1]


def test_a_seventh_map_is_refused_and_the_six_stay(controls: ControlsDriver, session: SessionState) -> None:
    six = [*STOCKS, *(f"n{i}.proda" for i in range(4))]
    controls.set(MAPS, six)
    assert session.values_of("maps") == tuple(six) and not controls.notices
    controls.set(MAPS, [*six, "n5.proda"])
    assert controls.widget(MAPS).value == six and session.values_of("maps") == tuple(six)
    (notice,) = controls.notices
    assert f"expected {MOST_MAPS} at most, found 7 chosen; remove one first" in notice
    controls.set(MAPS, six[1:])
    assert session.values_of("maps") == tuple(six[1:]) and not controls.notices


def test_without_a_map_the_default_ones_are_shown(controls: ControlsDriver, session: SessionState) -> None:
    controls.set(MAPS, [])
    assert session.maps == "" and controls.widget(MAPS).value == list(STOCKS)
    controls.set(MAPS, [])
    assert session.maps == "" and controls.widget(MAPS).value == list(STOCKS)


def test_a_choice_sets_the_widgets_once(
    controls: ControlsDriver, session: SessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    whole = MapControls.sync_from_state
    monkeypatch.setattr(MapControls, "sync_from_state", lambda self: (calls.append("sync"), whole(self))[1])
    controls.set("This", "stock.default")
    assert calls == ["sync"]


def test_the_projection_is_chosen_and_follows_a_link(controls: ControlsDriver, session: SessionState) -> None:
    assert controls.widget("Projection").value == "mercator"
    controls.set("Projection", "albers")
    assert session.projection == "albers"
    session.projection = "geographic"
    assert controls.widget("Projection").value == "geographic"


@pytest.fixture
def view() -> Driver:
    made = Driver(lambda: MapView(lambda rows: None, lambda plot: None, lambda at: None))
    made.page.load(RunMaps(carbon_map(), None, None, None))
    return made


@pytest.fixture
def spec(layers: dict[str, Layer]) -> MapSpec:
    shown = tuple(layers[key] for key in (*STOCKS, "n0.proda"))
    return MapSpec(shown, "0-100", "difference", (1, 0), np.full(4, True), "synthetic data")


def _update(view: Driver, spec: MapSpec) -> None:
    view.page.update(spec, spec.values())


def test_a_pair_without_a_difference_shows_no_older_one(view: Driver, spec: MapSpec) -> None:
    _update(view, spec)
    assert [plot.name for plot in view.plots] == ["map-p1", "map-p0", "map-difference"]
    _update(view, replace(spec, pair=(1, 2)))
    assert [plot.name for plot in view.plots] == ["map-p1", "map-p2"]


def test_the_difference_is_among_the_values_of_a_file(spec: MapSpec) -> None:
    """Expected: 6 minus 2 kgC m-2, and nothing in a cell that is not in view."""
    values = replace(spec, in_view=np.array([True, True, True, False])).values()
    np.testing.assert_allclose(values["difference"], [4, 4, 4, np.nan])
    assert "difference" not in replace(spec, compare="").values()


def test_a_title_has_a_line_for_the_name_and_one_for_the_rest(view: Driver, spec: MapSpec) -> None:
    _update(view, spec)
    assert view.plot("map-p1").title.text == "PRODA\n24.00 PgC · synthetic data"
    assert view.plot("map-difference").title.text == "PRODA − CLM5 default\n+16.00 PgC · synthetic data"
    assert max(len(layer.title) for layer in spec.layers) < 50


def test_hovering_a_cell_without_a_value_reads_a_dash(view: Driver, spec: MapSpec) -> None:
    """Bokeh writes NaN for a column that is one before any formatter: the row's number is formatted."""
    _update(view, spec)
    hover = view.plot("map-p0").select_one(HoverTool)
    tip = "PRODA", value_tooltip("p1", "kgC m⁻²")
    assert tip in [(n.split(" · ")[0], tip) for n, tip in hover.tooltips]
    assert "$index" in hover.formatters
    assert "isFinite" in value_formatters(ColumnDataSource())["$index"].code


def test_unidentified_parameters_are_grey_in_the_menu_with_a_sentence(
    session: SessionState, layers: dict[str, Layer]
) -> None:
    first = next(iter(layers.values()))
    grey = replace(first, quantity="q10", spread_ratio=0.97)
    driver = ControlsDriver(session, layers | {grey.key: grey})
    menu = driver.widget(MAPS)
    assert "more than 90 % of the prior's spread" in menu.helper_text
    label = next(name for name, key in menu.options.items() if key == grey.key)
    assert label.endswith("(not identified)")
    assert ".MuiMenuItem-root[value$='(not identified)'] { opacity: 0.5 }" in menu.stylesheets
    driver.set(MAPS, [*menu.value, grey.key])  # it can still be chosen
    assert grey.key in session.values_of("maps")
    driver.page.set_options(layers)
    assert menu.helper_text == ""
