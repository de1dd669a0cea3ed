"""Frames of comparison, computed in a worker process: the table behind one figure of one run.

The last frames stay in the memory of the process, so that a figure is drawn from the frame just computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from dashboard.jobs.messages import TaskContext
from dashboard.jobs.runs import SHIPPED, Runs
from dashboard.jobs.tasks.common import study
from proda_core import figures
from proda_core.comparison.agreement import agreement
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

FRAMES_KEPT = 8  # in the memory of a worker process


@dataclass(frozen=True)
class FrameInputs:
    """Inputs of a frame: a run, the places of its profiles, reference maps, and the visitor's choices."""

    run: Run
    places: object
    references: dict
    part: str
    interval: str


Frame = Callable[[FrameInputs], pd.DataFrame]
FRAMES: MappingProxyType[str, Frame] = MappingProxyType(
    {
        "table": lambda inputs: table_37_1(inputs.run, draws=200),
        "deviation": lambda inputs: profile_deviation(inputs.run, inputs.places, part=inputs.part),
        "deviation_by_depth": lambda inputs: profile_deviation(
            inputs.run, inputs.places, inputs.interval, part=inputs.part
        ),
        "density": lambda inputs: figures.density_counts(densities(inputs.run, part=inputs.part)),
        "maps": lambda inputs: map_products(
            inputs.run, inputs.places, inputs.references, intervals=(inputs.interval,)
        ),
        "totals": lambda inputs: totals(inputs.run, inputs.places, inputs.references),
        "vegetation": lambda inputs: by_vegetation(
            inputs.run, inputs.places, inputs.references, part=inputs.part
        ),
        "agreement": lambda inputs: agreement(inputs.run, references=inputs.references),
        "profiles": lambda inputs: profiles_by_class(inputs.run, inputs.places, part=inputs.part),
        "regions": lambda inputs: scores_by_region(inputs.run, inputs.places, part=inputs.part),
        "classes": lambda inputs: scores_by_class(inputs.run, inputs.places, part=inputs.part),
        "coverage": lambda inputs: coverage(inputs.run, inputs.places, part=inputs.part),
        "taylor": lambda inputs: taylor(inputs.run, part=inputs.part),
    }
)
BY_PART = tuple(name for name in FRAMES if name not in ("table", "maps", "totals", "agreement"))
BY_INTERVAL = ("deviation_by_depth", "maps")
WITH_REFERENCES = ("maps", "totals", "vegetation", "agreement")


def comparison_frame(
    run_id: str, data: str, figure: str, part: str, interval: str, context: TaskContext
) -> pd.DataFrame:
    """Return the frame behind a figure of one run."""
    context.report(Progress(0, 1, "comparing"))
    return read_frame(run_id, data, figure, part, interval)


def read_frame(run_id: str, data: str, figure: str, part: str, interval: str) -> pd.DataFrame:
    """Return the frame behind a figure, computed anew when the run or the reference products have changed."""
    run = Runs().existing(run_id)
    part = part if figure in BY_PART else ""
    interval = interval if figure in BY_INTERVAL else ""
    products = products_here() if figure in WITH_REFERENCES else ()
    return _frame(run_id, (run.directory, run.finished), data, figure, part, interval, products)


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(
    run_id: str, state: tuple, data: str, figure: str, part: str, interval: str, products: tuple
) -> pd.DataFrame:
    places, references = _references(run_id, data, figure)
    return FRAMES[figure](FrameInputs(Runs().existing(run_id), places, references, part, interval))


def _references(run_id: str, data: str, figure: str) -> tuple[object, dict]:
    """Return places of the profiles and reference maps, as far as a figure needs them."""
    if figure in ("table", "density", "taylor"):
        return None, {}
    if run_id in SHIPPED:
        from proda_core.showcase import showcase

        found = showcase(Runs().existing(run_id).directory)
        return found.observed, dict(found.references)
    whole = study(data)
    if figure not in WITH_REFERENCES:
        return whole, {}
    from proda_core.report.references import references

    return whole, references(whole)
