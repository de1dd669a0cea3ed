"""Claims on the page Sites, without a browser: filters that leave nothing, slips, and the way on."""

from __future__ import annotations

import re

import numpy as np
import pytest
from bokeh.models import AllIndices, ColumnDataSource, HoverTool, IndexFilter, TapTool
from bokeh.plotting import figure

from dashboard.jobs.services import Services
from dashboard.pages.sites import site_search
from dashboard.pages.sites.page import SitesPage
from dashboard.pages.sites.site_facts import nearest_sites, site_facts
from dashboard.plots import site_map
from dashboard.plots.palette import STATUS_COLOURS
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.records.checks import InputError
from proda_core.records.study import Study


@pytest.fixture
def plot(study: Study) -> figure:
    """The map of the example."""
    sites = ColumnDataSource(site_map.site_columns(study))
    return site_map.site_figure(study, sites, ColumnDataSource({"x": [], "y": []}))


def _page(services: Services, **choices: object) -> tuple[SitesPage, SessionState]:
    session = SessionState(page="sites", data="example", **choices)
    return SitesPage(services, session, Help()), session


def _said(page: SitesPage) -> str:
    notices = (page._notice.view, page._empty.view)
    return re.sub(r"\\(.)", r"\1", " ".join(notice.object for notice in notices if notice.visible))


def test_the_legend_names_both_kinds_of_sites_whichever_are_in_view(plot: figure, study: Study) -> None:
    site_map.set_visible_sites(plot, np.isin(study.sites, study.sites[:1]))
    assert [item.label.value for item in plot.legend[0].items] == list(STATUS_COLOURS)
    marks = [item.renderers[0] for item in plot.legend[0].items]
    assert [mark.glyph.fill_color for mark in marks] == list(STATUS_COLOURS.values())
    assert all(mark not in plot.x_range.renderers for mark in marks)  # they are nowhere


def test_where_no_site_is_left_the_map_keeps_its_part_of_the_world(plot: figure, study: Study) -> None:
    points = plot.x_range.renderers[0]
    none, two = np.zeros(len(study.sites), bool), np.isin(study.sites, study.sites[:2])
    site_map.set_visible_sites(plot, none)
    assert not points.visible and isinstance(points.view.filter, AllIndices)
    site_map.set_visible_sites(plot, two)
    assert points.visible
    site_map.set_visible_sites(plot, none)
    assert isinstance(points.view.filter, IndexFilter) and points.view.filter.indices == [0, 1]


def test_a_tap_is_left_to_the_map_and_a_tooltip_reads_few(plot: figure) -> None:
    """Bokeh's own tap selects all dots under the pointer, as its hover reads all of them."""
    assert plot.select_one(TapTool).behavior == "inspect"
    assert list(plot.js_event_callbacks) == ["tap"]
    hover = plot.select_one(HoverTool)
    assert 1 <= hover.limit <= 3 and list(hover.filters) == ["@site"]


def test_sites_at_one_place_are_at_one_point_of_the_map(study: Study) -> None:
    """A tap takes all dots at the nearest point: they must be those of the same coordinates."""
    columns, place = site_map.site_columns(study), study.profiles.ds["place"].values
    points = list(zip(columns["x"].tolist(), columns["y"].tolist()))
    assert len(set(points)) == len(set(place)) == len(set(zip(points, place.tolist()))) < len(place)


def test_filters_that_leave_no_site_are_told(services: Services, study: Study) -> None:
    deepest = int(site_facts(study)["deepest"].max())
    page, session = _page(services, deepest=f"{deepest + 5}-{deepest + 9}")
    assert _said(page).startswith("No site is left by these filters.")
    assert page._take.visible and page._take.disabled
    session.deepest = ""
    assert _said(page) == ""
    assert not page._take.disabled


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({"region": "nowhere"}, "There is no region nowhere in this data set"),
        ({"vegetation": "xyz"}, "There is no vegetation class xyz in this data set"),
        ({"deepest": "9-1"}, "Deepest (m): expected bounds such as 0.5-2; found '9-1'"),
        ({"layers": "abc"}, "Usable depths: expected bounds such as 3-12; found 'abc'"),
        ({"layers": "-"}, "Usable depths: expected bounds such as 3-12; found '-'"),
    ],
)
def test_a_filter_that_the_data_set_does_not_have_is_told_and_passed_over(
    services: Services, study: Study, choices: dict, found: str
) -> None:
    page, session = _page(services, **choices)
    assert found in _said(page)
    assert [getattr(session, name) for name in choices] == [""]
    assert page._kept.all() and len(page._kept) == len(study.sites)


def test_what_the_data_set_has_of_a_filter_stays(services: Services, study: Study) -> None:
    name = site_facts(study)["vegetation"].mode()[0]
    page, session = _page(services, vegetation=f"xyz,{name}", layers="1-")
    assert (session.vegetation, session.layers) == (name, "1-")
    assert 0 < page._kept.sum() < len(page._kept)
    assert _said(page).count("is ignored") == 1


def test_a_neighbour_takes_the_place_of_the_only_site_selected(services: Services, study: Study) -> None:
    near = int(nearest_sites(site_facts(study), 13).index[0])
    page, session = _page(services, site=13, selected=(13,))
    page._site._place.value = near
    assert (session.site, session.selected) == (near, (near,))


@pytest.mark.parametrize("selected", [(), (13, 14)])
def test_a_neighbour_is_only_looked_at_where_others_are_selected_or_none(
    services: Services, study: Study, selected: tuple
) -> None:
    near = int(nearest_sites(site_facts(study), 13).index[0])
    page, session = _page(services, site=13, selected=selected)
    page._site._place.value = near
    assert (session.site, session.selected) == (near, selected)


def test_the_site_in_view_can_be_assimilated_without_a_selection(services: Services) -> None:
    page, session = _page(services, site=3)
    assert not page._onward.disabled
    session.select(())
    assert page._onward.disabled


def test_coordinates_the_wrong_way_round_select_nothing_and_it_is_said(
    services: Services, study: Study
) -> None:
    lon, lat = (float(study.profiles.ds[name].values[0]) for name in ("lon", "lat"))
    page, session = _page(services)
    page._place.value = "-76.1, 42.5"
    assert (session.site, session.selected) == (None, ())
    assert re.search(r"latitude first .* found .*, which is [\d,]+ km away from the nearest one", _said(page))
    page._place.value = f"{lon:.3f}, {lat:.3f}"  # west of 90 degrees
    assert session.selected == () and "expected a latitude of -90 to 90 degrees first" in _said(page)
    page._place.value = f"{lat:.3f}, {lon:.3f}"
    assert int(study.sites[0]) in session.selected


def test_a_place_far_from_every_site_is_refused(study: Study) -> None:
    with pytest.raises(InputError, match="expected a place within 500 km of a site"):
        site_search.nearest(study, "-76.1, 42.5")
