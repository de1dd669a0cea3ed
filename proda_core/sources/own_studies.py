"""Studies made of a visitor's own profiles, kept in the data directory and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from proda_core.records import store
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.sources.nearest_cells import study_on
from proda_core.sources.own_profiles import Import

DIRECTORY = "imports"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def keep(
    found: Import,
    base: Study,
    data_dir: Path | str,
    name: str,
    *,
    title: str = "",
    source: Path | str | None = None,
    date: str,
    command: str = "",
) -> tuple[Path, pd.DataFrame]:
    """Write the study of a file without bad rows to <data_dir>/imports/NAME.nc; returns its cells too.

    source : the file it came from, whose hash is kept; date and command say when and how
    """
    path = path_of(data_dir, name)
    expect_good(found)
    hashes = {Path(source).name: store.file_hash(source)} if source is not None else {}
    study, cells = study_on(
        found.profiles,
        base,
        name=name,
        title=title or f"Own profiles: {name}",
        quality=found.quality,
        provenance={"source": "own profiles", "licence": "yours", "inputs": hashes},
    )
    provenance = store.provenance(date=date, command=command, inputs=hashes)
    return store.save(study, path, provenance), cells


def expect_good(found: Import) -> None:
    """Every row is good; else how many are not, and the first of them."""
    if found.ok:
        return
    first = found.bad_rows.iloc[0]
    raise InputError(
        f"own profiles: expected good rows only, found {found.bad_rows['row'].nunique()} bad of {found.rows}"
        f" (first: row {first['row']}, column {first['column']}: {first['reason']})"
    )


def kept(data_dir: Path | str) -> tuple[str, ...]:
    """Names of the studies kept."""
    return tuple(sorted(f.stem for f in (Path(data_dir) / DIRECTORY).glob("*.nc") if _NAME.fullmatch(f.stem)))


def read(data_dir: Path | str, name: str) -> Study:
    """A study kept under this name."""
    return store.load(path_of(data_dir, name))


def path_of(data_dir: Path | str, name: str) -> Path:
    """Where a study of this name lies; a name cannot lead out of the data directory.

    >>> path_of("data", "../elsewhere")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: name: expected up to 64 of a-z, 0-9, - and _ that begin with a
    letter or digit, found '../elsewhere'
    """
    expect(
        _NAME.fullmatch(name) is not None,
        f"name: expected up to 64 of a-z, 0-9, - and _ that begin with a letter or digit, found {name!r}",
    )
    return Path(data_dir) / DIRECTORY / f"{name}.nc"
