"""Options that several subcommands share, so that one word means one thing."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Data = Annotated[
    str,
    typer.Option(
        help="Name of a data set (see 'proda data list'), or a directory in the layout of northeast."
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where data sets and runs are kept; else PRODA_DATA_DIR, else your user data directory."
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON on stdout, and nothing else there.")
]
Seed = Annotated[
    int, typer.Option(min=0, help="Seed of every random number: the same seed, the same result.")
]
Sites = Annotated[
    str | None,
    typer.Option(help="Sites to take, as row numbers of the data set from 0: '12,15' or '0-9,12'."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Take the first N sites instead of naming them.")]

Schedule = Annotated[
    Literal["quick", "chapter", "modern", "annealed"],
    typer.Option(
        help="How long and how to sample: 'quick' for a first look, 'chapter' as published, 'modern' "
        "until converged, 'annealed' the published code's rule, for comparison."
    ),
]
Prior = Annotated[
    Literal["proda", "binn", "clm45_18"],
    typer.Option(help="Preset of sampled parameters and their bounds."),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processor cores to work on at once; by default all of them.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of a Dask scheduler whose workers do the work, such as tcp://10.0.0.1:8786; or "
        "'processes' for processes here. By default threads for few sites, processes for many."
    ),
]


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def now() -> str:
    """The moment of the command, ISO 8601, to be handed down."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def command_line() -> str:
    """The command as it was typed, for the record of where a result comes from."""
    return shlex.join(["proda", *sys.argv[1:]])
