"""Frames of comparison: one table behind one figure, of one run; made in a worker, once for all visitors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from dashboard.jobs.cache import Cache
from dashboard.jobs.job import Job, State
from dashboard.jobs.messages import TaskContext
from dashboard.jobs.runs import SHOWCASE, Runs
from dashboard.jobs.tasks.common import study
from dashboard.jobs.tasks.density_shading import shaded
from dashboard.jobs.workers import Workers
from proda_core.comparison.coverage import coverage
from proda_core.comparison.density import densities
from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.deviation import profile_deviation
from proda_core.comparison.headline import table_37_1
from proda_core.comparison.map_products import map_products
from proda_core.comparison.strata import scores_by_class, scores_by_region
from proda_core.comparison.taylor import taylor
from proda_core.comparison.totals import totals
from proda_core.comparison.vegetation import by_vegetation
from proda_core.records.progress import Progress
from proda_core.report.references import products_here
from proda_core.runs import Run

KEPT = 40  # frames held in memory


@dataclass(frozen=True)
class Given:
    """What a frame is made of: a run, where its profiles lie, reference maps, and the visitor's choices."""

    run: Run
    places: object
    references: dict
    part: str
    interval: str


Frame = Callable[[Given], pd.DataFrame]
FRAMES: MappingProxyType[str, Frame] = MappingProxyType(
    {
        "table": lambda g: table_37_1(g.run, draws=200),
        "deviation": lambda g: profile_deviation(g.run, g.places, g.interval, part=g.part),
        "density": lambda g: shaded(densities(g.run, part=g.part)),
        "maps": lambda g: map_products(g.run, None, g.references, intervals=(g.interval,)),
        "totals": lambda g: totals(g.run, references=g.references),
        "vegetation": lambda g: by_vegetation(g.run, g.places, g.references, part=g.part),
        "profiles": lambda g: profiles_by_class(g.run, g.places, part=g.part),
        "regions": lambda g: scores_by_region(g.run, g.places, part=g.part),
        "classes": lambda g: scores_by_class(g.run, g.places, part=g.part),
        "coverage": lambda g: coverage(g.run, g.places, part=g.part),
        "taylor": lambda g: taylor(g.run, part=g.part),
    }
)
OF_PART = tuple(name for name in FRAMES if name not in ("table", "maps", "totals"))
OF_INTERVAL = ("deviation", "maps")
OF_REFERENCES = ("maps", "totals", "vegetation")


def make_frame(
    number: str, data: str, figure: str, part: str, interval: str, context: TaskContext
) -> pd.DataFrame:
    """The frame behind a figure, of one run."""
    context.report(Progress(0, 2, "reading the run"))
    run = Runs().existing(number)
    places, references = _beside(number, data, figure)
    context.report(Progress(1, 2, "comparing"))
    return FRAMES[figure](Given(run, places, references, part, interval))


def _beside(number: str, data: str, figure: str) -> tuple[object, dict]:
    """Places of the profiles and reference maps, as far as a figure needs them."""
    if figure in ("table", "density", "taylor"):
        return None, {}
    if number == SHOWCASE:
        from proda_core.showcase import showcase

        found = showcase()
        return found.observed, dict(found.references)
    whole = study(data)
    if figure not in OF_REFERENCES:
        return whole, {}
    from proda_core.report.references import references

    return whole, references(whole)


class Comparisons:
    """The jobs that make frames, by what was asked for; kept while their run does not grow."""

    def __init__(self, runs: Runs, workers: Workers) -> None:
        self._runs, self._workers = runs, workers
        self._jobs: Cache[Job] = Cache(KEPT)

    def job(self, number: str, data: str, figure: str, part: str, interval: str) -> Job:
        """The job whose result is the frame; started when first asked for, again after a failure."""
        finished = self._runs.run(number).finished
        part = part if figure in OF_PART else ""
        interval = interval if figure in OF_INTERVAL else ""
        beside = products_here() if figure in OF_REFERENCES else ()
        key = number, finished, figure, part, interval, beside
        arguments = (number, data, figure, part, interval)
        return self._jobs.get_or_create(
            key,
            lambda: Job(self._workers, f"{figure} of {number}", make_frame, *arguments).start(),
            is_stale=lambda job: job.state in (State.FAILED, State.CANCELLED),
        )
