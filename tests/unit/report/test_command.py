"""Claims about ``proda report`` and what it says to bad input."""

from __future__ import annotations

import pandas as pd
import pytest

from proda_core.showcase import directory
from proda_core.sources import example
from tests.unit.command_line import CommandLine
from tests.unit.comparison import made_run


def test_a_report_of_a_run_lies_in_its_directory(proda: CommandLine, tmp_path) -> None:
    run = made_run.write(tmp_path / "data" / "runs" / "mine")
    answer = proda("report", "mine", "--json")
    assert answer.code == 0
    assert answer.json["page"] == str(run.directory / "report" / "index.html")
    assert "written, with" in answer.err and "missing, because" in answer.err
    # the example's own places stand for the sites of the made run
    page = (run.directory / "report" / "index.html").read_text(encoding="utf-8")
    assert example.load().title in page and "Synthetic data" in page


def test_an_unknown_run_is_answered_in_a_sentence(proda: CommandLine, tmp_path) -> None:
    made_run.write(tmp_path / "data" / "runs" / "mine-1", without=("pairs", "stocks", "carbon_map"))
    answer = proda("report", "mine-2")
    assert answer.code == 2 and answer.out == ""
    assert "expected a run's directory or the name of one of the 1 in" in answer.err
    assert "did you mean mine-1?" in answer.err


def test_a_skill_table_without_its_columns_is_refused(proda: CommandLine, tmp_path) -> None:
    run = made_run.write(tmp_path / "run", without=("pairs", "stocks", "carbon_map"))
    skill = tmp_path / "skill.csv"
    pd.DataFrame({"method": ["proda"]}).to_csv(skill, index=False)
    answer = proda("report", run.directory, "--skill", skill)
    assert answer.code == 2 and "expected columns by, split, method" in answer.err
    answer = proda("report", run.directory, "--skill", tmp_path / "nowhere.csv")
    assert answer.code == 2 and "expected a CSV table of skill, found" in answer.err


def test_an_output_that_is_a_file_is_refused(proda: CommandLine, tmp_path) -> None:
    run = made_run.write(tmp_path / "run", without=("pairs", "stocks", "carbon_map"))
    (tmp_path / "out").write_text("mine")
    answer = proda("report", run.directory, "--output", tmp_path / "out")
    assert answer.code == 2 and "expected a directory for the report, found a file" in answer.err


def test_a_named_data_set_that_is_not_there_is_refused(proda: CommandLine, tmp_path) -> None:
    run = made_run.write(tmp_path / "run", without=("pairs", "stocks", "carbon_map"))
    answer = proda("report", run.directory, "--data", "nordeast")
    assert answer.code == 2 and "did you mean northeast?" in answer.err


def test_maps_are_compared_with_reference_maps_on_the_command_line(proda: CommandLine, tmp_path) -> None:
    run = made_run.write(tmp_path / "run")
    answer = proda("runs", "agreement", run.directory)  # its example has no reference maps
    assert answer.code == 2 and "expected at least one reference map" in answer.err
    shown = directory()
    if shown.exists():
        rows = proda("runs", "agreement", shown, "--json").json
        assert {"wise30sec-like", "soilgrids-like"} <= {row["two"] for row in rows}
        assert {"r", "bias", "rmse", "concordance", "cells"} <= set(rows[0])


@pytest.mark.slow
def test_the_showcase_brings_its_own_places_and_references(proda: CommandLine, tmp_path) -> None:
    shown = directory()
    if not shown.exists():
        pytest.skip(f"no showcase in {shown}")
    answer = proda("report", shown, "--output", tmp_path / "out", "--json")
    assert answer.code == 0 and set(answer.json["missing"]) <= {"Random beside spatial folds"}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "This is the showcase" in page and "Synthetic data" in page
    assert "WISE30sec-like (synthetic)" in page
