"""Claims on the figures of chains and of a posterior: what the records hold, with unit and rating."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from bokeh.models import BoxAnnotation, ColumnDataSource, Range1d

from dashboard.pages.assimilation import convergence_figure, posterior_figures, trace_figures
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.plots.labels import parameter_label
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.posterior import VERDICT_FLAGS
from proda_core.vocabulary.parameters import PRIORS


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
        attrs={"schedule": SCHEDULES["chapter"].to_json()},
    )


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


def test_the_density_of_a_prior_is_drawn_relative_to_a_uniform_one() -> None:
    """Expected: draws of the prior itself, and one everywhere where it is uniform."""
    flat = posterior_figures.density_columns("q10", "proda")
    np.testing.assert_allclose(flat["density"], 1.0)
    prior = PRIORS["informed"]
    scores = np.random.default_rng(0).standard_normal((200_000, len(prior.names)))
    draws = prior.to_physical(prior.unit_of_scores(scores))[:, prior.names.index("q10")]
    bars = posterior_figures.histogram_columns(draws, "q10", "informed")
    line = posterior_figures.density_columns("q10", "informed")
    middle = 0.5 * (bars["left"] + bars["right"])
    drawn = np.interp(middle, line["value"], line["density"])
    np.testing.assert_allclose(drawn[2:], bars["density"][2:], atol=0.1)  # steep within the first bins
    assert drawn.max() > 2


def test_the_intervals_of_a_prior_are_drawn_where_it_is_not_uniform() -> None:
    source = ColumnDataSource(posterior_figures.interval_columns(None, "proda"))
    for prior, count in (("proda", 0), ("binn", 0), ("informed", 1)):
        plot = posterior_figures.interval_figure(source, prior)
        assert len(plot.select(name="prior-intervals")) == count


@pytest.mark.parametrize("parameter", PRIORS["proda"].names)
def test_a_trace_spans_the_prior_and_names_the_unit(parameter: str) -> None:
    plot = trace_figures.trace_figure(trace_figures.empty_chains(3), parameter, "proda", Range1d(0, 1))
    assert (plot.y_range.start, plot.y_range.end) == PRIORS["proda"].bounds[parameter]
    assert plot.yaxis[0].axis_label == parameter_label(parameter)


def test_the_diagnostics_are_judged_and_the_verdict_is_said(summary: xr.Dataset) -> None:
    """Expected: acceptance 60 % is outside 15-50 %, R-hat 1.02 and ESS 90 are poor, the others good."""
    html = diagnostics_strip(summary)
    assert html.count("class='poor'>!") == 3
    assert html.count("class='good'") == 2
    assert VERDICT_FLAGS[2].replace("_", " ") in html


def test_no_posterior_is_said() -> None:
    assert "No posterior yet" in diagnostics_strip(None)


def test_acceptance_is_rated_by_the_window_of_its_own_schedule(summary: xr.Dataset) -> None:
    """Expected: 20 to 60 % is good where the schedule accepts 10 to 70 %."""
    wide = SCHEDULES["chapter"].with_(acceptance_window=(0.1, 0.7)).to_json()
    assert diagnostics_strip(summary.assign_attrs(schedule=wide)).count("class='poor'>!") == 2
    plot = trace_figures.acceptance_figure(trace_figures.empty_chains(1), Range1d(0, 1))
    trace_figures.set_acceptance_window(plot, (0.1, 0.7))
    (band,) = plot.select(BoxAnnotation)
    assert (band.bottom, band.top) == (0.1, 0.7)


def test_chains_that_agree_are_near_one_and_chains_that_do_not_are_not() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=(3, 400, 2))
    apart = good + np.array([0.0, 5.0, 10.0])[:, None, None]
    assert max(convergence_figure.running_diagnostics(good)) < 1.05
    assert min(convergence_figure.running_diagnostics(apart)) > 1.5


def test_too_little_to_judge_is_said_as_no_number() -> None:
    assert np.isnan(convergence_figure.running_diagnostics(np.zeros((3, 10, 2)))).all()


def test_a_single_chain_is_judged_by_its_halves() -> None:
    between, rhat = convergence_figure.running_diagnostics(np.random.default_rng(0).normal(size=(1, 800, 2)))
    assert np.isnan(between) and 0.99 < rhat < 1.05


def test_the_convergence_figure_reaches_over_what_was_streamed() -> None:
    source = ColumnDataSource({"iteration": [1.0], "gelman_rubin": [2.5], "rhat": [float("nan")]})
    plot = convergence_figure.convergence_figure(source, Range1d(0, 1))
    convergence_figure.update_convergence(plot, source, "synthetic data")
    assert plot.y_range.end > 2.5
    assert plot.title.text == "Convergence so far · synthetic data"
