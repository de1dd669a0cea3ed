"""Make the showcase: ``python data/prepare/showcase.py [--run DIR] [--output DIR]``.

Does the whole study on the teaching continent (seed 1, schedule "chapter", everything else as it comes;
about half an hour on two cores, going on where it was stopped), then writes what is shown of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from proda_core import journey, teaching
from proda_core.showcase import directory, reduce_run
from proda_core.sources.catalogue import runs_directory

SCHEDULE, SEED = "chapter", 1


def make(run: Path, output: Path) -> Path:
    """The run in ``run``, finished; what is shown of it in ``output``."""
    study = teaching.load()
    done = journey.run(study, run, schedule=SCHEDULE, seed=SEED)
    return reduce_run(done, study, teaching.products(), output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=runs_directory() / f"showcase-{SCHEDULE}-{SEED}")
    parser.add_argument("--output", type=Path, default=directory())
    arguments = parser.parse_args()
    make(arguments.run, arguments.output)
