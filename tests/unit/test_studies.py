"""One door to every study: built in, fetched, imported, or a directory; and a sentence for anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import proda_core
from proda_core import teaching
from proda_core.records.checks import InputError
from proda_core.sources import own_profiles, own_studies
from proda_core.studies import TEACHING, known_studies, open_study
from tests.unit.records.samples import study
from tests.unit.sources import published_directory
from tests.unit.sources.northeast_directory import NortheastDirectory


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    """A data directory with a study of own profiles, "mine", on a synthetic base."""
    path = tmp_path / "plots.csv"
    path.write_text(own_profiles.template())
    own_studies.save(
        own_profiles.read_csv(path), study(), tmp_path, "mine", date="2026-01-02", title="My plots"
    )
    return tmp_path


def test_the_front_door_opens_studies_and_knows_products() -> None:
    assert proda_core.open_study is open_study
    assert proda_core.Product.__name__ == "Product"


def test_only_studies_are_listed_and_the_imported_ones_come_last(imported: Path) -> None:
    known = known_studies(imported)
    assert [s.name for s in known if not s.imported]== [
        "example", "teaching", "teaching-dirty", "northeast", "proda_published"
    ]  # fmt: skip
    assert {"sanderman2017", "clm5"}.isdisjoint(s.name for s in known)
    last = known[-1]
    assert (last.name, last.title, last.synthetic, last.available) == ("mine", "My plots", True, True)
    assert {s.name: s.available for s in known}["northeast"] is False


def test_an_import_is_opened_by_its_name(imported: Path) -> None:
    assert open_study("mine", imported).profiles.ds["site_name"].values.tolist() == ["A1", "B2"]


def test_an_unreadable_import_is_listed_as_such_and_named_when_opened(imported: Path) -> None:
    (imported / "imports" / "mine.nc").write_bytes(b"\x89HDF broken")
    assert known_studies(imported)[-1].title == "unreadable file"
    with pytest.raises(InputError, match="mine.nc: expected a saved record, found an unreadable"):
        open_study("mine", imported)


def test_a_file_that_only_looks_like_an_import_is_listed_as_unreadable(imported: Path) -> None:
    """Its attributes are not those a study is kept with: no JSON where JSON should be."""
    ds = xr.Dataset(attrs={"title": "x", "synthetic": 0, "provenance": "{broken"})
    ds.to_netcdf(imported / "imports" / "other.nc", engine="h5netcdf")
    assert [s.title for s in known_studies(imported) if s.imported] == ["My plots", "unreadable file"]


@pytest.mark.parametrize("name", ["teaching", "teaching-dirty"])
def test_the_teaching_continent_is_made_where_the_data_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked = {}
    monkeypatch.setattr(teaching, "load", lambda **choices: asked.update(choices) or "study")
    assert open_study(name, tmp_path, on_progress=print) == "study"
    kept = tmp_path / "derived" / "teaching"
    assert asked == {"variant": name, "cache_dir": kept, "on_progress": print}
    assert set(TEACHING) == set(teaching.VARIANTS)


def test_the_published_study_is_opened_from_its_raw_files(tmp_path: Path) -> None:
    published_directory.write(tmp_path / "raw" / "proda_published")
    assert open_study("proda_published", tmp_path).name == "proda_published"


def test_a_directory_in_the_layout_of_northeast_is_a_study(tmp_path: Path) -> None:
    NortheastDirectory(tmp_path / "here").write()
    assert len(open_study(str(tmp_path / "here"), tmp_path).profiles) == 6


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("north-east", "found 'north-east'; did you mean northeast"),
        ("min", "expected one of example, .*, mine .*; did you mean mine"),
        ("northeast", "31 of 31 files are not in .*proda data fetch northeast"),
        ("sanderman2017", "expected a study, found product; .*proda data check sanderman2017"),
        ("", "found ''"),
    ],
)
def test_what_is_no_study_here_is_answered_in_a_sentence(imported: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        open_study(name, imported)
