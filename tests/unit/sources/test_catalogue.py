"""The catalogue says everything a user has to know, and its names open what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.records.checks import InputError
from proda_core.sources import catalogue, readers

ENTRIES = catalogue.entries()
DOWNLOADED = [entry for entry in ENTRIES if entry.files and entry.verified]
BY_HAND = [entry for entry in ENTRIES if not entry.verified]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_every_data_set_says_what_it_is_and_under_which_licence(entry: catalogue.Entry) -> None:
    for field in ("title", "what", "licence", "licence_note", "citation"):
        assert getattr(entry, field), f"{entry.name}: {field} is empty"


@pytest.mark.parametrize("entry", DOWNLOADED, ids=lambda e: e.name)
def test_every_file_has_a_size_and_a_sha256_and_every_set_an_address(entry: catalogue.Entry) -> None:
    assert entry.addresses
    assert all(address.startswith("https://") and address.endswith("/") for address in entry.addresses)
    for file in entry.files:
        assert file.size > 0
        assert len(bytes.fromhex(file.sha256)) == 32
        assert not Path(file.path).is_absolute() and ".." not in Path(file.path).parts
    assert len({file.path for file in entry.files}) == len(entry.files)


@pytest.mark.parametrize("entry", BY_HAND, ids=lambda e: e.name)
def test_files_that_nobody_hashed_come_with_names_and_a_homepage_only(entry: catalogue.Entry) -> None:
    """A size, hash or address nobody checked would be made up."""
    assert entry.addresses == () and entry.size == 0 and entry.homepage.startswith("http")
    assert entry.needed and not any(file.sha256 for file in entry.files)
    for name in [name for file in entry.files for name in (file.path, *file.instead)]:
        assert Path(name).name == name and name not in ("*", "..")


def test_every_reader_has_an_entry_of_its_kind_and_every_entry_a_reader() -> None:
    kinds = {entry.name: entry.kind for entry in ENTRIES if entry.files and entry.name != "northeast"}
    assert kinds == {name: reader.kind for name, reader in readers.READERS.items()}
    assert {entry.kind for entry in ENTRIES} <= set(readers.KINDS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_a_doi_and_a_homepage_look_like_one(entry: catalogue.Entry) -> None:
    assert entry.doi == "" or entry.doi.startswith("10.")
    assert not entry.files or entry.homepage.startswith(("https://", "http://files.ntsg.umt.edu/"))


def test_what_is_synthetic_says_so_in_its_title() -> None:
    assert all("synthetic" in entry.title.lower() for entry in ENTRIES if entry.synthetic)


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="found 'north-east'; did you mean northeast"):
        catalogue.entry("north-east")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("northeast", "31 of 31 files are not in .*; fetch them with: proda data fetch northeast"),
        (
            "wosis_2023",
            r"1 of 1 files are not in .*orgc.tsv\); get them at https://doi.org/.* and put them at",
        ),
    ],
)
def test_a_data_set_that_is_not_here_says_how_to_get_it(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        catalogue.expect_available(catalogue.entry(name), tmp_path)


def test_a_file_known_by_name_is_found_in_any_folder_and_others_may_stand_in_for_it(tmp_path: Path) -> None:
    directory, wanted = tmp_path / "raw" / "wise30sec", catalogue.entry("wise30sec")
    for name in ("deep/wise_30sec_v1.tif", "wise_30sec_v1.tsv", *(f"HW30s_wD{i}.txt" for i in range(1, 7))):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).touch()
    assert [file.path for file in catalogue.missing_files(wanted, tmp_path)] == ["HW30s_FULL.txt"]
    (directory / "HW30s_wD7.txt").touch()
    assert catalogue.missing_files(wanted, tmp_path) == ()


def test_the_data_directory_is_the_argument_then_the_variable_then_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(catalogue.DATA_DIRECTORY_VARIABLE, str(tmp_path / "variable"))
    assert catalogue.data_directory(tmp_path / "argument") == tmp_path / "argument"
    assert catalogue.data_directory() == tmp_path / "variable"
    monkeypatch.delenv(catalogue.DATA_DIRECTORY_VARIABLE)
    assert catalogue.data_directory().name == "proda"


def test_a_truncated_file_counts_as_missing(tmp_path: Path) -> None:
    entry = catalogue.entry("northeast")
    path = tmp_path / "raw" / "northeast" / entry.files[0].path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"short")
    assert entry.files[0] in catalogue.missing_files(entry, tmp_path)
