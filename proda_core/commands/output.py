"""Output of the command line: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table
from rich.text import Text

from proda_core.records import progress as core

PIPED_WIDTH = 160  # characters, where stdout is not a terminal
SHORT = 16  # characters; cells up to this width are never folded


def results() -> Console:
    """Return a console for results on the present stdout."""
    piped = not sys.stdout.isatty()
    return Console(soft_wrap=piped, width=PIPED_WIDTH if piped and "COLUMNS" not in os.environ else None)


def notices() -> Console:
    """Return a console for progress, warnings and errors on stderr."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def notice(text: str, style: str | None = None) -> None:
    """Print a message on stderr."""
    notices().print(text, style=style, markup=False)


def warn(text: str) -> None:
    """Print a warning on stderr."""
    notice(f"Warning: {text}", style="yellow")


def emit_json(value: Any) -> None:
    """Print a result as JSON on stdout; NaN becomes null."""
    sys.stdout.write(json.dumps(plain(value), indent=2, allow_nan=False) + "\n")


def plain(value: Any) -> Any:
    """Convert a value to numbers, strings, lists and dicts.

    >>> plain({"a": (1, float("nan"))})
    {'a': [1, None]}
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def emit_table(rows: Sequence[Mapping[str, Any]], title: str = "") -> None:
    """Print rows with the same keys as a table; the keys are its headings."""
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, (key, value) in enumerate(rows[0].items() if rows else ()):
        justify = "right" if _is_number(value) else "left"
        widest = max(len(_cell(row[key])) for row in rows)
        short = number == 0 or widest <= SHORT
        whole = widest if _is_number(value) else None  # a number that is cut off is another number
        table.add_column(key, justify=justify, overflow="fold", no_wrap=short, min_width=whole)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    results().print(table)


def emit_lines(rows: Iterable[Iterable[Any]]) -> None:
    """Print rows as tab-separated lines."""
    sys.stdout.writelines("\t".join(_cell(value) for value in row) + "\n" for row in rows)


def emit_facts(facts: Mapping[str, Any]) -> None:
    """Print named values, one per line."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(Text(name), Text(_cell(value)))
    results().print(table)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else "".join(c if c.isprintable() or c == "\n" else "?" for c in str(value))


def size_text(size: int) -> str:
    """Format a number of bytes.

    >>> size_text(22_101_130)
    '22.1 MB'
    """
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


@contextmanager
def progress_bar(what: str, *, quiet: bool = False) -> Iterator[Callable[[core.Progress], None]]:
    """Progress bar on stderr with elapsed and remaining time; yields the callback for Progress.

    Progress that names a stage in its detail gets one bar per stage.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=16),
        TextColumn("{task.percentage:>3.0f} %", table_column=Column(min_width=5)),
        TimeElapsedColumn(table_column=Column(min_width=7)),
        TextColumn("left"),
        TimeRemainingColumn(table_column=Column(min_width=7)),
        TextColumn("{task.fields[message]}", style="dim", table_column=Column(no_wrap=True, ratio=1)),
    )
    with Progress(*columns, console=notices(), disable=quiet) as bar:
        tasks: dict[str, int] = {}

        def finish() -> None:
            for task in tasks.values():
                bar.update(task, total=1, completed=1, message="")

        def report(progress: core.Progress) -> None:
            stage = progress.detail.get("stage", "")
            if stage not in tasks:
                finish()
                tasks[stage] = bar.add_task(_stage_text(what, progress), total=None, message="")
            total = progress.total or None
            bar.update(tasks[stage], completed=progress.done, total=total, message=progress.message)

        yield report
        finish()


def _stage_text(what: str, progress: core.Progress) -> str:
    """Description of a bar; with a stage for example "Run 3/11 batch"."""
    detail = progress.detail
    return (
        f"{what} {detail['stage_number']}/{detail['stages']} {detail['stage']}" if "stage" in detail else what
    )
