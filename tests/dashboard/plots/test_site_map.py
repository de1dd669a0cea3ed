"""Claims on the map of all sites: legend, filters, and what a tap or a tooltip takes."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import (
    AllIndices,
    BoxSelectTool,
    ColumnDataSource,
    HoverTool,
    IndexFilter,
    LassoSelectTool,
    TapTool,
)
from bokeh.plotting import figure

from dashboard.plots import site_map
from dashboard.plots.palette import STATUS_COLOURS
from proda_core.records.study import Study


@pytest.fixture
def plot(study: Study) -> figure:
    """The map of the example."""
    sites = ColumnDataSource(site_map.site_columns(study))
    return site_map.site_figure(study, sites, ColumnDataSource({"x": [], "y": []}))


def test_every_site_is_on_the_map_at_its_place(study: Study) -> None:
    """Expected: Web Mercator of EPSG:3857, x = R lon, y = R ln tan(pi/4 + lat/2), R = 6378137 m."""
    columns = site_map.site_columns(study)
    lon, lat = (np.radians(study.profiles.ds[name].values) for name in ("lon", "lat"))
    assert columns["site"].tolist() == study.sites.tolist()
    np.testing.assert_allclose(columns["x"], 6378137 * lon, rtol=1e-6)
    np.testing.assert_allclose(columns["y"], 6378137 * np.log(np.tan(np.pi / 4 + lat / 2)), rtol=1e-6)


def test_the_map_shows_which_sites_can_be_assimilated(study: Study) -> None:
    columns = site_map.site_columns(study)
    good = columns["site"][columns["status"] == "can be assimilated"]
    assert good.tolist() == study.assimilable().tolist()


def test_sites_are_selected_by_tap_box_and_lasso(study: Study) -> None:
    plot = site_map.site_figure(
        study, ColumnDataSource(site_map.site_columns(study)), ColumnDataSource({"x": [], "y": []})
    )
    for tool in (TapTool, BoxSelectTool, LassoSelectTool, HoverTool):
        assert plot.select_one(tool) is not None


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
