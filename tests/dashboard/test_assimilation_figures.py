"""Claims on what the assimilation page shows and asks: every field explained, convergence, pairs, bars."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from bokeh.models import ColumnDataSource, Range1d

from dashboard.jobs.data.run_progress import RunProgressReader
from dashboard.pages.assimilation import convergence_figure, identifiability_figure, run_progress_figures
from dashboard.plots.tables import worst_sites_table
from dashboard.state import schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from proda_core.assimilation.chunk_store import open_store
from proda_core.assimilation.jobs import job_of
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.site_chunk import Part, failed
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import Run, start
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]


@pytest.fixture(scope="module")
def summary() -> xr.Dataset:
    """Draws spread evenly over the prior; sd of parameter number i is (i + 1)/21 of the prior's."""
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
    assert _choices(schedule, **texts).to_schedule() == base


def test_the_misfit_can_be_chosen() -> None:
    found = _choices(
        "quick", weights="none", errors="lognormal", operator="pchip", end_weight="3"
    ).to_schedule()
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
        _choices("quick", **{name: text}).to_schedule()


def test_chains_that_agree_are_near_one_and_chains_that_do_not_are_not() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=(3, 400, 2))
    apart = good + np.array([0.0, 5.0, 10.0])[:, None, None]
    assert max(convergence_figure.running(good)) < 1.05
    assert min(convergence_figure.running(apart)) > 1.5


def test_too_little_to_judge_is_said_as_no_number() -> None:
    assert np.isnan(convergence_figure.running(np.zeros((3, 10, 2)))).all()


def test_a_single_chain_is_judged_by_its_halves() -> None:
    between, rhat = convergence_figure.running(np.random.default_rng(0).normal(size=(1, 800, 2)))
    assert np.isnan(between) and 0.99 < rhat < 1.05


def test_the_convergence_figure_reaches_over_what_was_streamed() -> None:
    source = ColumnDataSource({"iteration": [1.0], "gelman_rubin": [2.5], "rhat": [float("nan")]})
    plot = convergence_figure.convergence_figure(source, Range1d(0, 1))
    convergence_figure.show_convergence(plot, source, "synthetic data")
    assert plot.y_range.end > 2.5
    assert plot.title.text == "Convergence so far · synthetic data"


def test_the_best_known_parameter_is_on_top(summary: xr.Dataset) -> None:
    columns = identifiability_figure.sd_columns(summary, "proda")
    assert columns["parameter"][-1] == PRIOR.names[0]
    assert list(columns["ratio"]) == sorted(columns["ratio"], reverse=True)
    plot = identifiability_figure.sd_figure(ColumnDataSource(columns), "proda")
    identifiability_figure.show_sds(plot, ColumnDataSource(columns), columns, "t", "")
    assert plot.y_range.factors == columns["parameter"]


def test_no_posterior_has_no_bars() -> None:
    assert identifiability_figure.sd_columns(None, "proda")["ratio"] == []


def test_pairs_hold_the_draws_below_the_diagonal_within_the_prior(summary: xr.Dataset) -> None:
    names = ["q10", "tau4s3", "beta"]
    rows = identifiability_figure.pair_figures(summary, names, "proda")
    assert [len(row) for row in rows] == [1, 2, 3]
    plots = {plot.name: plot for row in rows for plot in row}
    assert set(plots) == {
        *("pair-q10", "pair-tau4s3", "pair-beta"),
        *("pair-q10-tau4s3", "pair-q10-beta", "pair-tau4s3-beta"),
    }
    x = plots["pair-q10-beta"].x_range
    assert (x.start, x.end) == PRIOR.bounds["q10"]
    data = plots["pair-q10-beta"].renderers[0].data_source.data
    np.testing.assert_allclose(data["q10"], summary["draws"].sel(parameter="q10").values.ravel())


def _write(run: Run, study: Study, chunks: list[list[float]]) -> None:
    """Finished chunks of two sites, with these E, as an assimilation leaves them on disk."""
    sites = study.assimilable()[:6]
    job = job_of(study.forcing, "quick", "proda", None, 1)
    store = open_store(run.parts("posterior"), sites, 2, job, "key")
    for number, values in enumerate(chunks):
        ds = failed(store.chunks[number], job, "").ds
        ds["efficiency"].values[:] = values
        store.write(number, Part(ds), {"sites": 2})


def test_a_run_is_followed_site_by_site_while_it_is_done(study: Study, tmp_path: Path) -> None:
    run = start(tmp_path / "run", study, {"schedule": "quick", "seed": 1})
    watch = RunProgressReader(run)
    assert watch.read() is None
    _write(run, study, [[0.9, -0.5]])
    first = watch.read()
    assert first.done.tolist() == [True, True, False, False, False, False]
    assert first.sites.tolist() == study.assimilable()[:6].tolist()
    _write(run, study, [[0.9, -0.5], [0.1, 0.2]])
    second = watch.read()
    assert second.share == pytest.approx(4 / 6)
    np.testing.assert_allclose(second.efficiency[:4], [0.9, -0.5, 0.1, 0.2], rtol=1e-6)
    assert second.worst(2).tolist() == [1, 2]
    assert first.done.sum() == 2  # what was looked at before does not change
    columns = run_progress_figures.standing_columns(study, second.sites, second.efficiency)
    assert np.isnan(columns["efficiency"]).sum() == 2
    html = worst_sites_table(second)
    assert html.index(f"Site {second.sites[1]}<") < html.index(f"Site {second.sites[2]}<")


def test_a_spread_counts_every_known_site_once() -> None:
    for name, (_, low, high, _marks) in run_progress_figures.SPREADS.items():
        columns = run_progress_figures.spread_columns(np.array([low - 9, low, high, high + 9, np.nan]), name)
        assert columns["count"].sum() == 4
        assert run_progress_figures.spread_figure(ColumnDataSource(columns), name).x_range.start == low
