"""``proda bench``: measure speed and accuracy on this machine against the targets."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from proda_core.commands.options import Json
from proda_core.commands.output import emit_json, emit_table, progress_bar
from proda_core.records.checks import one_of

NAMES = ("model", "assimilation", "network", "maps")  # modules of proda_core.benchmarks
DASHBOARD = "dashboard"  # one more of them, which needs a browser: only by its name
ALL = "all"


def bench(
    name: Annotated[
        str,
        typer.Argument(
            help=f"What to measure: {', '.join((*NAMES, DASHBOARD))}, or {ALL}, which leaves out {DASHBOARD}."
        ),
    ],
    quick: Annotated[bool, typer.Option("--quick", help="Shorter and less exact.")] = False,
    as_json: Json = False,
) -> None:
    """Measure on this machine and print each value with its unit and its target."""
    one_of(name, (*NAMES, DASHBOARD, ALL), "benchmark")
    rows: list[dict[str, Any]] = []
    for each in NAMES if name == ALL else (name,):
        with progress_bar(f"Measuring {each}") as report:
            measured = import_module(f"proda_core.benchmarks.{each}").measure(quick, report)
        rows += [{"benchmark": each, **row} for row in measured]
    if as_json:
        emit_json(rows)
    else:
        emit_table(rows)
