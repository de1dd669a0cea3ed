"""The lock files in requirements/: the pins of pyproject.toml with everything they bring along, by hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

FILES = ("runtime.txt", "torch.txt", "cuda.txt", "test.txt", "docs.txt")
ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
AGAIN = "requirements/ does not match pyproject.toml: run make lock"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _entries(path: Path) -> list[str]:
    """The entries of a lock file, each with its hashes."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


def _versions(repository: Path, *names: str) -> dict[str, set[str]]:
    """Every package of lock files with its versions; more than one where they differ by Python."""
    found: dict[str, set[str]] = {}
    for name in names:
        for match in ENTRY.finditer((repository / "requirements" / name).read_text()):
            found.setdefault(_normal(match["name"]), set()).add(match["version"])
    return found


@pytest.mark.parametrize("extra", [None, "test", "docs"])
def test_the_lock_holds_every_pin_at_its_version(repository: Path, extra: str | None) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    pins = project["optional-dependencies"][extra] if extra else project["dependencies"]
    files = ["runtime.txt", "torch.txt"] + ([f"{extra}.txt"] if extra else [])
    locked = _versions(repository, *files)
    wanted = {_normal(name): {version} for name, _, version in (pin.partition("==") for pin in pins)}
    assert {name: locked.get(name) for name in wanted} == wanted, AGAIN


def test_no_package_is_locked_at_two_versions_by_two_files(repository: Path) -> None:
    apart = [_versions(repository, name) for name in FILES]
    together = _versions(repository, *FILES)
    assert all(versions[name] == together[name] for versions in apart for name in versions)


@pytest.mark.parametrize("name", FILES)
def test_every_entry_is_an_exact_version_with_hashes(repository: Path, name: str) -> None:
    for entry in _entries(repository / "requirements" / name):
        assert ENTRY.match(entry), entry
        assert HASH.search(entry), entry
        lines = entry.splitlines()[1:]
        assert all(HASH.fullmatch(line.strip(" \\")) for line in lines), entry


@pytest.mark.parametrize("name", FILES)
def test_the_lock_names_no_address(repository: Path, name: str) -> None:
    """Expected: pip takes the files from the index it is set up with, whichever that is."""
    text = (repository / "requirements" / name).read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)


def test_torch_is_locked_as_a_plain_version(repository: Path) -> None:
    """A local version such as 2.13.0+cpu is not on every index."""
    assert all("+" not in version for found in _versions(repository, *FILES).values() for version in found)
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    (pin,) = [pin for pin in project["dependencies"] if pin.startswith("torch==")]
    assert _versions(repository, "torch.txt") == {"torch": {pin.removeprefix("torch==")}}


def test_what_cuda_needs_is_locked_apart(repository: Path) -> None:
    """A machine with a CPU build of torch downloads nothing of it."""
    others = _versions(repository, *(name for name in FILES if name != "cuda.txt"))
    assert not [name for name in others if name.startswith(("nvidia", "cuda", "triton"))]
    assert len(_versions(repository, "cuda.txt")) > 10
