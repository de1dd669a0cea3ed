"""Claims on the figures: what is drawn is what the records hold, with unit, and synthetic is said."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from bokeh.models import (
    BoxSelectTool,
    ColorBar,
    ColumnDataSource,
    HoverTool,
    LassoSelectTool,
    Range1d,
    TapTool,
)
from bokeh.plotting import figure

from dashboard.pages.assimilation import posterior_figures
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.pages.overview import carbon_maps as maps
from dashboard.plots import basemap, chain_traces, profile, site_map, tables
from dashboard.plots.labels import study_title
from dashboard.plots.palette import CARBON_PALETTE, readable_limits
from proda_core.records.maps import CarbonMap
from proda_core.records.posterior import VERDICT_FLAGS
from proda_core.records.study import Study
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import PRIORS


@pytest.fixture(scope="module")
def carbon(study: Study) -> CarbonMap:
    """Three invented products on the example's cells: 1, 2 and 3 kgC m-2 per cm... of interval number."""
    cells = study.cells_forcing.ds
    count = cells.sizes["site"]
    stock = np.ones((3, len(INTERVALS), count)) * np.arange(1, 4)[:, None, None]
    stock *= np.arange(1, len(INTERVALS) + 1)[None, :, None]
    return CarbonMap(
        xr.Dataset(
            {"stock": (("product", "interval", "cell"), stock)},
            coords={
                "product": ["default", "batch", "proda"],
                "interval": list(INTERVALS),
                "cell": np.arange(count),
                "lon": ("cell", cells["lon"].values),
                "lat": ("cell", cells["lat"].values),
                "cell_area": ("cell", np.full(count, 1e12)),
                "land_fraction": ("cell", np.ones(count)),
            },
        )
    )


@pytest.fixture(scope="module")
def summary() -> xr.Dataset:
    """A posterior of one site that is the prior itself: quantiles are shares of the prior range."""
    prior = PRIORS["proda"]
    low, span = prior.lower, prior.upper - prior.lower
    each = ("parameter",)
    shares = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
    ones = np.ones(len(low))
    return xr.Dataset(
        {name: (each, low + share * span) for name, share in shares.items()}
        | {"sd_ratio": (each, ones), "gelman_rubin": (each, ones), "rhat": (each, 1.02 * ones)}
        | {
            "ess_bulk": (each, 500 * ones),
            "ess_tail": (each, 90 * ones),
            "acceptance": (("chain",), [0.2, 0.6]),
        }
        | {"efficiency": 0.9, "rmse": 1500.0, "verdict": 2},
        coords={"parameter": list(prior.names)},
    )


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
    assert {"NY", "VT", "MA"} <= set(basemap.state_labels(box)["text"])
    assert np.isnan(basemap.state_lines(box)["x"]).sum() >= 8
    assert np.isnan(basemap.county_lines(box)["x"]).sum() > 100


def test_counties_are_left_out_where_they_could_not_be_read() -> None:
    assert np.isnan(basemap.county_lines((-124.0, 25.0, -67.0, 49.0))["x"]).all()


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


def test_the_posterior_that_is_the_prior_fills_its_range(summary: xr.Dataset) -> None:
    columns = posterior_figures.interval_columns(summary, "proda")
    for name, share in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        np.testing.assert_allclose(columns[name], share, atol=1e-12)


def test_a_default_outside_the_prior_has_no_cross(summary: xr.Dataset) -> None:
    """CLM5's efolding is 10 m, its prior 0..1 m."""
    columns = posterior_figures.interval_columns(summary, "proda")
    assert np.isnan(columns["default"][columns["parameter"].index("efolding")])


def test_a_flat_posterior_has_the_density_of_the_prior() -> None:
    draws = np.linspace(1.2, 3.0, 100_000)
    density = posterior_figures.histogram_columns(draws, "q10", "proda")["density"]
    np.testing.assert_allclose(density, 1.0, rtol=0.01)


@pytest.mark.parametrize("parameter", PRIORS["proda"].names)
def test_a_trace_spans_the_prior_and_names_the_unit(parameter: str) -> None:
    plot = chain_traces.trace_figure(chain_traces.empty_chains(3), parameter, "proda", Range1d(0, 1))
    assert (plot.y_range.start, plot.y_range.end) == PRIORS["proda"].bounds[parameter]
    assert plot.yaxis[0].axis_label == chain_traces.parameter_label(parameter)


def test_the_diagnostics_are_judged_and_the_verdict_is_said(summary: xr.Dataset) -> None:
    """Expected: acceptance 60 % is outside 15-50 %, R-hat 1.02 and ESS 90 are poor, the others good."""
    html = diagnostics_strip(summary)
    assert html.count("class='poor'>!") == 3
    assert html.count("class='good'") == 2
    assert VERDICT_FLAGS[2].replace("_", " ") in html


def test_no_posterior_is_said() -> None:
    assert "No posterior yet" in diagnostics_strip(None)


def test_the_maps_share_ranges_colours_and_cells(carbon: CarbonMap) -> None:
    drawn = maps.carbon_maps(carbon, "0-100", "synthetic data")
    plots = list(drawn.plots.values())
    assert [plot.name for plot in plots] == ["map-default", "map-batch", "map-proda"]
    assert len({id(plot.x_range) for plot in plots}) == len({id(plot.y_range) for plot in plots}) == 1
    assert len(drawn.source.data["cell"]) == len(carbon.cells)
    assert all("synthetic data" in plot.title.text for plot in plots)


def test_a_map_says_its_total(carbon: CarbonMap) -> None:
    """Expected: 1 kgC m-2 on every cell of 1e12 m2 is 1 PgC per cell; interval number 2 doubles it."""
    drawn = maps.carbon_maps(carbon, "0-100")
    assert f"{2.0 * len(carbon.cells):.2f} PgC" in drawn.plots["default"].title.text


def test_another_interval_changes_values_colours_and_words_but_not_the_view(carbon: CarbonMap) -> None:
    drawn = maps.carbon_maps(carbon, "0-30")
    before = drawn.plots["proda"].x_range
    maps.show_interval(drawn, carbon, "0-200")
    assert drawn.source.data["proda"].tolist() == [9.0] * len(carbon.cells)
    assert drawn.mapper.high == 10.0
    assert drawn.bar.select_one(ColorBar).title == "soil organic carbon stock, 0–200 cm (kgC m⁻²)"
    assert drawn.plots["proda"].x_range is before


def test_hover_reads_all_maps_at_once(carbon: CarbonMap) -> None:
    drawn = maps.carbon_maps(carbon, "0-100")
    tips = drawn.plots["default"].select_one(HoverTool).tooltips
    assert [name for name, _ in tips[:3]] == ["CLM5 default", "Batch assimilation", "PRODA"]
    assert all("kgC m⁻²" in value for _, value in tips[:3])


def test_cells_meet_without_gap(carbon: CarbonMap) -> None:
    columns = maps.cell_columns(carbon)
    widths = columns["right"] - columns["left"]
    np.testing.assert_allclose(widths, np.median(widths), rtol=1e-4)
    lefts = np.unique(np.round(columns["left"], -1))
    np.testing.assert_allclose(np.diff(lefts), np.median(widths), rtol=1e-3)


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
