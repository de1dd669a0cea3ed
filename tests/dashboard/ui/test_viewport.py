"""Claims on the part of a map in view: it travels as a box of degrees, and bad boxes are sentences."""

from __future__ import annotations

import pytest
from bokeh.plotting import figure
from hypothesis import given
from hypothesis import strategies as st

from dashboard.plots.viewport import map_ranges
from dashboard.state import link, viewport
from dashboard.state.session_state import SessionState
from dashboard.ui.viewport import Viewport
from proda_core.figures.projection import Projection

LAKES = (-95.0, 43.5, -90.0, 47.0)
MERCATOR, ALBERS = Projection(), Projection("albers", (-100.0, 38.0, -80.0, 50.0))


@pytest.fixture
def session() -> SessionState:
    """A session on the page Sites."""
    return SessionState(page="sites")


@pytest.fixture
def view(session: SessionState) -> Viewport:
    """The view of one page."""
    return Viewport(session)


@given(st.floats(-179, 178), st.floats(-84, 83), st.floats(1e-3, 1.0))
def test_a_box_comes_back_from_its_text_to_a_hundredth_of_its_size(west: float, south: float, size: float):
    box = (west, south, west + size, south + size)
    assert viewport.read(viewport.write(box)) == pytest.approx(box, abs=size / 100)


@given(st.floats(-170, 160), st.floats(-80, 70), st.floats(1e-4, 10))
def test_degrees_and_metres_are_the_same_place(west: float, south: float, size: float) -> None:
    box = (west, south, west + size, south + size)
    assert MERCATOR.plane_to_box(MERCATOR.box_to_plane(box)) == pytest.approx(box, abs=1e-7)


@pytest.mark.parametrize(
    "text",
    [
        *("here", "1,2,3", "1,2,3,4,5", ",,,", "1;2;3;4", "nan,0,1,1", "-inf,0,1,1", "1e1,0,20,5"),
        *("10,0,5,5", "0,10,5,5", "-190,0,5,5", "0,-89,5,5", "0,0,190,5", "0,0,5,86", "1,1,1,1"),
        *("0,0,0.000001,1", "0" * 500),
    ],
)
def test_an_impossible_view_is_reported_and_ignored(text: str) -> None:
    choices, complaints = link.read({"view": text, "page": "maps"})
    assert choices == {"page": "maps"}
    assert len(complaints) == 1
    assert complaints[0].startswith("The link's view cannot be read. View: expected ")
    assert len(complaints[0]) < 200


def test_what_the_browser_reports_goes_into_the_link(session: SessionState, view: Viewport) -> None:
    view.reported.data = {"box": [*MERCATOR.box_to_plane(LAKES), 1.0]}
    assert link.write(session) == {"page": "sites", "view": "-95,43.5,-90,47"}
    assert view.requested.data["box"] == []  # what came from the browser is not sent back
    view.reported.data = {"box": [2.0]}
    assert session.view == ""


@pytest.mark.parametrize("box", [[1.0, 2.0, 3.0], [float("nan")] * 5, [float("inf"), 0, 1, 1, 5]])
def test_nonsense_from_a_browser_is_ignored(session: SessionState, view: Viewport, box: list) -> None:
    view.reported.data = {"box": box}
    assert session.view == ""


def test_a_view_beyond_the_world_is_the_part_of_it_that_is_in_view(
    session: SessionState, view: Viewport
) -> None:
    """Half the equator is 2.0038e7 m; longitudes go round beyond it: west would be greater than east."""
    view.reported.data = {"box": [-2.2e7, -1e9, 2.1e7, 1e9, 1.0]}
    assert session.view == "-180,-85,180,85"
    view.reported.data = {"box": [-2.2e7, *MERCATOR.box_to_plane(LAKES)[1:], 2.0]}
    assert session.view == "-180,43.5,-90,47"


@pytest.mark.parametrize("box", [[-9e7, 0, -5e7, 1e6], [0, 3e7, 1e6, 4e7], [0, 0, 1e-9, 1e-9]])
def test_a_view_of_nothing_is_not_written(session: SessionState, view: Viewport, box: list) -> None:
    view.reported.data = {"box": [*box, 1.0]}
    assert session.view == ""


def test_maps_show_a_village_at_least_and_the_world_at_most() -> None:
    ranges = map_ranges().values()
    assert {ends.min_interval for ends in ranges} == {1000}
    assert {round(ends.max_interval) for ends in ranges} == {40_075_017}  # m, the equator of WGS 84


def test_the_view_of_the_link_is_requested_of_a_map(session: SessionState) -> None:
    session.view = "-95,43.5,-90,47"
    view, plot = Viewport(session), figure()
    view.attach(plot)
    assert view.requested.data["box"] == MERCATOR.box_to_plane(LAKES)
    assert set(plot.js_property_callbacks) == {"change:inner_width", "change:inner_height"}
    session.view = ""
    assert view.requested.data["box"] == []


def test_linked_maps_report_their_view_once(view: Viewport) -> None:
    first = figure()
    second = figure(x_range=first.x_range, y_range=first.y_range)
    view.attach(first)
    view.attach(second)
    assert [len(calls) for calls in first.x_range.js_property_callbacks.values()] == [1, 1]


def test_another_data_set_is_seen_whole(session: SessionState) -> None:
    session.view = "-95,43.5,-90,47"
    session.change_data("northeast")
    assert session.view == ""


def test_the_same_part_of_the_world_is_in_view_in_another_projection(session: SessionState) -> None:
    session.view = "-95,43.5,-90,47"
    view = Viewport(session)
    first = view.requested
    view.reset(ALBERS)
    assert view.requested is not first and view.requested.data["box"] == ALBERS.box_to_plane(LAKES)
    view.reported.data = {"box": [*ALBERS.box_to_plane((-94.0, 44.0, -91.0, 46.0)), 1.0]}
    assert session.view == "-94,44,-91,46"
    view.reported.data = {"box": [3e7, 3e7, 3.1e7, 3.1e7, 2.0]}
    assert session.view == ""
