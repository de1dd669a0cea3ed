"""Claims on the page Sites, without a browser: filters, typing errors, neighbours, and the way on."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import panel as pn
import pytest
from bokeh.models import AllIndices, IndexFilter, PolySelectTool

from dashboard.jobs.services import Services
from dashboard.pages.sites import site_search
from dashboard.pages.sites.site_facts import nearest_sites, site_facts, site_mask
from dashboard.state.site_choices import bounds, bounds_text
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import Run
from tests.dashboard.drivers.sites import SitesDriver

SELECT_ALL, COORDINATES = "Select all matches", "Latitude, longitude"


def test_filters_that_match_no_site_are_reported(services: Services, study: Study) -> None:
    deepest = int(site_facts(study)["deepest"].max())
    page = SitesDriver(services, deepest=f"{deepest + 5}-{deepest + 9}")
    (notice,) = page.notices
    assert notice.startswith("No site matches these filters.")
    button = page.widget(SELECT_ALL)
    assert button.visible and button.disabled
    page.change(deepest="")
    assert not page.notices
    assert not button.disabled


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
def test_a_filter_that_the_data_set_does_not_have_is_reported_and_ignored(
    services: Services, study: Study, choices: dict, found: str
) -> None:
    page = SitesDriver(services, **choices)
    assert found in " ".join(page.notices)
    assert [getattr(page.session, name) for name in choices] == [""]
    assert isinstance(page.points.view.filter, AllIndices)
    assert f"{len(study.sites)} sites" in page.words


def test_what_the_data_set_has_of_a_filter_stays(services: Services, study: Study) -> None:
    name = site_facts(study)["vegetation"].mode()[0]
    page = SitesDriver(services, vegetation=f"xyz,{name}", layers="1-")
    assert (page.session.vegetation, page.session.layers) == (name, "1-")
    assert 0 < len(page.points.view.filter.indices) < len(study.sites)
    assert " ".join(page.notices).count("ignored") == 1


def test_a_neighbour_replaces_the_only_site_selected(services: Services, study: Study) -> None:
    near = int(nearest_sites(site_facts(study), 13).index[0])
    page = SitesDriver(services, site=13, selected=(13,))
    page.set("Go to a neighbour", near)
    assert (page.session.site, page.session.selected) == (near, (near,))


@pytest.mark.parametrize("selected", [(), (13, 14)])
def test_a_neighbour_is_only_shown_where_others_are_selected_or_none(
    services: Services, study: Study, selected: tuple
) -> None:
    near = int(nearest_sites(site_facts(study), 13).index[0])
    page = SitesDriver(services, site=13, selected=selected)
    page.set("Go to a neighbour", near)
    assert (page.session.site, page.session.selected) == (near, selected)


def test_the_site_in_view_can_be_assimilated_without_a_selection(services: Services) -> None:
    page = SitesDriver(services, site=3)
    assert not page.widget("Assimilate").disabled
    page.select_sites(())
    assert page.widget("Assimilate").disabled


def test_coordinates_the_wrong_way_round_select_nothing_and_are_reported(
    services: Services, study: Study
) -> None:
    lon, lat = (float(study.profiles.ds[name].values[0]) for name in ("lon", "lat"))
    page = SitesDriver(services)
    session = page.session
    page.set(COORDINATES, "-76.1, 42.5")
    assert (session.site, session.selected) == (None, ())
    assert re.search(r"latitude first; found .*, [\d,]+ km from the nearest one", " ".join(page.notices))
    page.set(COORDINATES, f"{lon:.3f}, {lat:.3f}")  # west of 90 degrees
    assert session.selected == ()
    assert "expected a latitude of -90 to 90 degrees first" in " ".join(page.notices)
    page.set(COORDINATES, f"{lat:.3f}, {lon:.3f}")
    assert int(study.sites[0]) in session.selected


def test_a_place_far_from_every_site_is_refused(study: Study) -> None:
    with pytest.raises(InputError, match="expected a place within 500 km of a site"):
        site_search.nearest_site(study, "-76.1, 42.5")


def test_coordinates_the_wrong_way_round_are_suggested_the_right_way(study: Study) -> None:
    """Expected: of sites moved east of 90 degrees west, where a longitude can be read as a latitude."""
    ds = study.profiles.ds
    moved = SimpleNamespace(profiles=SimpleNamespace(ds=ds.assign(lon=ds["lon"] + 17.0)), sites=study.sites)
    with pytest.raises(InputError, match=r"Did you mean 45, -77\.5\?"):
        site_search.nearest_site(moved, "-77.5, 45")


def test_the_table_in_view_travels_in_the_link(services: Services) -> None:
    page = SitesDriver(services, site=3, facts="neighbours")
    (tables,) = page.all(pn.Tabs)
    assert tables.active == 2
    tables.active = 1
    assert page.link["facts"] == "quality"
    page.change(facts="covariates")
    assert tables.active == 0 and "facts" not in page.link


def test_only_sites_of_a_class_are_shown_and_can_be_selected(services: Services, study: Study) -> None:
    facts = site_facts(study)
    name = facts["vegetation"].mode()[0]
    page = SitesDriver(services, vegetation=name)
    wanted = np.flatnonzero(facts["vegetation"] == name).tolist()
    chosen = page.points.view.filter
    assert isinstance(chosen, IndexFilter) and chosen.indices == wanted
    page.click(SELECT_ALL)
    assert page.session.selected == tuple(facts.index[wanted])
    assert page.link["vegetation"] == name


def test_sites_are_filtered_by_depth_layers_and_quality(study: Study) -> None:
    facts = site_facts(study)
    assert site_mask(facts).all()
    able = site_mask(facts, quality="able")
    np.testing.assert_array_equal(able, ~site_mask(facts, quality="aside"))
    deep = site_mask(facts, deepest=(1.0, np.inf), layers=(3, 5))
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


def test_a_site_shows_every_model_of_the_run_in_view(services: Services, mapped_run: Run) -> None:
    page = SitesDriver(services, site=3, selected=(3,))
    shown = [item.label.value for item in page.plot("profile").legend[0].items if item.visible]
    for name in ("CLM5 default", "Batch assimilation", "PRODA", "neighbours"):
        assert name in shown
    np.testing.assert_allclose(page.source("profile", "profile-proda").data["carbon"], 3.0)
    page.change(facts="neighbours")
    assert page.html("Neighbours of site 3")


def test_sites_can_be_selected_by_polygon(services: Services) -> None:
    assert SitesDriver(services).map.select_one(PolySelectTool) is not None
