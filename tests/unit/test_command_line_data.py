"""``proda data list, show, check, fetch`` for data sets of every kind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from proda_core.sources import catalogue, own_profiles
from proda_core.sources.readers import KINDS
from tests.unit.command_line import CommandLine
from tests.unit.sources import published_directory
from tests.unit.sources.northeast_directory import NortheastDirectory
from tests.unit.sources.wosis_files import write_2019

SQUARE = [[[-80, 40], [-79, 40], [-79, 41], [-80, 41], [-80, 40]]]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Where the raw files of the command line's data directory lie."""
    return tmp_path / "data" / "raw"


@pytest.fixture
def borders(tmp_path: Path) -> Path:
    """A directory with a made-up file of Natural Earth, in a folder of its own."""
    path = tmp_path / "downloads" / "110m" / "ne_110m_admin_0_countries.geojson"
    path.parent.mkdir(parents=True)
    shape = {"type": "Polygon", "coordinates": SQUARE}
    features = [{"type": "Feature", "properties": {"NAME": "Utopia"}, "geometry": shape}]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return tmp_path / "downloads"


def test_the_list_covers_every_kind(proda: CommandLine) -> None:
    rows = proda("data", "list", "--json").json
    assert [row["name"] for row in rows] == list(catalogue.names())
    assert {row["kind"] for row in rows} == set(KINDS)
    assert {row["verified"] for row in rows} == {True, False}


@pytest.mark.parametrize("name", catalogue.names())
def test_every_data_set_can_be_shown(proda: CommandLine, name: str) -> None:
    facts = proda("data", "show", name, "--json").json
    assert facts["name"] == name and facts["citation"] and facts["licence"]
    shown = proda("data", "show", name)
    assert shown.code == 0 and (facts["verified"] or "not verified" in shown.out)


@pytest.mark.parametrize("name", [entry.name for entry in catalogue.entries() if not entry.verified])
def test_fetching_what_nobody_hashed_says_what_to_get_where_and_put_where(
    proda: CommandLine, raw: Path, name: str
) -> None:
    answer, known = proda("data", "fetch", name), catalogue.entry(name)
    assert answer.code == 2 and answer.out == ""
    assert all(word in answer.err for word in (known.needed[0].path, known.homepage, str(raw / name)))
    assert "not verified" in answer.err and len(answer.err.strip().splitlines()) == 1


def test_what_comes_from_a_directory_unverified_is_said_to_be(proda: CommandLine, borders: Path) -> None:
    answer = proda("data", "fetch", "natural_earth", "--from", borders, "--json")
    assert answer.code == 0
    assert answer.json["files"] == 1 and answer.json["verified"] is False
    assert "Warning: natural_earth: not verified" in answer.err
    assert {r["name"]: r["state"] for r in proda("data", "list", "--json").json}[
        "natural_earth"
    ] == "here, not verified"
    assert proda("data", "check", "natural_earth", "--json").json["facts"]["names"] == "Utopia"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "/nowhere"], "--from: expected a directory"),
        (["--from", "/tmp", "--mirror", "https://example.org/"], "expected --from or --mirror, found both"),
        (["--mirror", "file:///etc/"], "--mirror: expected an address that begins with https://"),
        (["--mirror", ""], "--mirror: expected an address"),
    ],
)
def test_bad_values_of_fetch_are_answered_in_a_sentence(
    proda: CommandLine, arguments: list[str], said: str
) -> None:
    answer = proda("data", "fetch", "sanderman2017", *arguments)
    assert answer.code == 2 and answer.out == "" and said in answer.err


def test_a_check_of_the_example_tells_counts_ranges_and_extent(proda: CommandLine) -> None:
    answer = proda("data", "check", "example", "--json")
    found = answer.json
    assert answer.code == 0 and found["warnings"] == []
    assert found["facts"]["synthetic"] == "yes" and found["facts"]["profiles"] == "60"
    assert found["facts"]["extent"].startswith("longitude ")
    assert {row["part"] for row in found["ranges"]} >= {"profiles", "forcing", "covariates"}
    text = proda("data", "check", "example").out
    assert "soil_temperature" in text and "extent" in text


def test_profiles_are_checked_from_their_raw_files(proda: CommandLine, raw: Path) -> None:
    write_2019(raw / "wosis_2019")
    found = proda("data", "check", "wosis_2019", "--json").json
    assert "not verified" in found["facts"]["files"]
    assert found["facts"]["source"] == "ISRIC WoSIS, doi 10.17027/isric-wdcsoils.20190901"


def test_a_study_and_a_directory_are_checked(proda: CommandLine, raw: Path, tmp_path: Path) -> None:
    published_directory.write(raw / "proda_published")
    assert "assimilate" in proda("data", "check", "proda_published").out
    NortheastDirectory(tmp_path / "mine").write()
    assert proda("data", "check", tmp_path / "mine", "--json").json["facts"]["profiles"] == "6"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nonsense", "expected one of example, teaching"),
        ("northeast", "31 of 31 files are not in"),
        ("clm5", "2 of 2 files are not in"),
        ("wise30sec", "get them at https://data.isric.org/"),
        ("../example", "found '../example'"),
    ],
)
def test_what_cannot_be_checked_is_answered_in_a_sentence(proda: CommandLine, name: str, said: str) -> None:
    answer = proda("data", "check", name)
    assert answer.code == 2 and answer.out == "" and said in answer.err


def test_files_that_are_not_what_they_should_be_are_named(proda: CommandLine, raw: Path) -> None:
    for name in ("clm5", "natural_earth"):
        for file in catalogue.entry(name).files:
            (raw / name / file.path).parent.mkdir(parents=True, exist_ok=True)
            (raw / name / file.path).write_bytes(b"x" * file.size)
    answer = proda("data", "check", "clm5")
    assert answer.code == 2 and "expected SHA-256 c15836650c" in answer.err
    assert "remove it and run: proda data fetch clm5" in answer.err
    answer = proda("data", "check", "natural_earth")
    assert answer.code == 2 and "expected GeoJSON" in answer.err


@pytest.mark.parametrize("name", ["sanderman2017", "cesm2_spinup", "clm5"])
def test_the_real_files_are_fetched_and_checked(proda: CommandLine, real_data: Path, name: str) -> None:
    assert proda("data", "fetch", name, "--from", real_data / name, "--json").json["verified"] is True
    found = proda("data", "check", name, "--json").json
    assert "each with the SHA-256 of the catalogue" in found["facts"]["files"] and found["warnings"] == []


def test_an_import_is_listed_shown_and_checked(proda: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "plots.csv"
    path.write_text(own_profiles.template())
    proda("data", "import", path, "--base", "example", "--name", "mine")
    row = proda("data", "list", "--json").json[-1]
    assert (row["name"], row["kind"], row["state"], row["synthetic"]) == ("mine", "study", "imported", True)
    facts = proda("data", "show", "mine", "--json").json
    assert facts["forcing_from"] == "example" and "proda data import" in facts["history"]
    assert proda("data", "check", "mine", "--json").json["facts"]["profiles"] == "2"
    assert "did you mean mine?" in proda("data", "show", "minee").err
    shutil.copyfile(__file__, facts["path"])
    assert proda("data", "list").code == 0
    assert proda("data", "check", "mine").code == 2
