"""``python -m dashboard.benchmarks``, which ``proda bench dashboard`` runs."""

from __future__ import annotations

import argparse
import sys

from dashboard.benchmarks.waiting_times import measure
from proda_core.commands.errors import exit_on_error
from proda_core.commands.output import emit_json, emit_table, progress_bar


def main() -> None:
    """Measure and print each value with its unit and its target."""
    options = _parser().parse_args()
    rows: list[dict] = []
    with exit_on_error():
        try:
            with progress_bar("Measuring dashboard") as report:
                for row in measure(options.quick, report):
                    rows.append({"benchmark": "dashboard", **row})
        finally:  # what was measured before a step failed is printed
            emit_json(rows) if options.json else emit_table(rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboard.benchmarks", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter and less exact")
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    return parser


if __name__ == "__main__":
    sys.exit(main())
