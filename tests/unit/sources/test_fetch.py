"""Fetching: from a server that behaves and one that does not, and from a local directory."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
from pathlib import Path

import pytest

from proda_core.records.checks import InputError
from proda_core.sources import catalogue, fetch
from proda_core.sources.catalogue import Entry, RemoteFile
from proda_core.sources.download import FetchError
from tests.unit.sources.file_server import FileServer

CONTENT = {"deep/one.txt": b"1,2,3\n" * 200_000, "deep/two.npy": bytes(range(256)) * 4000, "three.txt": b"3"}


@pytest.fixture
def server():
    with FileServer(CONTENT) as running:
        yield running


def _entry(address: str) -> Entry:
    files = tuple(
        RemoteFile(path, len(content), hashlib.sha256(content).hexdigest())
        for path, content in CONTENT.items()
    )
    words = dict.fromkeys(("title", "what", "licence_note", "citation", "doi", "homepage"), "")
    return Entry(
        name="t", kind="study", synthetic=True, licence="MIT", addresses=(address,), files=files, **words
    )


def _held(directory: Path) -> dict[str, bytes]:
    return {str(f.relative_to(directory)): f.read_bytes() for f in directory.rglob("*") if f.is_file()}


def test_every_file_arrives_and_nothing_else_is_left(server: FileServer, tmp_path: Path) -> None:
    fetch.fetch_files(_entry(server.address), tmp_path)
    assert _held(tmp_path) == CONTENT


def test_what_is_here_already_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "three.txt").write_bytes(CONTENT["three.txt"])
    fetch.fetch_files(_entry(server.address), tmp_path)
    assert not any(path == "three.txt" for _, path, _ in server.requests)


def test_a_cut_connection_is_continued_where_it_stopped(server: FileServer, tmp_path: Path) -> None:
    """The server drops the line in the middle of the big file; the next request starts behind the part."""
    server.cuts["deep/one.txt"] = 1
    fetch.fetch_files(_entry(server.address), tmp_path)
    assert _held(tmp_path) == CONTENT
    starts = [first for _, path, first in server.requests if path == "deep/one.txt"]
    assert max(starts) > 0


def test_a_later_run_continues_what_an_earlier_one_left(server: FileServer, tmp_path: Path) -> None:
    server.cuts["deep/one.txt"] = 99
    with pytest.raises(FetchError, match="was cut"):
        fetch.fetch_files(_entry(server.address), tmp_path)
    assert not (tmp_path / "deep/one.txt").exists()
    server.cuts.clear()
    server.requests.clear()
    fetch.fetch_files(_entry(server.address), tmp_path)
    starts = [first for method, path, first in server.requests if path == "deep/one.txt" and method == "GET"]
    assert _held(tmp_path) == CONTENT
    assert max(starts) > 0


def test_a_flipped_byte_is_found_and_the_file_removed(server: FileServer, tmp_path: Path) -> None:
    server.flipped.add("deep/two.npy")
    with pytest.raises(FetchError, match=r"deep/two.npy arrived damaged and was removed \(expected SHA-256"):
        fetch.fetch_files(_entry(server.address), tmp_path)
    assert "deep/two.npy" not in _held(tmp_path)


def test_a_second_address_stands_in_for_the_first(server: FileServer, tmp_path: Path) -> None:
    server.flipped.add("deep/two.npy")
    with FileServer(CONTENT) as mirror:
        entry = dataclasses.replace(_entry(server.address), addresses=(server.address, mirror.address))
        fetch.fetch_files(entry, tmp_path)
    assert _held(tmp_path) == CONTENT


def test_an_address_without_the_file_says_which_and_why(server: FileServer, tmp_path: Path) -> None:
    del server.content["three.txt"]
    with pytest.raises(FetchError, match="answered 404 .*three.txt"):
        fetch.fetch_files(_entry(server.address), tmp_path)


def test_no_network_names_the_file_and_where_to_put_it(tmp_path: Path) -> None:
    with FileServer({}) as closed:
        address = closed.address
    with pytest.raises(FetchError) as caught:
        fetch.fetch_files(_entry(address), tmp_path)
    sentence = str(caught.value)
    assert "is there a network?" in sentence
    assert f"{address}deep/one.txt" in sentence
    assert f"put it at {tmp_path / 'deep/one.txt'}" in sentence


def test_a_full_disk_is_told_before_it_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(FetchError, match="no space left on the disk .*expected .* MB free, found 0.0 MB"):
        fetch.fetch_files(_entry("http://127.0.0.1:1/"), tmp_path)


def test_a_disk_that_fills_while_copying_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _write(tmp_path / "source")

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(FetchError, match="no space left"):
        fetch.fetch_files(_entry(""), tmp_path / "target", source=source)
    assert _held(tmp_path / "target") == {}


def _write(directory: Path) -> Path:
    for path, content in CONTENT.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    return directory


@pytest.mark.parametrize("inner", ["", "Input_Data"])
def test_a_local_directory_serves_as_well(tmp_path: Path, inner: str) -> None:
    """Also one level up: the authors' repository keeps the files in Input_Data."""
    _write(tmp_path / "source" / inner)
    fetch.fetch_files(_entry(""), tmp_path / "target", source=tmp_path / "source")
    assert _held(tmp_path / "target") == CONTENT


def test_a_missing_local_file_is_named(tmp_path: Path) -> None:
    (_write(tmp_path / "source") / "three.txt").unlink()
    with pytest.raises(InputError, match=r"--from: expected the file three.txt, found none at .*source"):
        fetch.fetch_files(_entry(""), tmp_path / "target", source=tmp_path / "source")
    assert _held(tmp_path / "target") == {}


def test_a_truncated_local_file_is_refused(tmp_path: Path) -> None:
    (_write(tmp_path / "source") / "deep/one.txt").write_bytes(b"1,2")
    with pytest.raises(InputError, match="truncated or altered: expected 1200000 bytes, found 3"):
        fetch.fetch_files(_entry(""), tmp_path / "target", source=tmp_path / "source")


def test_a_source_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--from: expected a directory"):
        fetch.fetch_files(_entry(""), tmp_path / "target", source=tmp_path / "nowhere")


def test_progress_counts_up_to_the_size_of_the_whole(server: FileServer, tmp_path: Path) -> None:
    seen = []
    entry = _entry(server.address)
    fetch.fetch_files(entry, tmp_path, on_progress=seen.append)
    assert [p.total for p in seen] == [entry.size] * len(seen)
    assert seen[-1].done == entry.size
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_an_unknown_licence_has_to_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="licence is unknown"):
        fetch.fetch("northeast", tmp_path)


def test_a_built_in_data_set_needs_no_fetching(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="built in"):
        fetch.fetch("example", tmp_path)


@pytest.mark.parametrize("name", ["northeast", "sanderman2017", "cesm2_spinup", "clm5"])
def test_the_catalogue_describes_the_real_files(real_data: Path, tmp_path: Path, name: str) -> None:
    """Sizes and SHA-256 of the catalogue against the files themselves."""
    directory = fetch.fetch(name, tmp_path, source=real_data / name, accept_licence=True)
    assert directory == tmp_path / "raw" / name
    assert catalogue.missing_files(catalogue.entry(name), tmp_path) == ()


def test_a_file_without_a_hash_is_never_taken_from_a_network(server: FileServer, tmp_path: Path) -> None:
    """Even from an address that has it: what arrived could be anything."""
    known = dataclasses.replace(
        _entry(server.address), files=(RemoteFile("three.txt"),), homepage="https://example.org"
    )
    with pytest.raises(InputError, match="get three.txt at https://example.org and put it at"):
        fetch.fetch_files(known, tmp_path)
    assert server.requests == [] and _held(tmp_path) == {}


def test_one_file_without_a_hash_makes_a_set_unverified(server: FileServer) -> None:
    known = _entry(server.address)
    assert known.verified
    assert not dataclasses.replace(known, files=(*known.files, RemoteFile("four.txt"))).verified


def test_a_mirror_is_asked_first(server: FileServer) -> None:
    known = fetch.with_mirror(_entry("https://example.org/data/"), server.address.rstrip("/"))
    assert known.addresses == (server.address, "https://example.org/data/")


@pytest.mark.parametrize("mirror", ["ftp://example.org/", "example.org", "", "https://", "/etc/passwd"])
def test_a_mirror_that_is_no_address_is_refused(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(InputError, match="--mirror: expected an address that begins with https://"):
        fetch.fetch("sanderman2017", tmp_path, mirror=mirror)
