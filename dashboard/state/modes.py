"""Modes of assimilation: every site by itself, or one parameter set for many."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.assimilation.schedules import SCHEDULES, Schedule

EACH, CHOSEN, ALL = "each", "chosen", "all"
MODES = MappingProxyType(
    {
        EACH: "Each chosen site by itself",
        CHOSEN: "Batch: one set for the chosen sites",
        ALL: "Batch: one set for all sites",
    }
)


def schedules_of(mode: str) -> Mapping[str, Schedule]:
    """Return the schedules of a mode by name.

    >>> schedules_of(ALL)["chapter"].formal_iterations
    200000
    """
    return SCHEDULES if mode == EACH else BATCH_SCHEDULES
