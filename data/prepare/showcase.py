"""Make the showcase: ``python data/prepare/showcase.py [--runs DIR] [--output DIR] [--only SCHEDULE]``.

Does the whole study on the teaching continent (seed 1, everything else as it comes) with the schedule
"modern", whose chains converge, and with "chapter" to compare with, then writes what is shown of them. Both
have the prior "proda", from which the continent's parameters were drawn. On two cores half an hour and an
hour and a half; a run goes on where it was stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from proda_core import journey, teaching
from proda_core.runs import Run
from proda_core.showcase import compared_directory, directory, reduce_compared, reduce_run
from proda_core.sources.catalogue import runs_directory

SHOWN, COMPARED, PRIOR, SEED = "modern", "chapter", "proda", 1


def finished_run(schedule: str, runs: Path) -> Run:
    """The run of a schedule in a directory of runs, finished."""
    directory = runs / f"showcase-{schedule}-{SEED}"
    return journey.run(teaching.load(), directory, schedule=schedule, prior=PRIOR, seed=SEED)


def make(runs: Path, output: Path, schedules: tuple[str, ...] = (SHOWN, COMPARED)) -> None:
    """Write what is shown of the runs of these schedules to ``output`` and beside it."""
    if SHOWN in schedules:
        reduce_run(finished_run(SHOWN, runs), teaching.load(), teaching.products(), output)
    if COMPARED in schedules:
        reduce_compared(finished_run(COMPARED, runs), output.with_name(compared_directory().name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=runs_directory())
    parser.add_argument("--output", type=Path, default=directory())
    parser.add_argument("--only", choices=(SHOWN, COMPARED))
    arguments = parser.parse_args()
    chosen = (arguments.only,) if arguments.only else (SHOWN, COMPARED)
    make(arguments.runs, arguments.output, chosen)
