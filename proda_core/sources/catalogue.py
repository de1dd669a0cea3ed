"""The data sets there are: what each one is, where its files come from and where they lie here.

The facts live in data/catalogue.toml. Opening a data set by its name hands it to the one file
that knows its format.
"""

from __future__ import annotations

import difflib
import os
import sysconfig
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from proda_core.records.checks import InputError

if TYPE_CHECKING:
    from proda_core.records.study import Study

DATA_DIRECTORY_VARIABLE = "PRODA_DATA_DIR"
UNKNOWN_LICENCE = "unknown"


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set: path below its directory, size in bytes, SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue, as it stands in data/catalogue.toml."""

    name: str
    title: str
    what: str
    synthetic: bool
    licence: str
    licence_note: str
    citation: str
    doi: str
    homepage: str
    addresses: tuple[str, ...]
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def licence_must_be_accepted(self) -> bool:
        """Whether the provider states no licence, so that the user has to decide."""
        return self.licence == UNKNOWN_LICENCE


def _catalogue_file() -> Path:
    checkout = Path(__file__).resolve().parents[2] / "data" / "catalogue.toml"
    installed = Path(sysconfig.get_path("data")) / "share" / "proda" / "catalogue.toml"
    return checkout if checkout.exists() else installed


@cache
def entries() -> tuple[Entry, ...]:
    """Every data set, in the order of the catalogue.

    >>> [entry.name for entry in entries()]
    ['example', 'northeast']
    """
    tables = tomllib.loads(_catalogue_file().read_text(encoding="utf-8"))
    return tuple(_entry(name, table) for name, table in tables.items())


def _entry(name: str, table: dict) -> Entry:
    files = tuple(RemoteFile(**file) for file in table.pop("files"))
    addresses = tuple(table.pop("addresses"))
    words = {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in table.items()
    }
    return Entry(name=name, files=files, addresses=addresses, **words)


def entry(name: str) -> Entry:
    """The data set of that name.

    >>> entry("nordeast")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: data set: expected one of example, northeast (or the path of a
    directory in the layout of northeast), found 'nordeast'; did you mean northeast?
    """
    names = [known.name for known in entries()]
    if name in names:
        return entries()[names.index(name)]
    close = difflib.get_close_matches(name, names, n=1)
    raise InputError(
        f"data set: expected one of {', '.join(names)} (or the path of a directory in the layout of"
        f" northeast), found {name!r}" + (f"; did you mean {close[0]}?" if close else "")
    )


def data_directory(data_dir: Path | str | None = None) -> Path:
    """Where data sets and runs are kept: ``data_dir``, else PRODA_DATA_DIR, else the user's own place."""
    chosen = data_dir or os.environ.get(DATA_DIRECTORY_VARIABLE) or platformdirs.user_data_path("proda")
    return Path(chosen).expanduser().resolve()


def raw_directory(name: str, data_dir: Path | str | None = None) -> Path:
    """Where the original files of a data set lie."""
    return data_directory(data_dir) / "raw" / name


def runs_directory(data_dir: Path | str | None = None) -> Path:
    """Where runs lie, one directory each."""
    return data_directory(data_dir) / "runs"


def missing_files(known: Entry, data_dir: Path | str | None = None) -> tuple[RemoteFile, ...]:
    """Files of a data set that are not here, or not in their full size."""
    directory = raw_directory(known.name, data_dir)
    return tuple(file for file in known.files if not _has_size(directory / file.path, file.size))


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def open_study(name: str, data_dir: Path | str | None = None) -> Study:
    """The data set of that name, or the directory of that path, as one checked study."""
    if name not in {known.name for known in entries()} and Path(name).expanduser().is_dir():
        return _loader("northeast").load(layout_root(Path(name).expanduser()))
    known = entry(name)
    if not known.files:
        return _loader(name).load()
    _expect_fetched(known, data_dir)
    return _loader(name).load(raw_directory(name, data_dir))


def _loader(name: str):
    """The module of proda_core.sources that knows the format: one data set, one file."""
    return import_module(f"proda_core.sources.{name}")


def layout_root(directory: Path) -> Path:
    """The directory itself, or its Input_Data, as the authors' repository has it."""
    inner = directory / "Input_Data"
    return inner if inner.is_dir() else directory


def _expect_fetched(known: Entry, data_dir: Path | str | None) -> None:
    missing = missing_files(known, data_dir)
    if missing:
        raise InputError(
            f"{known.name}: {len(missing)} of {len(known.files)} files are not in"
            f" {raw_directory(known.name, data_dir)} (first: {missing[0].path});"
            f" fetch them with: proda data fetch {known.name}"
        )
