"""``proda data import``: a CSV file becomes a study, or every bad row of it is listed and nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.commands.data_import import TABLE_ROWS
from proda_core.sources import own_profiles
from proda_core.studies import open_study
from tests.unit.command_line import Answer, CommandLine

HEADER = own_profiles.template().splitlines()[0]
GOOD = "A,-76,42,0,10,20,,,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plots.csv"
    path.write_text(own_profiles.template())
    return path


@pytest.fixture
def imported(proda: CommandLine, file: Path):
    def run(*arguments: object, base: str = "example", name: str = "mine") -> Answer:
        return proda("data", "import", file, "--base", base, "--name", name, *arguments)

    return run


def _kept(tmp_path: Path) -> list[str]:
    return sorted(str(f.relative_to(tmp_path)) for f in (tmp_path / "data").rglob("*") if f.is_file())


def test_the_template_is_printed_and_can_be_imported(
    proda: CommandLine, imported, file: Path, tmp_path: Path
) -> None:
    template = proda("data", "import", "--template")
    assert template.code == 0 and template.out == own_profiles.template()
    file.write_text(template.out)
    answer = imported("--title", "My plots", "--json")
    assert answer.code == 0 and answer.json["ok"] is True
    assert (answer.json["rows"], answer.json["profiles"], answer.json["forcing_from"]) == (4, 2, "example")
    assert [cell["name"] for cell in answer.json["cells"]] == ["A1", "B2"]
    distance = answer.json["distance_km"]
    assert 0 < distance["least"] <= distance["median"] <= distance["largest"]
    assert open_study("mine").title == "My plots" and _kept(tmp_path) == ["data/imports/mine.nc"]


def test_distances_and_a_synthetic_base_are_told(imported) -> None:
    answer = imported()
    assert "km from the centre of the nearest cell" in answer.out
    assert "marked synthetic" in answer.err


def test_an_imported_study_can_be_simulated(proda: CommandLine, imported, tmp_path: Path) -> None:
    imported()
    assert proda("simulate", "--data", "mine", "--output", tmp_path / "carbon.nc").code == 0


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",-76,42,10,20,20,,,", "site", "missing"),
        ("A,x,42,10,20,20,,,", "lon [degrees]", "not a number"),
        ("A,361,42,10,20,20,,,", "lon [degrees]", "outside -180 to 360"),
        ("A,,42,10,20,20,,,", "lon [degrees]", "missing"),
        ("A,-76,91,10,20,20,,,", "lat [degrees]", "outside -90 to 90"),
        ("A,-76,,10,20,20,,,", "lat [degrees]", "missing"),
        ("A,-76,42,-5,20,20,,,", "top [cm]", "outside 0 to 50"),
        ("A,-76,42,deep,20,20,,,", "top [cm]", "not a number"),
        ("A,-76,42,20,20,20,,,", "bottom [cm]", "not below top"),
        ("A,-76,42,10,,20,,,", "bottom [cm]", "missing"),
        ("A,-76,42,10,20,-1,,,", "soc [kgC m-3]", "outside 0 to 1e+06"),
        ("A,-76,42,10,20,inf,,,", "soc [kgC m-3]", "not a number"),
        ("A,-76,42,10,20,,,,", "soc [kgC m-3]", "no carbon"),
        ("A,-76,42,10,20,,1001,1.2,", "orgc [g kg-1]", "outside 0 to 1000"),
        ("A,-76,42,10,20,,21,,", "soc [kgC m-3]", "no carbon"),
        ("A,-76,42,10,20,,21,9,", "bulk_density [kg dm-3]", "outside 0.01 to 2.65"),
        ("A,-76,42,10,20,,21,1.2,101", "coarse_fragments [%]", "outside 0 to 100"),
        ("A,-75,42,10,20,20,,,", "lon [degrees]", "not the place of the site's first row"),
        ("A,-76,42,0,10,20,,,", "top [cm]", "given before"),
    ],
)
def test_every_bad_row_is_listed_with_its_reason_and_nothing_is_kept(
    imported, file: Path, tmp_path: Path, row: str, column: str, reason: str
) -> None:
    file.write_text("\n".join([HEADER, GOOD, row]) + "\n")
    answer = imported("--json")
    assert answer.code == 2 and answer.json["ok"] is False and answer.json["bad"] == 1
    found = {bad["column"]: bad for bad in answer.json["bad_rows"]}
    assert found[column]["row"] == 3 and reason in found[column]["reason"]
    assert "found 1 bad of 2; nothing was kept" in answer.err and _kept(tmp_path) == []


def test_bad_rows_are_a_table_for_a_person_and_what_is_in_them_is_not_obeyed(imported, file: Path) -> None:
    file.write_text("\n".join([HEADER, "A,[red]x[/red],42,10,20,\x1b[2J,,,"]) + "\n")
    answer = imported()
    assert answer.code == 2
    assert "[red]x[/red]" in answer.out and "lon [degrees]" in answer.out and "\x1b" not in answer.out


def test_many_bad_rows_are_all_listed(imported, file: Path) -> None:
    rows = [f"S{i},0,95,0,10,20,,," for i in range(TABLE_ROWS + 1)]
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    lines = imported().out.splitlines()
    assert lines[0] == "row\tcolumn\tfound\treason" and len(lines) == TABLE_ROWS + 2
    assert lines[-1].startswith(f"{TABLE_ROWS + 2}\tlat [degrees]\t95\toutside -90 to 90")


def test_other_names_and_units_are_mapped(imported, file: Path) -> None:
    file.write_text("site;lon;lat;from;to;C density\nA;-76;42;0;10;20\nA;-76;42;10;30;9\n")
    mapping = ["--column", "top=from", "--column", "bottom=to", "--column", "soc=C density"]
    units = ["--unit", "top=cm", "--unit", "bottom=cm", "--unit", "soc=kgC m-3"]
    assert imported(*mapping, *units, "--json").json["profiles_to_assimilate"] == 1
    assert open_study("mine").profiles.ds["carbon"].values.tolist() == [20000.0, 9000.0]


def test_a_missing_bulk_density_is_filled_when_asked(imported, file: Path) -> None:
    file.write_text("\n".join([HEADER, "A,-76,42,0,10,,21,,", "A,-76,42,10,20,,11,,"]) + "\n")
    assert imported().code == 2
    assert imported("--fill-bulk-density", "proda").code == 0


def test_a_name_is_replaced_only_when_asked(imported) -> None:
    assert imported().code == 0
    answer = imported()
    assert answer.code == 2 and "'mine' is taken by an earlier import" in answer.err
    assert imported("--replace", "--title", "Second").code == 0
    assert open_study("mine").title == "Second"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--column", "soc"], "--column: expected e.g. soc='C density', found 'soc'"),
        (["--column", "=x"], "--column: expected e.g."),
        (["--column", "soc="], "--column: expected e.g."),
        (["--column", "soc=a", "--column", "soc=b"], "--column: expected soc once"),
        (["--column", "carbon=soc"], "column mapping: expected one of site, lon"),
        (["--column", "soc=nothing"], "expected column 'nothing' for soc"),
        (["--unit", "soc"], "--unit: expected e.g. soc='kgC m-3'"),
        (["--unit", "soc=pounds"], "expected a unit of gC m-3"),
        (["--unit", "colour=red"], "column mapping: expected one of site, lon"),
        (["--fill-bulk-density", "guess"], "fill-bulk-density"),
        (["--nonsense"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options_are_answered_in_a_sentence(imported, tmp_path: Path, arguments: list, said: str) -> None:
    answer = imported(*arguments)
    assert answer.code == 2 and answer.out == "" and said in answer.err and _kept(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../x", "/etc/x", "A", "a b", "x" * 65, "example", "sanderman2017"])
def test_a_name_that_leads_elsewhere_or_is_taken_is_refused(imported, tmp_path: Path, name: str) -> None:
    answer = imported(name=name)
    assert answer.code == 2 and answer.out == "" and "name" in answer.err and _kept(tmp_path) == []


@pytest.mark.parametrize("base", ["nonsense", "northeast", "sanderman2017", ""])
def test_a_base_that_is_no_study_here_is_refused(imported, tmp_path: Path, base: str) -> None:
    answer = imported(base=base)
    assert answer.code == 2 and answer.out == "" and _kept(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected columns"),
        (HEADER.encode(), "expected rows of soil layers under the header"),
        (b"site,lon,lat,top,bottom,soc\nA,1,2,0,10,5\n", "expected its unit in the header"),
        (b"site,lon,lat\nA,1,2\n", "expected columns top, bottom, soc, or orgc and bulk_density"),
        (b"\x80\x04\x95" + b"\xff" * 40, "expected text in UTF-8"),
        (HEADER.encode() + b"\n" + GOOD.encode() + b",1,2,3\n", "expected 9 columns in every row"),
    ],
    ids=["empty", "header only", "no unit", "few columns", "a pickle", "too wide"],
)
def test_a_file_that_is_no_table_is_answered_in_a_sentence(
    imported, file: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    file.write_bytes(content)
    answer = imported()
    assert answer.code == 2 and answer.out == "" and said in answer.err and _kept(tmp_path) == []


def test_a_file_that_is_not_there_is_named(proda: CommandLine, tmp_path: Path) -> None:
    answer = proda("data", "import", tmp_path / "no.csv", "--base", "example", "--name", "mine")
    assert answer.code == 2 and "no.csv: expected a CSV file, found no such file" in answer.err


@pytest.mark.parametrize(
    "arguments", [[], ["x.csv"], ["x.csv", "--base", "example"], ["x.csv", "--name", "a"]]
)
def test_file_base_and_name_are_needed(proda: CommandLine, arguments: list[str]) -> None:
    answer = proda("data", "import", *arguments)
    assert answer.code == 2 and answer.out == "" and "Missing" in answer.err
