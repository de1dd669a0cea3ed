"""Claims on the progress of a run over all sites."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bokeh.models import ColumnDataSource

from dashboard.jobs.data.run_progress import RunProgress, RunProgressReader
from dashboard.pages.assimilation import run_progress_figures
from dashboard.pages.assimilation.run_progress_view import acceptance_window, progress_sentence
from dashboard.pages.assimilation.worst_sites_table import worst_sites_table
from proda_core.assimilation.chunk_store import open_store
from proda_core.assimilation.site_chunk import ChunkResult, failed
from proda_core.assimilation.spec import spec_of
from proda_core.records.study import Study
from proda_core.runs import Run, start


def _write(run: Run, study: Study, chunks: list[list[float]]) -> None:
    """Finished chunks of two sites, with these E, as an assimilation leaves them on disk."""
    sites = study.assimilable()[:6]
    job = spec_of(study.forcing, "quick", "proda", None, 1)
    store = open_store(run.parts("posterior"), sites, 2, job, "key")
    for number, values in enumerate(chunks):
        ds = failed(store.chunks[number], job, "").ds
        ds["efficiency"].values[:] = values
        store.write(number, ChunkResult(ds), {"sites": 2})


def test_a_run_is_followed_site_by_site_while_it_is_done(study: Study, tmp_path: Path) -> None:
    run = start(tmp_path / "run", study, {"schedule": "quick", "seed": 1})
    reader = RunProgressReader(run)
    assert reader.read() is None
    _write(run, study, [[0.9, -0.5]])
    first = reader.read()
    assert first.done.tolist() == [True, True, False, False, False, False]
    assert first.sites.tolist() == study.assimilable()[:6].tolist()
    _write(run, study, [[0.9, -0.5], [0.1, 0.2]])
    second = reader.read()
    assert second.share == pytest.approx(4 / 6)
    np.testing.assert_allclose(second.efficiency[:4], [0.9, -0.5, 0.1, 0.2], rtol=1e-6)
    assert second.worst(2).tolist() == [1, 2]
    assert first.done.sum() == 2  # what was looked at before does not change
    columns = run_progress_figures.progress_columns(study, second.sites, second.efficiency)
    assert np.isnan(columns["efficiency"]).sum() == 2
    html = worst_sites_table(second)
    assert html.index(f"Site {second.sites[1]}<") < html.index(f"Site {second.sites[2]}<")


def test_a_distribution_counts_every_known_site_once() -> None:
    for name, (_, low, high) in run_progress_figures.DISTRIBUTIONS.items():
        columns = run_progress_figures.distribution_columns(
            np.array([low - 9, low, high, high + 9, np.nan]), name
        )
        assert columns["count"].sum() == 4
        assert run_progress_figures.distribution_figure(ColumnDataSource(columns), name).x_range.start == low


def test_a_run_that_was_stopped_has_no_pace_and_no_time_left(study: Study, data_directory: Path) -> None:
    """Half of six sites in a second each are done: three seconds are left, while it moves."""
    run = start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 1})
    values = (np.zeros(6) for _ in range(5))
    progress = RunProgress(np.arange(6), np.arange(6) < 3, *values, rate=1.0)
    moving, stopped = (progress_sentence(run, progress, moving) for moving in (True, False))
    assert "3 of 6 sites done" in stopped and "per second" not in stopped and "left" not in stopped
    assert "1.0 sites per second" in moving and "3.0 s left" in moving


def test_the_acceptance_window_is_that_of_the_runs_schedule(study: Study, tmp_path: Path) -> None:
    choices = {"schedule": "quick", "seed": 1}
    plain = start(tmp_path / "plain", study, choices)
    own = start(tmp_path / "own", study, choices, {"site_level": {"acceptance_window": [0.1, 0.7]}})
    assert acceptance_window(plain) == (0.15, 0.5) and acceptance_window(own) == (0.1, 0.7)
