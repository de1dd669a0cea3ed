"""``proda data fetch``: download or copy the files of a data set and verify them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from proda_core.commands.options import DataDir, Json
from proda_core.commands.output import emit_json, notice, progress_bar, size_text, warn
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry


def fetch(
    name: Annotated[str, typer.Argument(help="Name of the data set, as in 'proda data list'.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A local directory in the same layout to copy the files from, without network."
        ),
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(
            help="Another address of the same files, tried first; files are verified by SHA-256 as always."
        ),
    ] = None,
    accept_licence: Annotated[
        bool,
        typer.Option("--accept-licence", help="Accept that the licence is unknown, without a prompt."),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Fetch the files of a data set, resuming an interrupted fetch, and verify every file.

    Files whose SHA-256 the catalogue does not know can only be copied from a local directory (--from),
    and are not verified.
    """
    from proda_core.sources.fetch import fetch as fetch_files

    entry = catalogue.entry(name)
    if source is not None and mirror is not None:
        raise InputError("fetch: expected --from or --mirror, found both")
    if entry.licence_must_be_accepted and not accept_licence:
        _ask_for_licence(entry)
    try:
        with progress_bar(f"Fetching {name}") as report:
            directory = fetch_files(
                name,
                data_dir,
                source=source,
                mirror=mirror,
                accept_licence=True,
                on_progress=report,
            )
    except KeyboardInterrupt:
        raise Cancelled("Stopped; the same command resumes.") from None
    _print_files(entry, directory, as_json)


def _print_files(entry: Entry, directory: Path, as_json: bool) -> None:
    from proda_core.sources.unverified_files import NOT_VERIFIED

    here = [path for path in directory.rglob("*") if path.is_file()] if not entry.verified else []
    count = len(entry.files) if entry.verified else len(here)
    size = entry.size if entry.verified else sum(path.stat().st_size for path in here)
    if as_json:
        emit_json(
            {
                "name": entry.name,
                "directory": directory,
                "files": count,
                "bytes": size,
                "verified": entry.verified,
            }
        )
    elif entry.verified:
        notice(f"{entry.name}: {count} files, {size_text(size)}, verified, in {directory}")
    else:
        notice(f"{entry.name}: {count} files, {size_text(size)}, in {directory}")
    if not entry.verified:
        warn(f"{entry.name}: {NOT_VERIFIED}; check what they hold with: proda data check {entry.name}")


def _ask_for_licence(entry: Entry) -> None:
    """Ask the user to accept an unknown licence; raises InputError without a terminal."""
    if not sys.stdin.isatty():
        raise InputError(
            f"{entry.name}: its licence is unknown. {entry.licence_note} To accept that, add --accept-licence"
        )
    notice(f"{entry.title}\n{entry.licence_note}\nRead more: {entry.homepage}")
    if not typer.confirm("The licence is unknown. Do you accept that and fetch the files?", err=True):
        notice("Nothing was fetched.")
        raise typer.Exit(1)
