"""``proda data import``: import soil profiles from a CSV file, checked row by row, as a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from proda_core.commands.load_study import load_study
from proda_core.commands.options import DataDir, Json, command_line, now
from proda_core.commands.output import emit_facts, emit_json, emit_lines, emit_table, notice, warn
from proda_core.records.checks import InputError, expect
from proda_core.sources import catalogue
from proda_core.studies import import_path

if TYPE_CHECKING:
    import pandas as pd

    from proda_core.records.study import Study
    from proda_core.sources.own_profiles import Import


TABLE_ROWS = 500  # more bad rows than this are printed as tab-separated lines, which is faster


def _print_template(wanted: bool) -> None:
    if wanted:
        from proda_core.sources.own_profiles import template

        typer.echo(template(), nl=False)
        raise typer.Exit


def import_csv(
    file: Annotated[Path, typer.Argument(help="CSV file, one row per soil layer; see --template.")],
    base: Annotated[
        str,
        typer.Option(
            help="Study from whose nearest grid cells forcing and covariates are taken (see proda data list)."
        ),
    ],
    name: Annotated[
        str,
        typer.Option(help="Name of the imported data set: a-z, 0-9, - and _. Use it as --data NAME."),
    ],
    title: Annotated[str, typer.Option(help="Title of the data set.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help="OURS=THEIRS: the file's name of a column, e.g. soc='C density'. May be repeated."),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            help="OURS=UNIT: a column's unit, e.g. soc='kgC m-3', if the header lacks it. Repeatable."
        ),
    ] = None,
    fill_bulk_density: Annotated[
        Literal["none", "proda"],
        typer.Option(help="'proda' computes a missing bulk density from organic carbon."),
    ] = "none",
    density_of: Annotated[
        Literal["fine-earth", "whole-soil"],
        typer.Option(help="What bulk_density is of: the fine earth, or the whole soil with its stones."),
    ] = "fine-earth",
    max_distance: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Largest distance of a site to its grid cell [km]; profiles beyond are set aside."
            " 100 where none is given, without limit where --base is synthetic.",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an import of the same name.")] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template", callback=_print_template, is_eager=True, help="Print a CSV file to fill in."
        ),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Import your own soil profiles after checking every row; nothing is imported while a row is bad.

    Forcing and covariates are those of the nearest grid cell of --base; the distances are shown.
    """
    from proda_core.sources import own_profiles, own_studies

    _expect_unused(name, data_dir, replace)
    columns, units = pairs(column, "--column"), pairs(unit, "--unit")
    expect(file.is_file(), f"{file}: expected a CSV file, found no such file")
    study = load_study(base, data_dir)
    found = own_profiles.read_csv(
        file,
        columns,
        units,
        fill_bulk_density=fill_bulk_density,
        density_of=density_of.replace("-", "_"),
        column_bottom=float(study.forcing.grid.layer_bottom[-1]),
    )
    if not found.ok:
        _print_bad_rows(file, found, as_json)
        raise typer.Exit(2)
    _, cells = own_studies.save(
        found,
        study,
        catalogue.data_directory(data_dir),
        name,
        title=title,
        source=file,
        date=now(),
        command=command_line(),
        max_distance=max_distance,
    )
    imported = load_study(name, data_dir)
    _print_import(imported, base, found, cells, import_path(name, data_dir), as_json)


def pairs(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """Parse options of the form NAME=VALUE.

    >>> pairs(["soc=C density"], "--column")
    {'soc': 'C density'}
    """
    found: dict[str, str] = {}
    for text in texts or ():
        key, equals, value = (part.strip() for part in text.partition("="))
        example = "soc='C density'" if option == "--column" else "soc='kgC m-3'"
        expect(bool(key and equals and value), f"{option}: expected e.g. {example}, found {text!r}")
        expect(key not in found, f"{option}: expected {key} once, found it twice")
        found[key] = value
    return found


def _expect_unused(name: str, data_dir: Path | None, replace: bool) -> None:
    path = import_path(name, data_dir)
    if name in catalogue.names():
        raise InputError(f"--name: expected a name that is not in the catalogue, found {name!r}")
    if path.exists() and not replace:
        raise InputError(f"--name: {name!r} is taken by an earlier import; choose another, or add --replace")


def _print_bad_rows(file: Path, found: Import, as_json: bool) -> None:
    rows, title = found.bad_rows.to_dict("records"), f"{file}: bad rows (the header is row 1)"
    bad = found.bad_rows["row"].nunique()
    if as_json:
        emit_json({"file": file, "ok": False, "rows": found.rows, "bad": bad, "bad_rows": rows})
    elif len(rows) <= TABLE_ROWS:
        emit_table(rows, title=title)
    else:
        emit_lines([tuple(found.bad_rows.columns), *(row.values() for row in rows)])
    notice(
        f"Error: {file}: expected good rows only, found {bad} bad of {found.rows}; nothing was kept", "red"
    )


def _print_import(
    study: Study, base: str, found: Import, cells: pd.DataFrame, path: Path, as_json: bool
) -> None:
    distance = cells["distance_km"]
    reasons = study.quality["reason"].value_counts() if len(study.quality) else {}
    facts: dict[str, Any] = {
        "name": study.name,
        "title": study.title,
        "synthetic": study.synthetic,
        "path": path,
        "rows": found.rows,
        "profiles": len(study.profiles),
        "profiles_to_assimilate": len(study.assimilable()),
        "forcing_from": base,
        "distance_km": {
            "least": distance.min(),
            "median": distance.median(),
            "largest": distance.max(),
        },
    }
    notes = [{"reason": str(reason), "count": int(count)} for reason, count in dict(reasons).items()]
    if as_json:
        emit_json({"ok": True, **facts, "quality": notes, "cells": _cell_rows(found, cells)})
    else:
        emit_facts({**facts, "distance_km": _distance_text(facts["distance_km"])})
        if notes:
            emit_table(notes, title="quality notes")
    if study.synthetic:
        warn(f"the forcing of {base} is synthetic, so the study is marked synthetic")


def _cell_rows(found: Import, cells: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per site: its number, its name in the file, and its grid cell."""
    return [{"name": found.names[row["site"]], **row} for row in cells.to_dict("records")]


def _distance_text(distance: Mapping[str, float]) -> str:
    """Summarise distances [km].

    >>> _distance_text({"least": 1.0, "median": 12.34, "largest": 70.0})
    '1.0 to 70.0 km from the centre of the nearest cell, median 12.3'
    """
    least, median, largest = (distance[key] for key in ("least", "median", "largest"))
    return f"{least:.1f} to {largest:.1f} km from the centre of the nearest cell, median {median:.1f}"
