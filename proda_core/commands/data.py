"""``proda data``: list, describe, fetch, check and import data sets."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any

import typer

from proda_core import studies
from proda_core.commands.data_check import check
from proda_core.commands.data_fetch import fetch
from proda_core.commands.data_import import import_csv
from proda_core.commands.options import DataDir, Json
from proda_core.commands.output import emit_facts, emit_json, emit_table, size_text
from proda_core.records.checks import InputError
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry

app = typer.Typer(
    no_args_is_help=True,
    help="Data sets: list them, describe one, fetch its files, check them, import your own profiles.",
)
Name = Annotated[str, typer.Argument(help="Name of the data set, as in 'proda data list'.")]
_LISTED = ("name", "kind", "title", "size", "state")


@app.command("list", epilog="Example: `proda data list --json`")
def list_all(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List data sets of every kind, among them your imports, and whether their files are on this machine."""
    rows = [_facts(entry, data_dir) for entry in catalogue.entries()]
    rows += [_own_facts(known, data_dir) for known in studies.imported_studies(data_dir)]
    if as_json:
        emit_json(rows)
        return
    table = [row | {"size": size_text(row["bytes"]) if row["bytes"] else "-"} for row in rows]
    emit_table([{key: row[key] for key in _LISTED} for row in table])


@app.command(epilog="Example: `proda data show northeast`")
def show(name: Name, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Describe a data set from the catalogue, without opening it."""
    facts = _facts_of(name, data_dir)
    if as_json:
        emit_json(facts)
        return
    files = facts.pop("files")
    emit_facts({key: ", ".join(v) if isinstance(v, list) else v for key, v in facts.items()})
    if files:
        _emit_files(files, facts["verified"])


app.command(
    epilog="Examples: `proda data fetch northeast`, or without a network "
    "`proda data fetch northeast --from ~/BINN_Demo/Input_Data`"
)(fetch)
app.command(epilog="Examples: `proda data check example`, `proda data check sanderman2017 --json`")(check)
app.command(
    "import",
    epilog="Examples: `proda data import --template > plots.csv`, then "
    "`proda data import plots.csv --base northeast --name my-plots`",
)(import_csv)


def _facts_of(name: str, data_dir: Path | None) -> dict[str, Any]:
    own = {known.name: known for known in studies.imported_studies(data_dir)}
    if name in own:
        return _own_facts(own[name], data_dir)
    if name in catalogue.names():
        return _facts(catalogue.entry(name), data_dir)
    names = [*catalogue.names(), *own]
    close = difflib.get_close_matches(name, names, n=1)
    raise InputError(
        f"data set: expected one of {', '.join(names)}, found {name!r}"
        + (f"; did you mean {close[0]}?" if close else "")
    )


def _facts(entry: Entry, data_dir: Path | None) -> dict[str, Any]:
    directory = catalogue.raw_directory(entry.name, data_dir)
    return {
        "name": entry.name,
        "kind": entry.kind,
        "title": entry.title,
        "what": entry.what,
        "synthetic": entry.synthetic,
        "licence": entry.licence,
        "licence_note": entry.licence_note,
        "citation": entry.citation,
        "doi": entry.doi,
        "homepage": entry.homepage,
        "addresses": list(entry.addresses),
        "verified": entry.verified,
        "state": _state(entry, data_dir),
        "directory": str(directory) if entry.files else None,
        "bytes": entry.size,
        "files": [vars(file) for file in entry.files],
    }


def _own_facts(known: studies.KnownStudy, data_dir: Path | None) -> dict[str, Any]:
    """Describe an import from the attributes of its file."""
    path = studies.import_path(known.name, data_dir)
    return {
        "name": known.name,
        "kind": studies.STUDY,
        "title": known.title,
        "synthetic": known.synthetic,
        "licence": "yours",
        "forcing_from": known.base,
        "history": known.history,
        "state": "imported",
        "path": str(path),
        "bytes": path.stat().st_size,
        "files": [],
    }


def _state(entry: Entry, data_dir: Path | None) -> str:
    if not entry.files:
        return "built in"
    missing = len(catalogue.missing_files(entry, data_dir))
    if missing == 0:
        return "here" if entry.verified else "here, not verified"
    if missing == len(entry.needed):
        return "not fetched"
    return f"{len(entry.needed) - missing} of {len(entry.needed)} files here"


def _emit_files(files: list[dict[str, Any]], verified: bool) -> None:
    """Print the files of a data set; those without a SHA-256 are marked as not verified."""
    if verified:
        rows = [{**file, "sha256": file["sha256"][:16] + "..."} for file in files]
        emit_table([{key: row[key] for key in ("path", "size", "sha256")} for row in rows], title="files")
        return
    rows = [
        {
            "role": "optional" if file["optional"] else "needed",
            "name or pattern": file["path"],
            "or all of": ", ".join(file["instead"]),
        }
        for file in files
    ]
    emit_table(rows, title="files (not verified: the catalogue knows their names only)")
