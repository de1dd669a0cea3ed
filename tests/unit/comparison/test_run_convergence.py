"""A run says on its first line what share of its sites converged, and whether its batch did."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from proda_core.comparison.convergence import BATCH_DISAGREES, batch_note, run_disagrees, run_sentence
from proda_core.records.checks import InputError
from proda_core.report.origin import origin
from proda_core.runs import Run, start
from proda_core.showcase import compared_directory
from proda_core.sources import example
from tests.unit.command_line import CommandLine


@pytest.fixture(scope="module")
def showcase() -> Run:
    return Run(compared_directory())


def test_the_sentence_of_a_run_counts_sites_and_names_modes(showcase: Run) -> None:
    assert run_sentence(showcase) == (
        "0 of 24 sites converged (0 %); limit: Gelman-Rubin < 1.05;"
        " batch: not converged, R-hat 2.83, 3 chains in 3 modes"
    )


def test_figures_of_the_batch_are_marked_and_no_others(showcase: Run) -> None:
    batch, others = pd.DataFrame({"method": ["batch", "proda"]}), pd.DataFrame({"method": ["proda"]})
    assert batch_note(showcase, others, batch) == BATCH_DISAGREES == "batch (chains disagree)"
    assert batch_note(showcase, others) == ""


def test_a_run_without_posteriors_says_nothing(tmp_path: Path) -> None:
    run = start(tmp_path / "new", example.load(), {"schedule": "quick", "seed": 1})
    assert not run_disagrees(run)
    with pytest.raises(InputError, match="expected posteriors of its sites or of its batch, found none"):
        run_sentence(run)
    run.path("batch").write_text("not a file of arrays")
    assert not run_disagrees(run)


def test_the_report_begins_with_convergence(showcase: Run) -> None:
    facts = origin(showcase, None, {}, {})
    assert next(iter(facts)) == "convergence" and facts["convergence"] == run_sentence(showcase)


def test_runs_show_begins_with_convergence(proda: CommandLine, showcase: Run, monkeypatch) -> None:
    monkeypatch.setattr("proda_core.commands.runs.find_run", lambda name, data_dir: showcase)
    answer = proda("runs", "show", "showcase")
    assert answer.code == 0 and "0 of 24 sites converged" in answer.out.splitlines()[0]
    answer = proda("runs", "show", "showcase", "--json")
    assert next(iter(answer.json)) == "convergence"


def test_an_assimilation_ends_with_the_share_that_converged(proda: CommandLine, tmp_path: Path) -> None:
    answer = proda("assimilate", "sites", "--limit", 1, "--output", tmp_path / "one.nc")
    assert answer.code == 0 and "of 1 sites converged" in answer.err
    assert "limit: Gelman-Rubin < 1.1" in " ".join(answer.err.split())


def test_a_run_of_an_earlier_release_resumes_without_the_new_fields(tmp_path: Path) -> None:
    study, choices = example.load(), {"schedule": "chapter", "seed": 1, "network": {"hidden": [8]}}
    earlier = {"site_level": {"chains": 3}}
    start(tmp_path / "run", study, choices, earlier)
    now = {"site_level": {"chains": 3, "gelman_rubin_limit": 1.05}}
    newer = choices | {"network": {"hidden": [8], "train_on": "schedule"}}
    assert start(tmp_path / "run", study, newer, now).settings["details"] == earlier
    with pytest.raises(InputError, match="chains: 3 instead of 4"):
        start(tmp_path / "run", study, newer, {"site_level": {"chains": 4}})
