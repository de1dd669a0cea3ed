"""Studies by name: built in, fetched, imported from your own profiles, or in a directory."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.sources import catalogue

if TYPE_CHECKING:
    from proda_core.records.progress import Progress
    from proda_core.records.study import Study

STUDY = "study"  # kind of a data set that a run can be started from
TEACHING = ("teaching", "teaching-dirty")


@dataclass(frozen=True)
class KnownStudy:
    """Name and title of a study; ``available``: it can be opened now, ``imported``: from your own profiles.

    base, history : of an import, the study its forcing is from, and when and how it was made
    """

    name: str
    title: str
    synthetic: bool
    available: bool
    imported: bool = False
    base: str = ""
    history: str = ""


def known_studies(data_dir: Path | str | None = None) -> tuple[KnownStudy, ...]:
    """The studies of the catalogue in its order, then those made of the user's own profiles."""
    listed = [
        KnownStudy(e.name, e.title, e.synthetic, available=not catalogue.missing_files(e, data_dir))
        for e in catalogue.entries()
        if e.kind == STUDY
    ]
    return (*listed, *imported_studies(data_dir))


def imported_studies(data_dir: Path | str | None = None) -> tuple[KnownStudy, ...]:
    """The studies imported from the user's own profiles; only their attributes are read."""
    from proda_core.sources import own_studies

    root, found = catalogue.data_directory(data_dir), []
    for name in own_studies.names(root):
        try:
            with xr.open_dataset(own_studies.path_of(root, name), engine="h5netcdf") as ds:
                found.append(_imported(name, dict(ds.attrs)))
        except (OSError, ValueError, TypeError, AttributeError):
            found.append(_imported(name, {"title": "unreadable file"}))
    return tuple(found)


def import_path(name: str, data_dir: Path | str | None = None) -> Path:
    """Path of an import of that name; raises InputError for a name that is no plain file name."""
    from proda_core.sources import own_studies

    return own_studies.path_of(catalogue.data_directory(data_dir), name)


def _imported(name: str, words: dict) -> KnownStudy:
    return KnownStudy(
        name,
        str(words.get("title", name)),
        bool(words.get("synthetic", 0)),
        available=True,
        imported=True,
        base=str(json.loads(words.get("provenance", "{}")).get("forcing_from", "")),
        history=str(words.get("history", "")),
    )


def open_study(
    name: str,
    data_dir: Path | str | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
) -> Study:
    """Load the study of that name, or in the directory of that path.

    on_progress : called while a study is generated (the teaching continent, the first time)

    Raises InputError where there is no such study or its files are invalid.
    """
    if name in TEACHING:
        from proda_core import teaching

        kept = catalogue.data_directory(data_dir) / "derived" / "teaching"
        return teaching.load(variant=name, cache_dir=kept, on_progress=on_progress)
    if name in catalogue.names():
        return _of_catalogue(catalogue.entry(name), data_dir)
    if name in {study.name for study in imported_studies(data_dir)}:
        from proda_core.sources import own_studies

        return own_studies.read(catalogue.data_directory(data_dir), name)
    directory = Path(os.path.expanduser(name))
    if name and directory.is_dir():
        from proda_core.sources import study_directory

        return study_directory.load(directory)
    raise _unknown(name, data_dir)


def _of_catalogue(known: catalogue.Entry, data_dir: Path | str | None) -> Study:
    expect(
        known.kind == STUDY,
        f"{known.name}: expected a study, found {known.kind};"
        f" describe it with: proda data check {known.name}",
    )
    catalogue.expect_available(known, data_dir)
    directory = catalogue.raw_directory(known.name, data_dir)
    if known.name == "example":
        from proda_core.sources import example

        return example.load()
    if known.name == "northeast":
        from proda_core.sources import northeast

        return northeast.load(directory)
    from proda_core.sources import readers

    return readers.read(known.name, directory)


def _unknown(name: str, data_dir: Path | str | None) -> InputError:
    names = [study.name for study in known_studies(data_dir)]
    close = difflib.get_close_matches(name, names, n=1)
    return InputError(
        f"data set: expected one of {', '.join(names)} (or the path of a directory in the layout of"
        f" northeast), found {name!r}" + (f"; did you mean {close[0]}?" if close else "")
    )
