"""Claims on convergence: what has not converged is marked wherever its posterior is used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from bokeh.models import ColumnDataSource, Range1d, Span

from dashboard.jobs.data.run_progress import RunProgressReader
from dashboard.jobs.job import State
from dashboard.jobs.runs import COMPARED, Runs, RunSummary
from dashboard.pages.assimilation import convergence_figure
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip, outcome_sentence
from dashboard.pages.assimilation.run_progress_view import progress_sentence
from dashboard.pages.assimilation.worst_sites_table import worst_sites_table
from dashboard.pages.compare.run_comparison import RunComparison
from dashboard.pages.maps import map_layers
from dashboard.ui.job_status import status_sentence
from proda_core import figures
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.comparison.convergence import batch_sentence
from proda_core.runs import Run
from tests.dashboard.drivers.sites import SitesDriver


@pytest.fixture(scope="module")
def run() -> Run:
    """The run beside the showcase: 24 sites, and a batch whose chains are in three modes."""
    return Runs().run(COMPARED)


@pytest.fixture(scope="module")
def sites(run: Run) -> xr.Dataset:
    return run["posterior"].ds


def test_the_diagnostics_of_a_site_say_that_it_has_not_converged(sites: xr.Dataset) -> None:
    html = diagnostics_strip(sites.isel(site=0))
    assert "Not converged (limit: Gelman-Rubin &lt; 1.05)" in html and "Used for training" in html
    modern = SCHEDULES["modern"].to_json()
    html = diagnostics_strip(sites.isel(site=0).assign_attrs(schedule=modern))
    assert "Not used for training a network: not converged" in html


def test_the_diagnostics_of_a_batch_name_modes_of_chains_that_disagree(run: Run) -> None:
    html = diagnostics_strip(run["batch"].ds.isel(site=0), verdict=False)
    assert "Not converged, r-hat 2.83, 3 chains in 3 modes" in html.replace("R-hat 2", "r-hat 2")


def test_gelman_rubin_is_rated_by_the_limit_of_the_schedule(sites: xr.Dataset) -> None:
    one = sites.isel(site=0)
    one = one.assign(gelman_rubin=("parameter", np.full(one.sizes["parameter"], 1.07)))
    assert "Gelman–Rubin, worst (poor)" in diagnostics_strip(one)
    lenient = one.assign_attrs(schedule=SCHEDULES["quick"].to_json())
    assert "Gelman–Rubin, worst (good)" in diagnostics_strip(lenient)


def test_a_job_ends_with_the_share_that_converged(sites: xr.Dataset, run: Run) -> None:
    two = {site: sites.sel(site=[site]) for site in sites["site"].values[:2].tolist()}
    assert outcome_sentence(two) == "0 of 2 sites converged (Gelman-Rubin < 1.05)"
    assert outcome_sentence({-1: run["batch"].ds}).startswith("batch: not converged, R-hat 2.83")
    assert outcome_sentence({}) == ""
    assert "sites converged" in status_sentence(_Ended(), outcome=outcome_sentence(two))


class _Ended:
    state, seconds = State.DONE, 2.0


def test_a_run_says_what_converged_on_its_first_line(run: Run) -> None:
    progress = RunProgressReader(run).read()
    text = progress_sentence(run, progress, False, batch_sentence(run["batch"].ds))
    assert "0% converged" in text and "100% used for training" in text
    assert "batch: not converged, R-hat 2.83" in text
    assert "used, not converged" in worst_sites_table(progress)


def test_posterior_figures_are_marked(sites: xr.Dataset) -> None:
    one = sites.isel(site=0)
    element = figures.posterior(one, "proda", title="Site 1")
    assert "Site 1 · not converged" in repr(_title(element))
    met = one.assign(gelman_rubin=("parameter", np.ones(one.sizes["parameter"])))
    assert "not converged" not in repr(_title(figures.posterior(met, "proda", title="Site 1")))


def _title(element: object) -> str:
    from dashboard.plots.elements import figures_of

    (plot,) = figures_of(element)
    return plot.title.text


def test_the_running_diagnostics_are_drawn_with_the_limits_of_the_schedule() -> None:
    source = ColumnDataSource({name: [] for name in convergence_figure.COLUMNS})
    plot = convergence_figure.convergence_figure(source, Range1d(0, 1))
    convergence_figure.set_limits(plot, SCHEDULES["chapter"].limits)
    drawn = {line.name: line.location for line in plot.select(Span)}
    assert drawn == {"gelman_rubin": 1.05, "rhat": convergence_figure.RHAT_LIMIT}


def test_the_map_of_sites_marks_those_that_have_not_converged(services, monkeypatch) -> None:
    choice = RunSummary("mine", "example", "quick", 0, "", "15/15", True)
    monkeypatch.setattr("dashboard.jobs.runs.Runs.chosen", lambda self, data, run_id: choice)
    monkeypatch.setattr("dashboard.jobs.runs.Runs.not_converged", lambda self, run_id: frozenset({13, 14}))
    page = SitesDriver(services)
    source = page.points.data_source.data
    marked = source["site"][source["status"] == "not converged in the run"]
    assert sorted(marked.tolist()) == [13, 14]


def test_runs_know_which_sites_and_batches_have_not_converged(run: Run, sites: xr.Dataset) -> None:
    runs = Runs()
    assert runs.not_converged(COMPARED) == frozenset(sites["site"].values.tolist())
    assert runs.batch_disagrees(COMPARED)
    assert runs.not_converged("none") == frozenset() and not runs.batch_disagrees("none")


def test_maps_mark_a_batch_whose_chains_disagree(run: Run) -> None:
    from dashboard.jobs.data.run_maps import RunMaps

    maps = RunMaps(run["carbon_map"], None, None, None)
    titles = {layer.key: layer.title for layer in map_layers.run_layers(maps)}
    assert titles["stock.batch"] == "Batch assimilation"
    marked = {layer.key: layer for layer in map_layers.run_layers(replace(maps, batch_disagrees=True))}
    assert marked["stock.batch"].title == "Batch assimilation (chains disagree)"
    assert "chains disagree" in marked["stock.batch"].choice and marked["stock.proda"].title == "PRODA"


def test_compare_marks_a_batch_whose_chains_disagree() -> None:
    choice = RunSummary("mine", "example", "quick", 0, "", "15/15", True)
    assert (
        RunComparison(choice, True, batch_disagrees=True).note == "synthetic data · batch (chains disagree)"
    )
    assert RunComparison(choice, False).note == ""
