"""``proda data``: which data sets there are, what one is, and bringing it here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from proda_core.commands.options import DataDir, Json
from proda_core.commands.output import emit_facts, emit_json, emit_table, notice, progress_bar, size_text
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry

app = typer.Typer(no_args_is_help=True, help="Data sets: list them, read about one, fetch its files.")
Name = Annotated[str, typer.Argument(help="Name of the data set, as in 'proda data list'.")]


@app.command("list", epilog="Example: `proda data list --json`")
def list_all(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the data sets, their licences, and whether their files are here."""
    if as_json:
        emit_json([_facts(entry, data_dir) for entry in catalogue.entries()])
        return
    emit_table(
        [
            {
                "name": entry.name,
                "title": entry.title,
                "size": size_text(entry.size) if entry.files else "-",
                "licence": entry.licence,
                "state": _state(entry, data_dir),
            }
            for entry in catalogue.entries()
        ]
    )


@app.command(epilog="Example: `proda data show northeast`")
def show(name: Name, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show everything the catalogue says about one data set."""
    facts = _facts(catalogue.entry(name), data_dir)
    if as_json:
        emit_json(facts)
        return
    files = facts.pop("files")
    emit_facts({key: ", ".join(v) if isinstance(v, list) else v for key, v in facts.items()})
    if files:
        emit_table([{**file, "sha256": file["sha256"][:16] + "..."} for file in files], title="files")


@app.command(
    epilog="Examples: `proda data fetch northeast`, or without a network "
    "`proda data fetch northeast --from ~/BINN_Demo/Input_Data`"
)
def fetch(
    name: Name,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A local directory in the same layout to take the files from; no network."
        ),
    ] = None,
    accept_licence: Annotated[
        bool,
        typer.Option("--accept-licence", help="Accept that the licence is unknown, without being asked."),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Fetch the files of a data set, continuing where an earlier fetch stopped, and verify every one."""
    from proda_core.sources.fetch import fetch as fetch_files

    entry = catalogue.entry(name)
    if entry.licence_must_be_accepted and not accept_licence:
        _ask_for_licence(entry)
    try:
        with progress_bar(f"Fetching {name}") as show_progress:
            directory = fetch_files(
                name, data_dir, source=source, accept_licence=True, on_progress=show_progress
            )
    except KeyboardInterrupt:
        raise Cancelled("Stopped; the same command goes on where it stopped.") from None
    if as_json:
        emit_json({"name": name, "directory": directory, "files": len(entry.files), "bytes": entry.size})
    else:
        notice(f"{name}: {len(entry.files)} files, {size_text(entry.size)}, verified, in {directory}")


def _ask_for_licence(entry: Entry) -> None:
    """Go on only if the user accepts an unknown licence; without a terminal nobody can be asked."""
    if not sys.stdin.isatty():
        raise InputError(
            f"{entry.name}: its licence is unknown. {entry.licence_note} To accept that, add --accept-licence"
        )
    notice(f"{entry.title}\n{entry.licence_note}\nRead more: {entry.homepage}")
    if not typer.confirm("The licence is unknown. Do you accept that and fetch the files?", err=True):
        notice("Nothing was fetched.")
        raise typer.Exit(1)


def _state(entry: Entry, data_dir: Path | None) -> str:
    if not entry.files:
        return "built in"
    missing = len(catalogue.missing_files(entry, data_dir))
    if missing == 0:
        return "here"
    if missing == len(entry.files):
        return "not fetched"
    return f"{len(entry.files) - missing} of {len(entry.files)} files here"


def _facts(entry: Entry, data_dir: Path | None) -> dict[str, Any]:
    directory = catalogue.raw_directory(entry.name, data_dir)
    return {
        "name": entry.name,
        "title": entry.title,
        "what": entry.what,
        "synthetic": entry.synthetic,
        "licence": entry.licence,
        "licence_note": entry.licence_note,
        "citation": entry.citation,
        "doi": entry.doi,
        "homepage": entry.homepage,
        "addresses": list(entry.addresses),
        "state": _state(entry, data_dir),
        "directory": str(directory) if entry.files else None,
        "bytes": entry.size,
        "files": [vars(file) for file in entry.files],
    }
