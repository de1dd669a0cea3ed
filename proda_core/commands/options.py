"""Arguments and options shared by several subcommands."""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from proda_core.records.checks import LARGEST_SEED

Data = Annotated[
    str,
    typer.Option(
        help="Name of a data set (see 'proda data list'), or a directory in the layout of northeast."
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Directory of data sets and runs; else PRODA_DATA_DIR, else your user data directory."),
]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="Name of the run, as in 'proda runs list', or its directory.")
]
RunData = Annotated[
    str | None,
    typer.Option(help="Directory of the data set, if the run was made from a directory."),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON on stdout, and nothing else there.")
]
Seed = Annotated[
    int,
    typer.Option(
        min=0, max=LARGEST_SEED, help="Seed of every random number: the same seed, the same result."
    ),
]
Sites = Annotated[
    str | None,
    typer.Option(help="Sites to use, as row numbers of the data set from 0: '12,15' or '0-9,12'."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Use the first N sites.")]

Schedule = Annotated[
    Literal["quick", "chapter", "modern", "annealed"],
    typer.Option(
        help="Length and method of sampling: 'quick' takes minutes, 'chapter' as published, 'modern' "
        "until converged, 'annealed' the published code's rule, for comparison."
    ),
]
Prior = Annotated[
    Literal["proda", "binn", "clm45_18", "informed"] | None,
    typer.Option(
        help="Preset of sampled parameters and their distributions; by default 'informed' with the "
        "schedule 'modern', 'proda' with any other."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Number of processor cores to use; by default all of them.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of a Dask scheduler whose workers compute, such as tcp://10.0.0.1:8786; or "
        "'processes' for local processes. By default threads for few sites, processes for many."
    ),
]


def now() -> str:
    """Return the time of the command in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def command_line() -> str:
    """Return the command as it was typed, for the provenance of a result."""
    return shlex.join(["proda", *sys.argv[1:]])
