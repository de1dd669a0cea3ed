"""Data sets without hashes: taken from a directory by name, never from a network, called not verified."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from proda_core.records.checks import InputError
from proda_core.sources import catalogue, fetch
from proda_core.sources.download import FetchError

WISE = ("wise_30sec_v1.tif", "wise_30sec_v1.tsv")
MEANS = tuple(f"HW30s_wD{i}.txt" for i in range(1, 8))


def _write(directory: Path, *names: str) -> Path:
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(name)
    return directory


def _held(directory: Path) -> set[str]:
    return {str(f.relative_to(directory)) for f in directory.rglob("*") if f.is_file()}


def test_without_a_source_a_sentence_says_which_file_to_get_where_and_put_where(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fetch.fetch("natural_earth", tmp_path)
    assert str(caught.value) == (
        "natural_earth: its files are not fetched by this program; get ne_110m_admin_0_countries.geojson at"
        " https://www.naturalearthdata.com/downloads/110m-cultural-vectors/ and put it at"
        f" {tmp_path / 'raw' / 'natural_earth'}, or, from where you have them: proda data fetch natural_earth"
        " --from DIR (not verified: the catalogue knows no SHA-256 of these files)"
    )
    assert not (tmp_path / "raw").exists()


def test_files_are_found_in_any_folder_of_the_source(tmp_path: Path) -> None:
    source = _write(
        tmp_path / "source", "a/wosis_202312_orgc.tsv", "b/c/wosis_202312_cfvo.tsv", "b/other.txt"
    )
    directory = fetch.fetch("wosis_2023", tmp_path, source=source)
    assert _held(directory) == {"wosis_202312_orgc.tsv", "wosis_202312_cfvo.tsv"}
    assert catalogue.missing_files(catalogue.entry("wosis_2023"), tmp_path) == ()


@pytest.mark.parametrize("tables", [("HW30s_FULL.txt",), MEANS], ids=["components", "means"])
def test_either_of_two_sets_of_files_will_do(tmp_path: Path, tables: tuple[str, ...]) -> None:
    source = _write(tmp_path / "source", *WISE, *tables)
    assert _held(fetch.fetch("wise30sec", tmp_path, source=source)) == {*WISE, *tables}


def test_a_missing_file_is_named_and_nothing_is_copied(tmp_path: Path) -> None:
    source = _write(tmp_path / "source", *WISE, *MEANS[:-1])
    with pytest.raises(
        InputError, match=r"expected a file HW30s_FULL.txt \(or HW30s_wD1.txt, .*found none in"
    ):
        fetch.fetch("wise30sec", tmp_path, source=source)
    assert not (tmp_path / "raw").exists()


def test_what_lies_in_its_place_already_is_enough(tmp_path: Path) -> None:
    directory = _write(tmp_path / "raw" / "wise30sec", *WISE, *MEANS)
    assert fetch.fetch("wise30sec", tmp_path) == directory
    assert fetch.fetch("wise30sec", tmp_path, source=directory) == directory
    assert _held(directory) == {*WISE, *MEANS}


def test_a_source_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--from: expected a directory with the files of mod17, found"):
        fetch.fetch("mod17", tmp_path, source=tmp_path / "nowhere")


def test_progress_counts_bytes_up_to_their_sum(tmp_path: Path) -> None:
    seen = []
    source = _write(tmp_path / "source", *WISE, "HW30s_FULL.txt")
    fetch.fetch("wise30sec", tmp_path, source=source, on_progress=seen.append)
    assert (seen[-1].done, seen[-1].message) == (seen[-1].total, "complete, not verified")
    assert seen[-1].total == sum(len(name) for name in (*WISE, "HW30s_FULL.txt"))


def test_a_disk_that_fills_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = _write(tmp_path / "source", "wosis_202312_orgc.tsv")

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(FetchError, match="no space left"):
        fetch.fetch("wosis_2023", tmp_path, source=source)
    assert _held(tmp_path / "raw") == set()


def test_no_network_is_asked_for_a_file_that_could_not_be_verified(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--mirror: not verified: .* so nothing is taken from a network"):
        fetch.fetch("mod17", tmp_path, mirror="https://example.org/")
