"""``proda export``: write the posterior of a run for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from proda_core.commands.options import DataDir, Json, command_line, now
from proda_core.commands.output import emit_json, notice
from proda_core.records.checks import InputError


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="Name or directory of a run (see 'proda runs list'), or a file of 'proda assimilate'.",
        ),
    ],
    output: Annotated[Path, typer.Option(help="File to write: .nc for netcdf and arviz, .csv for csv.")],
    format: Annotated[
        Literal["netcdf", "arviz", "csv"],
        typer.Option(help="'netcdf': everything; 'arviz': draws for ArviZ; 'csv': tables of the summary."),
    ] = "netcdf",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write the posterior of a run with names, units and provenance."""
    from proda_core.assimilation.export import export as write
    from proda_core.records import store

    origin = store.provenance(date=now(), command=command_line())
    files = write(_posterior(name, data_dir), output, format, origin)
    if as_json:
        emit_json({"files": files})
    for file in files:
        notice(f"{file}: written")


def _posterior(name: str, data_dir: Path | None):
    from proda_core.commands.run_lookup import find_run
    from proda_core.records import store
    from proda_core.records.posterior import Posterior

    if Path(name).suffix not in store.ENGINES:
        return find_run(name, data_dir)["posterior"]
    found = store.load(name)
    if not isinstance(found, Posterior):
        raise InputError(f"{name}: expected a posterior, found a {type(found).__name__}")
    return found
