"""``proda data check``: open a data set of any kind and describe its contents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proda_core.commands.load_study import load_study
from proda_core.commands.options import DataDir, Json
from proda_core.commands.output import emit_facts, emit_json, emit_table, notice, progress_bar, warn
from proda_core.records.checks import InputError
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry
from proda_core.studies import STUDY

if TYPE_CHECKING:
    from proda_core.sources.check import Summary


def check(
    name: Annotated[
        str,
        typer.Argument(
            help="Name of a data set or import, as in 'proda data list', or a directory like northeast's."
        ),
    ],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Verify the files of a data set, open it, and print counts, ranges and the extent of its map."""
    known = catalogue.entry(name) if name in catalogue.names() else None
    files = _verify(known, data_dir) if known is not None else "one of yours"
    notice(f"Reading {name} ...")
    summary = _summary(name, known, data_dir)
    if as_json:
        ranges = summary.ranges.to_dict("records")
        facts = {"files": files, **summary.facts}
        emit_json({"name": name, "facts": facts, "ranges": ranges, "warnings": summary.warnings})
    else:
        emit_facts({"files": files, **summary.facts})
        for part, rows in [] if summary.ranges.empty else summary.ranges.groupby("part", sort=False):
            emit_table(rows.drop(columns="part").to_dict("records"), title=str(part))
    for sentence in summary.warnings:
        warn(sentence)


def _summary(name: str, known: Entry | None, data_dir: Path | None) -> Summary:
    if known is None or known.kind == STUDY:
        from proda_core.sources.check import summarise

        return summarise(load_study(name, data_dir))
    from proda_core.sources import readers

    with progress_bar("Reading") as report:
        return readers.check(name, catalogue.raw_directory(name, data_dir), report)


def _verify(known: Entry, data_dir: Path | None) -> str:
    """Describe the files; raises InputError where one is missing or differs from the catalogue."""
    if not known.files:
        return "none, built in"
    directory = catalogue.raw_directory(known.name, data_dir)
    if not known.verified:
        from proda_core.sources.unverified_files import NOT_VERIFIED

        if not directory.is_dir():
            catalogue.expect_available(known, data_dir)
        return NOT_VERIFIED
    from proda_core.sources.fetch import difference

    catalogue.expect_available(known, data_dir)
    for file in known.files:
        fault = difference(directory / file.path, file)
        if fault:
            raise InputError(
                f"{directory / file.path}: {fault}; remove it and run: proda data fetch {known.name}"
            )
    return f"{len(known.files)}, each with the SHA-256 of the catalogue"
