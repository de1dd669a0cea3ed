"""``proda bench``: measure speed and accuracy on this machine against the targets."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer

from proda_core.commands.options import Json
from proda_core.commands.output import emit_json, emit_table, progress_bar
from proda_core.records.checks import one_of

NAMES = ("model", "assimilation", "network", "maps")  # modules of proda_core.benchmarks
DASHBOARD = "dashboard"  # needs a browser: runs as python -m dashboard.benchmarks, and only by its name
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
    if name == DASHBOARD:
        _run_dashboard_benchmarks(quick, as_json)
    rows: list[dict[str, Any]] = []
    for each in NAMES if name == ALL else (name,):
        with progress_bar(f"Measuring {each}") as report:
            measured = import_module(f"proda_core.benchmarks.{each}").measure(quick, report)
        rows += [{"benchmark": each, **row} for row in measured]
    if as_json:
        emit_json(rows)
    else:
        emit_table(rows)


def _run_dashboard_benchmarks(quick: bool, as_json: bool) -> NoReturn:
    """Replace this process by the benchmarks of the dashboard, which the core does not import."""
    sys.stderr.flush()
    options = ["--quick"] * quick + ["--json"] * as_json
    os.execv(sys.executable, [sys.executable, "-m", "dashboard.benchmarks", *options])
