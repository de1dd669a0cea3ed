"""Figures of the page Compare, drawn in a worker process once for all sessions."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from dashboard.jobs.messages import TaskContext
from dashboard.jobs.tasks.comparison import read_frame
from dashboard.jobs.tasks.figures_json import figures_json
from proda_core import figures
from proda_core.records.progress import Progress

METHODS = ("default", "batch", "proda", "end_to_end")  # with figures of their own
MOST_CLASSES = 6  # of vegetation, with profiles
Draw = Callable[[pd.DataFrame, str, str], object]
FIGURES: MappingProxyType[str, Draw] = MappingProxyType(
    {
        "table": lambda frame, interval, note: figures.scores(frame, note=note),
        "deviation": lambda frame, interval, note: figures.deviation(
            frame, methods=METHODS, scaled=True, note=note
        ),
        "deviation_by_depth": lambda frame, interval, note: figures.deviation(
            frame, methods=METHODS, note=note
        ),
        "density": lambda frame, interval, note: figures.density(frame, methods=METHODS, note=note),
        "maps": lambda frame, interval, note: figures.maps(frame, interval=interval, note=note),
        "totals": lambda frame, interval, note: figures.totals(frame, note=note),
        "vegetation": lambda frame, interval, note: figures.vegetation(frame, interval=interval, note=note),
        "agreement": lambda frame, interval, note: figures.agreement(frame, note=note),
        "profiles": lambda frame, interval, note: figures.depth_profiles(frame, most=MOST_CLASSES, note=note),
        "regions": lambda frame, interval, note: figures.strata(frame, note=note),
        "classes": lambda frame, interval, note: figures.strata(frame, note=note),
        "coverage": lambda frame, interval, note: figures.coverage(frame, note=note),
        "taylor": lambda frame, interval, note: figures.taylor(frame, note=note),
    }
)
BY_INTERVAL = ("deviation_by_depth", "maps", "vegetation")


def comparison_figures(
    run_id: str, data: str, figure: str, part: str, interval: str, note: str, context: TaskContext
) -> str:
    """Return a figure of one run as JSON; raises InputError where there is nothing to draw."""
    context.report(Progress(0, 1, "drawing"))
    frame = read_frame(run_id, data, figure, part, interval)
    return figures_json(FIGURES[figure](frame, interval, note))
