"""Tasks of the import of own profiles: check a file, store it as a study."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dashboard.jobs.messages import TaskContext
from dashboard.jobs.tasks.common import study
from proda_core.records.checks import InputError, expect
from proda_core.records.progress import Progress
from proda_core.sources import catalogue
from proda_core.sources.own_profiles_columns import BY_NAME, split_header
from proda_core.studies import import_path, known_studies

SHOWN_BAD_ROWS = 200  # listed; more are counted
LARGEST_FILE = 20_000_000  # bytes; larger tables are for the command line
LONGEST_HEADER = 64_000  # bytes
HOW = "dashboard: import of own profiles"
_ODD = re.compile(r"[^A-Za-z0-9._ -]")


@dataclass(frozen=True)
class Upload:
    """A table of soil layers and the meaning of its columns.

    base : the data set whose nearest cells provide forcing and covariates
    columns, units : our column name -> the file's name, the unit; only where they differ
    """

    filename: str
    content: bytes
    base: str
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    fill_bulk_density: str = "none"

    @property
    def safe_name(self) -> str:
        """The file's name without anything that could lead to another directory.

        >>> Upload("../../etc/passwd", b"", "example").safe_name
        'passwd'
        >>> Upload("..", b"", "example").safe_name
        'profiles.csv'
        """
        return _ODD.sub("_", Path(self.filename).name).lstrip(".")[:80] or "profiles.csv"


def check_profiles(upload: Upload, context: TaskContext) -> dict:
    """Validate a file; return counts of rows and profiles, and the bad rows. Nothing is written."""
    from proda_core.sources.nearest_cells import FAR, nearest_complete_cells

    def nearest_cells(found: object, path: Path) -> dict:
        if found.profiles is None:
            return {}
        context.report(Progress(2, 3, "looking for the nearest cells"))
        _, distance = nearest_complete_cells(found.profiles, study(upload.base))
        return {"farthest": float(distance.max()), "far": int((distance > FAR).sum()), "limit": FAR}

    return _read(upload, context, nearest_cells)


def store_profiles(upload: Upload, name: str, title: str, context: TaskContext) -> dict:
    """Validate a file again and, if every row is good, store it as a study of that name."""
    from proda_core.sources import own_studies

    expect_free(name)

    def store(found: object, path: Path) -> dict:
        context.report(Progress(2, 3, "looking for the nearest cells"))
        when = datetime.now().isoformat(timespec="seconds")
        kept, cells = own_studies.save(
            *(found, study(upload.base), catalogue.data_directory(), name),
            title=title,
            source=path,
            date=when,
            command=HOW,
        )
        return {"kept": kept.stem, "farthest": float(cells["distance_km"].max())}

    return _read(upload, context, store)


def expect_free(name: str) -> None:
    """Raise InputError unless a name is valid and free."""
    path = import_path(name)
    taken = name in catalogue.names() or path.exists() or name in {known.name for known in known_studies()}
    expect(not taken, f"name: expected one that is free, found {name!r}, which is taken")


def _read(upload: Upload, context: TaskContext, then: Callable[[object, Path], dict]) -> dict:
    """Read the file in a temporary directory."""
    from proda_core.sources import own_profiles

    context.report(Progress(0, 3, "opening the data set that provides the forcing"))
    bottom = float(study(upload.base).forcing.grid.layer_bottom[-1])
    context.report(Progress(1, 3, "checking every row"))
    with tempfile.TemporaryDirectory(prefix="proda-import-") as directory:
        path = Path(directory) / upload.safe_name
        path.write_bytes(upload.content)
        how = {"fill_bulk_density": upload.fill_bulk_density, "column_bottom": bottom}
        try:
            found = own_profiles.read_csv(path, upload.columns, upload.units, **how)
            rest = then(found, path)
        except InputError as error:
            raise InputError(str(error).replace(str(path), upload.safe_name)) from error
    return rest | _summary(found)


def _summary(found: object) -> dict:
    bad = found.bad_rows
    return {
        "ok": bool(found.ok),
        "rows": int(found.rows),
        "profiles": 0 if found.profiles is None else len(found.profiles),
        "bad": int(bad["row"].nunique()),
        "bad_rows": bad.iloc[:SHOWN_BAD_ROWS].to_dict("records"),
        "left_out": max(0, len(bad) - SHOWN_BAD_ROWS),
        "notes": {
            str(reason): int(count) for reason, count in found.quality["reason"].value_counts().items()
        },
    }


def column_names(content: bytes) -> list[str]:
    """Return the names of the columns of a table from its first line.

    >>> column_names(b"site;lon;lat")
    ['site', 'lon', 'lat']
    """
    first = content[:LONGEST_HEADER].split(b"\n", 1)[0]
    try:
        text = first.decode("utf-8-sig").strip("\r")
    except UnicodeDecodeError:
        raise InputError("File: expected a CSV table as text in UTF-8, found other bytes") from None
    expect(bool(text.strip()) and "\0" not in text, "File: expected a CSV table with a header, found none")
    delimiter = max(",;\t", key=text.count)
    return [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]


def guess_columns(header: list[str]) -> dict[str, tuple[str, str]]:
    """Return {our column name: (the file's name of it, unit)} for columns that are recognised.

    >>> guess_columns(["site", "Lon", "SOC [kgC m-3]"])
    {'site': ('site', ''), 'lon': ('Lon', ''), 'soc': ('SOC [kgC m-3]', 'kgC m-3')}
    """
    found = {}
    for text in header:
        name, unit = split_header(text)
        for ours in ("site", *BY_NAME):
            if ours in (text.lower(), name.lower()) and ours not in found:
                found[ours] = (text, unit)
    return found
