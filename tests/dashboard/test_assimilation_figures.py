"""Claims on what the assimilation page shows and asks: every field explained, convergence, pairs, bars."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from bokeh.models import ColumnDataSource, Range1d

from dashboard.figures import convergence, identifiability
from dashboard.state import schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.checks import InputError
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]


@pytest.fixture(scope="module")
def summary() -> xr.Dataset:
    """Draws spread evenly over the prior; the posterior sd of parameter number i is (i + 1)/21 of the prior's."""
    count = len(PRIOR.names)
    draws = np.random.default_rng(1).uniform(PRIOR.lower, PRIOR.upper, (3, 100, count))
    return xr.Dataset(
        {
            "draws": (("chain", "draw", "parameter"), draws),
            "sd_ratio": (("parameter",), np.arange(1, count + 1) / count),
        },
        coords={"parameter": list(PRIOR.names)},
    )


def _choices(schedule: str, **other: str) -> AssimilationChoices:
    base = SCHEDULES[schedule]
    texts = {name: schedule_fields.as_text(getattr(base, name)) for name in FIELDS}
    return AssimilationChoices(schedule=schedule, other=other, **texts)


def test_every_field_of_a_schedule_is_explained() -> None:
    unexplained = [name for name in schedule_fields.names() if not schedule_fields.explanations().get(name)]
    assert unexplained == []


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_that_nobody_changed_comes_back_from_its_texts(schedule: str) -> None:
    base = SCHEDULES[schedule]
    texts = {
        name: schedule_fields.as_text(getattr(base, name))
        for name in schedule_fields.names()
        if name not in FIELDS
    }
    assert _choices(schedule, **texts).chosen() == base


def test_the_misfit_can_be_chosen() -> None:
    found = _choices("quick", weights="none", errors="lognormal", operator="pchip", end_weight="3").chosen()
    assert (found.weights, found.errors, found.operator, found.end_weight) == (
        "none",
        "lognormal",
        "pchip",
        3.0,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("end_weight", "much"),
        ("discard", "half"),
        ("acceptance_window", "0.5"),
        ("acceptance_window", "0.5-0.1"),
        ("keep_every", "0"),
        ("max_formal_iterations", "9,000,000"),
        ("target_acceptance", "-1"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_name(name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"{name}.*expected"):
        _choices("quick", **{name: text}).chosen()


def test_chains_that_agree_are_near_one_and_chains_that_do_not_are_not() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=(3, 400, 2))
    apart = good + np.array([0.0, 5.0, 10.0])[:, None, None]
    assert max(convergence.running(good)) < 1.05
    assert min(convergence.running(apart)) > 1.5


@pytest.mark.parametrize("shape", [(1, 400, 2), (3, 10, 2)])
def test_too_little_to_judge_is_said_as_no_number(shape: tuple) -> None:
    assert np.isnan(convergence.running(np.zeros(shape))).all()


def test_the_convergence_figure_reaches_over_what_was_streamed() -> None:
    source = ColumnDataSource({"iteration": [1.0], "gelman_rubin": [2.5], "rhat": [float("nan")]})
    plot = convergence.convergence_figure(source, Range1d(0, 1))
    convergence.show_convergence(plot, source, "synthetic data")
    assert plot.y_range.end > 2.5
    assert plot.title.text == "Convergence so far · synthetic data"


def test_the_best_known_parameter_is_on_top(summary: xr.Dataset) -> None:
    columns = identifiability.sd_columns(summary, "proda")
    assert columns["parameter"][-1] == PRIOR.names[0]
    assert list(columns["ratio"]) == sorted(columns["ratio"], reverse=True)
    plot = identifiability.sd_figure(ColumnDataSource(columns), "proda")
    identifiability.show_sds(plot, ColumnDataSource(columns), columns, "t", "")
    assert plot.y_range.factors == columns["parameter"]


def test_no_posterior_has_no_bars() -> None:
    assert identifiability.sd_columns(None, "proda")["ratio"] == []


def test_pairs_hold_the_draws_below_the_diagonal_within_the_prior(summary: xr.Dataset) -> None:
    names = ["q10", "tau4s3", "beta"]
    grid = identifiability.pair_plot(summary, names, "proda")
    plots = {plot.name: plot for plot, _, _ in grid.children}
    assert set(plots) == {
        *("pair-q10", "pair-tau4s3", "pair-beta"),
        *("pair-q10-tau4s3", "pair-q10-beta", "pair-tau4s3-beta"),
    }
    x = plots["pair-q10-beta"].x_range
    assert (x.start, x.end) == PRIOR.bounds["q10"]
    data = plots["pair-q10-beta"].renderers[0].data_source.data
    np.testing.assert_allclose(data["q10"], summary["draws"].sel(parameter="q10").values.ravel())
