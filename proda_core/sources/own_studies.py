"""Studies made from the user's own profiles, stored in the data directory."""

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


def save(
    found: Import,
    base: Study,
    data_dir: Path | str,
    name: str,
    *,
    title: str = "",
    source: Path | str | None = None,
    date: str,
    command: str = "",
    max_distance: float | None = None,
) -> tuple[Path, pd.DataFrame]:
    """Write the study of a file without bad rows to <data_dir>/imports/NAME.nc; return path and cells.

    source : the original file, whose hash is stored; date, command : for the provenance

    max_distance : of a site to its cell [km], see :func:`nearest_cells.study_on`

    Raises InputError where a row is bad, or every site is too far from the cells.
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
        max_distance=max_distance,
        provenance={"source": "own profiles", "licence": "yours", "inputs": hashes},
    )
    provenance = store.provenance(date=date, command=command, inputs=hashes)
    return store.save(study, path, provenance), cells


def expect_good(found: Import) -> None:
    """Raise InputError with the number of bad rows and the first of them, if there are any."""
    if found.ok:
        return
    first = found.bad_rows.iloc[0]
    raise InputError(
        f"own profiles: expected good rows only, found {found.bad_rows['row'].nunique()} bad of {found.rows}"
        f" (first: row {first['row']}, column {first['column']}: {first['reason']})"
    )


def names(data_dir: Path | str) -> tuple[str, ...]:
    """Names of the stored studies."""
    return tuple(sorted(f.stem for f in (Path(data_dir) / DIRECTORY).glob("*.nc") if _NAME.fullmatch(f.stem)))


def read(data_dir: Path | str, name: str) -> Study:
    """Load the study of this name."""
    return store.load(path_of(data_dir, name))


def path_of(data_dir: Path | str, name: str) -> Path:
    """Path of the study of this name; raises InputError for a name that is no plain file name.

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
