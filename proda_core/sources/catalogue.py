"""The catalogue of data sets: what each one is, where its files come from and where they are stored.

The entries are in data/catalogue.toml. A file with a SHA-256 in the catalogue is verified; one known by
name only is not, and is marked "not verified" wherever it is shown.
"""

from __future__ import annotations

import difflib
import os
import sysconfig
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from proda_core.records.checks import InputError
from proda_core.sources.locate import holds

DATA_DIRECTORY_VARIABLE = "PRODA_DATA_DIR"
UNKNOWN_LICENCE = "unknown"


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set: path below its directory, size in bytes, SHA-256 in hexadecimal.

    A file without SHA-256 is known by its name only, which may be a pattern such as ``*.tif`` and is
    found in any folder below. ``instead``: names that together replace it. ``optional``: read
    where it exists.
    """

    path: str
    size: int = 0
    sha256: str = ""
    instead: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue, as written in data/catalogue.toml.

    ``kind`` is one of sources.readers.KINDS.
    """

    name: str
    kind: str
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
        """Bytes of all files together; 0 where the catalogue does not know."""
        return sum(file.size for file in self.files)

    @property
    def needed(self) -> tuple[RemoteFile, ...]:
        """The files without which the data set cannot be read."""
        return tuple(file for file in self.files if not file.optional)

    @property
    def verified(self) -> bool:
        """Whether the catalogue knows size and SHA-256 of every file."""
        return all(file.sha256 for file in self.files)

    @property
    def licence_must_be_accepted(self) -> bool:
        """Whether the provider states no licence, so that the user has to accept that."""
        return self.licence == UNKNOWN_LICENCE


def packaged_path(name: str) -> Path:
    """Path of a file of data/ that comes with the project: in the checkout, or where a wheel installs it."""
    checkout = Path(__file__).resolve().parents[2] / "data" / name
    return checkout if checkout.exists() else Path(sysconfig.get_path("data")) / "share" / "proda" / name


@cache
def entries() -> tuple[Entry, ...]:
    """Every data set, in the order of the catalogue."""
    tables = tomllib.loads(packaged_path("catalogue.toml").read_text(encoding="utf-8"))
    return tuple(_entry(name, table) for name, table in tables.items())


def names() -> tuple[str, ...]:
    """Names of the data sets of the catalogue.

    >>> names()[:4]
    ('example', 'teaching', 'teaching-dirty', 'northeast')
    """
    return tuple(known.name for known in entries())


def _entry(name: str, table: dict) -> Entry:
    files = tuple(RemoteFile(**_frozen(file)) for file in table.pop("files"))
    addresses = tuple(table.pop("addresses"))
    words = {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in table.items()
    }
    return Entry(name=name, files=files, addresses=addresses, **words)


def _frozen(file: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in file.items()}


def entry(name: str) -> Entry:
    """The data set of that name.

    >>> entry("nordeast")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: data set: expected one of example, teaching, ..., found 'nordeast';
    did you mean northeast?
    """
    if name in names():
        return entries()[names().index(name)]
    close = difflib.get_close_matches(name, names(), n=1)
    raise InputError(
        f"data set: expected one of {', '.join(names())}, found {name!r}"
        + (f"; did you mean {close[0]}?" if close else "")
    )


def data_directory(data_dir: Path | str | None = None) -> Path:
    """Directory of data sets and runs: ``data_dir``, else PRODA_DATA_DIR, else the user data directory."""
    chosen = data_dir or os.environ.get(DATA_DIRECTORY_VARIABLE) or platformdirs.user_data_path("proda")
    return Path(chosen).expanduser().resolve()


def raw_directory(name: str, data_dir: Path | str | None = None) -> Path:
    """Directory of the original files of a data set."""
    return data_directory(data_dir) / "raw" / name


def runs_directory(data_dir: Path | str | None = None) -> Path:
    """Directory that holds one directory per run."""
    return data_directory(data_dir) / "runs"


def missing_files(known: Entry, data_dir: Path | str | None = None) -> tuple[RemoteFile, ...]:
    """Needed files of a data set that are absent or not of their full size."""
    directory = raw_directory(known.name, data_dir)
    return tuple(file for file in known.needed if not has_file(directory, file))


def has_file(directory: Path, file: RemoteFile) -> bool:
    """Whether a directory holds a file: by its size where that is known, else by its name."""
    if file.sha256:
        path = directory / file.path
        return path.is_file() and path.stat().st_size == file.size
    if not directory.is_dir():
        return False
    stands_in = bool(file.instead) and all(holds(directory, name) for name in file.instead)
    return stands_in or holds(directory, file.path)


def input_directory(directory: Path) -> Path:
    """The directory itself, or its Input_Data, as in the authors' repository."""
    inner = directory / "Input_Data"
    return inner if inner.is_dir() else directory


def expect_available(known: Entry, data_dir: Path | str | None = None) -> None:
    """Raise InputError, saying what to do, unless the files of a data set are present in full size."""
    missing = missing_files(known, data_dir)
    if missing:
        raise InputError(
            f"{known.name}: {len(missing)} of {len(known.needed)} files are not in"
            f" {raw_directory(known.name, data_dir)} (first: {missing[0].path}); "
            + fetch_instructions(known, raw_directory(known.name, data_dir))
        )


def fetch_instructions(known: Entry, directory: Path) -> str:
    """How to get the files of a data set, as the end of a sentence."""
    if known.addresses:
        return f"fetch them with: proda data fetch {known.name}"
    return (
        f"get them at {known.homepage} and put them at {directory}, or, from where you have them:"
        f" proda data fetch {known.name} --from DIR"
    )
