"""What a visitor imports is kept in the data directory, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.records.checks import InputError
from proda_core.sources import own_profiles, own_studies
from tests.unit.records.samples import study

DATE = "2026-01-02T03:04:05"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plots.csv"
    path.write_text(own_profiles.template())
    return path


def test_a_file_becomes_a_study_that_can_be_opened_again(file: Path, tmp_path: Path) -> None:
    found = own_profiles.read_csv(file)
    path, cells = own_studies.save(
        found, study(), tmp_path, "my-plots", source=file, date=DATE, command="proda data import"
    )
    assert path == tmp_path / "imports" / "my-plots.nc" and own_studies.names(tmp_path) == ("my-plots",)
    again = own_studies.read(tmp_path, "my-plots")
    assert again.profiles.ds["site_name"].values.tolist() == ["A1", "B2"]
    assert again.forcing.ds["cell_distance"].values.tolist() == cells["distance_km"].tolist()
    assert list(again.provenance["inputs"]) == ["plots.csv"] and again.synthetic


def test_nothing_is_written_while_a_row_is_bad(file: Path, tmp_path: Path) -> None:
    file.write_text(own_profiles.template() + "C,0,95,0,10,1,,,\n")
    found = own_profiles.read_csv(file)
    with pytest.raises(
        InputError, match=r"found 1 bad of 5 \(first: row 6, column lat \[degrees\]: outside -90 to 90"
    ):
        own_studies.save(found, study(), tmp_path, "mine", date=DATE)
    assert not (tmp_path / "imports").exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "", ".hidden", "Ä", "x" * 65, "a\n", "con.nc"])
def test_no_name_leads_out_of_the_data_directory(file: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name: expected"):
        own_studies.save(own_profiles.read_csv(file), study(), tmp_path / "data", name, date=DATE)
    assert not (tmp_path / "data").exists()


def test_a_study_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a saved record, found no such file"):
        own_studies.read(tmp_path, "nothing")
