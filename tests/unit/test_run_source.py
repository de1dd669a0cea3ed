"""A run and its data set: found where the run recorded it, and refused when the numbers are others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.run_source import changed_records, expect_study_of, source_of, write_source
from proda_core.run_study import study_of_run
from proda_core.runs import SETTINGS, Run, start
from proda_core.sources import example
from proda_core.studies import open_study
from proda_core.vocabulary.covariates import NORTHEAST
from tests.unit.command_line import CommandLine
from tests.unit.sources.northeast_directory import NortheastDirectory


def run_of(study: Study, directory: Path) -> Run:
    run = start(directory, study, {"schedule": "quick", "seed": 0})
    write_source(run, study)
    return run


@pytest.fixture
def other(tmp_path: Path) -> Run:
    """A run of the example as it was in another release."""
    run = run_of(example.load(), tmp_path / "run")
    settings = json.loads((run.directory / SETTINGS).read_text())
    settings["input_sha256"]["profiles"] = "0" * 64
    (run.directory / SETTINGS).write_text(json.dumps(settings))
    return Run(run.directory)


@pytest.mark.parametrize("command", ["map", "skill"])
def test_commands_refuse_a_data_set_with_other_numbers(
    proda: CommandLine, other: Run, tmp_path: Path, command: str
) -> None:
    more = ("--resolution", "0.25", "--output", tmp_path / "map") if command == "map" else ()
    answer = proda(command, other.directory, *more)
    assert answer.code == 2
    assert "expected its data set example as it was; found example with other numbers" in answer.err
    assert "(profiles differ)" in answer.err


def test_every_reader_of_a_run_refuses_a_study_with_other_numbers(other: Run) -> None:
    with pytest.raises(InputError, match="profiles differ"):
        study_of_run(other, example.load())


def test_the_same_numbers_are_accepted_and_a_showcase_is_not_compared(other: Run, tmp_path: Path) -> None:
    """Expected: a showcase is generated on each computer and differs by rounding."""
    study = example.load()
    run = run_of(study, tmp_path / "same")
    assert expect_study_of(run, study) is study and changed_records(run, study) == []
    other.settings["showcase"] = {}
    assert changed_records(other, study) == []


def test_the_study_of_a_run_on_a_directory_is_found_there(tmp_path: Path, monkeypatch) -> None:
    """Expected: not the data set of that name, nor a directory of that name elsewhere."""
    made = NortheastDirectory(tmp_path / "northeast")
    made.write()
    monkeypatch.chdir(tmp_path)
    study = open_study("northeast/", tmp_path / "data")
    run = run_of(study, tmp_path / "run")
    assert source_of(run) == str(tmp_path / "northeast") and study.name == "northeast-directory"
    monkeypatch.chdir("/")
    again = open_study(source_of(run), tmp_path / "data")
    assert expect_study_of(run, again) is again
    made["Training_Data/obs_soc_NY.txt"][0, 0] *= 2
    made.write()
    with pytest.raises(InputError, match=r"expected its data set northeast-directory in /.*profiles differ"):
        expect_study_of(run, open_study(source_of(run), tmp_path / "data"))


def test_a_run_that_recorded_no_source_is_of_the_study_of_its_name(tmp_path: Path) -> None:
    run = start(tmp_path / "run", example.load(), {"schedule": "quick", "seed": 0})
    assert source_of(run) == "example"


def test_a_directory_study_has_its_own_words_and_covariates(tmp_path: Path) -> None:
    made = NortheastDirectory(tmp_path / "harz")
    wanted = ["Lon", "Lat", "ESA_Land_Cover", "BIO1", "Elevation"]
    columns = [NORTHEAST.index(name) for name in wanted]
    for name in ("Training_Data/env_info.txt", "Prediction_Data/grid_env_info_NY.txt"):
        made.files[name] = made[name][:, columns]
    made.write()
    (tmp_path / "harz" / "study.toml").write_text(
        'title = "Harz"\nsource = "Survey 2019"\nlicence = "CC BY 4.0"\nsynthetic = true\n'
        f"covariates = {wanted}\n"
    )
    study = open_study(str(tmp_path / "harz"), tmp_path)
    assert (study.name, study.title, study.synthetic) == ("harz", "Harz", True)
    assert study.provenance["source"] == "Survey 2019" and study.provenance["licence"] == "CC BY 4.0"
    assert list(study.covariates.names) == wanted == list(study.cells_covariates.names)
    np.testing.assert_array_equal(study.covariates.ds["BIO1"], made["Training_Data/env_info.txt"][:, 3])


def test_a_directory_without_words_is_not_called_the_northeast(tmp_path: Path) -> None:
    NortheastDirectory(tmp_path / "here").write()
    study = open_study(str(tmp_path / "here"), tmp_path)
    assert study.name == "here" and "BINN" not in study.title + study.provenance["source"]


def test_the_northeast_itself_keeps_its_name_in_any_directory(real_data: Path) -> None:
    study = open_study(str(real_data / "northeast"))
    assert study.name == "northeast" and "BINN" in study.title


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("title = 3", "title: expected str, found 3"),
        ("tilte = 'x'", "found 'tilte'"),
        ("title = ", "expected TOML"),
        ("covariates = ['Lon', 'Lat', 'Rain', 'ESA_Land_Cover']", "names of the vocabulary, found Rain"),
        ("covariates = ['BIO1', 'ESA_Land_Cover']", "expected Lon and Lat first"),
    ],
)
def test_wrong_words_of_a_directory_are_named(tmp_path: Path, words: str, match: str) -> None:
    NortheastDirectory(tmp_path / "here").write()
    (tmp_path / "here" / "study.toml").write_text(words)
    with pytest.raises(InputError, match=match):
        open_study(str(tmp_path / "here"), tmp_path)


def test_a_renamed_data_set_with_the_same_numbers_is_accepted(tmp_path: Path) -> None:
    study = example.load()
    run = run_of(study, tmp_path / "run")
    assert changed_records(run, replace(study, name="renamed")) == []
