"""Claims on the figures: what is drawn is what the records hold, with unit, and synthetic is said."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import (
    BoxSelectTool,
    ColumnDataSource,
    HoverTool,
    LassoSelectTool,
    TapTool,
)
from bokeh.plotting import figure

from dashboard.plots import basemap, borders, profile, site_map, tables
from dashboard.plots.labels import study_title
from dashboard.plots.palette import CARBON_PALETTE, readable_limits
from proda_core.records.study import Study


def test_every_site_is_on_the_map_at_its_place(study: Study) -> None:
    """Expected: Web Mercator of EPSG:3857, x = R lon, y = R ln tan(pi/4 + lat/2), R = 6378137 m."""
    columns = site_map.site_columns(study)
    lon, lat = (np.radians(study.profiles.ds[name].values) for name in ("lon", "lat"))
    assert columns["site"].tolist() == study.sites.tolist()
    np.testing.assert_allclose(columns["x"], 6378137 * lon, rtol=1e-6)
    np.testing.assert_allclose(columns["y"], 6378137 * np.log(np.tan(np.pi / 4 + lat / 2)), rtol=1e-6)


def test_the_map_tells_which_sites_can_be_assimilated(study: Study) -> None:
    columns = site_map.site_columns(study)
    good = columns["site"][columns["status"] == "can be assimilated"]
    assert good.tolist() == study.assimilable().tolist()


def test_sites_are_chosen_by_tap_box_and_lasso(study: Study) -> None:
    plot = site_map.site_figure(
        study, ColumnDataSource(site_map.site_columns(study)), ColumnDataSource({"x": [], "y": []})
    )
    for tool in (TapTool, BoxSelectTool, LassoSelectTool, HoverTool):
        assert plot.select_one(tool) is not None


def test_borders_need_no_network_and_cover_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a border asked for the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    box = (-79.7, 40.5, -71.2, 45.0)
    assert {"NY", "VT", "MA"} <= set(borders.state_labels(box)["text"])
    assert np.isnan(borders.state_lines(box)["x"]).sum() >= 8
    assert np.isnan(borders.county_lines(box)["x"]).sum() > 100


def test_counties_are_left_out_where_they_could_not_be_read() -> None:
    assert np.isnan(borders.county_lines((-124.0, 25.0, -67.0, 49.0))["x"]).all()


def test_a_profile_is_drawn_in_kilograms_against_depth(study: Study) -> None:
    site = int(study.assimilable()[0])
    depth, carbon, _ = study.profiles.observations(site)
    columns = profile.observed_columns(study, site)
    np.testing.assert_allclose(columns["carbon"], carbon / 1000)
    np.testing.assert_allclose(columns["depth"], depth)
    plot = profile.profile_figure(profile.ProfileSources(), "t", posterior=True)
    assert plot.xaxis.axis_label == "soil organic carbon (kgC m⁻³)"
    assert plot.yaxis.axis_label == "depth (m)"
    assert plot.y_range.start > plot.y_range.end  # downward


def test_an_observation_that_is_left_out_is_hollow_and_says_why(study: Study) -> None:
    unusable = study.profiles.site_of_observation[study.profiles.ds["usable"].values != 0]
    columns = profile.observed_columns(study, int(unusable[0]))
    hollow = columns["alpha"] == 0
    assert hollow.any()
    assert all(note != "usable" for note in np.array(columns["note"])[hollow])


def test_a_profile_without_a_site_is_empty() -> None:
    assert profile.observed_columns()["depth"] == []
    assert len(profile.band_columns()["low"]) == 0


def test_an_impossible_value_of_the_model_does_not_squeeze_the_observations() -> None:
    end, _ = profile.axis_limits({"depth": [0.1], "carbon": [10.0]}, {"depth": [0.1], "carbon": [1e6]})
    assert end < 50


def test_synthetic_data_are_called_so_in_every_title(study: Study) -> None:
    assert "synthetic" in study_title("Anything", study).lower()


def test_covariates_name_value_unit_and_place_among_all(study: Study) -> None:
    site = int(study.sites[0])
    html = tables.covariates_table(study.covariates, site)
    assert html.count("<tr>") == len(study.covariates.names) + 1
    assert "°C" in html and "kg m⁻³" in html
    assert "higher than" in html and "are the same" in html


def test_words_from_the_data_cannot_become_markup(study: Study) -> None:
    notes = study.quality.iloc[:1].assign(found="<script>alert(1)</script>", site=0)
    assert "<script>" not in tables.quality_table(notes, 0)


def test_a_site_without_notes_says_so(study: Study) -> None:
    assert "Nothing was set aside" in tables.quality_table(study.quality.iloc[:0], 5)


def test_more_carbon_is_darker() -> None:
    def light(colour: str) -> int:
        return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))

    assert light(CARBON_PALETTE[0]) > light(CARBON_PALETTE[128]) > light(CARBON_PALETTE[-1])


@pytest.mark.parametrize("values", [[], [np.nan], [0.0, 0.0], [3.2], [1e-3], [123456.0]])
def test_a_colour_bar_has_limits_whatever_the_values(values: list[float]) -> None:
    low, high = readable_limits(np.array(values))
    assert low == 0.0 < high


def test_figures_are_plain_bokeh(study: Study) -> None:
    plot = basemap.map_figure((-80.0, 40.0, -70.0, 45.0), "t")
    assert isinstance(plot, figure)
