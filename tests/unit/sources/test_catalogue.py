"""The catalogue says everything a user has to know, and its names open what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.records.checks import InputError
from proda_core.sources import catalogue

ENTRIES = catalogue.entries()
DOWNLOADED = [entry for entry in ENTRIES if entry.files]


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


def test_what_is_synthetic_says_so_in_its_title() -> None:
    assert all("synthetic" in entry.title.lower() for entry in ENTRIES if entry.synthetic)


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="found 'north-east'; did you mean northeast"):
        catalogue.open_study("north-east")


def test_a_data_set_that_is_not_here_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="31 of 31 files are not in .*proda data fetch northeast"):
        catalogue.open_study("northeast", tmp_path)


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
