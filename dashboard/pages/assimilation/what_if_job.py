"""One site assimilated as measured and with a changed profile; kept in memory, never in a run."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.jobs.job import Job
from dashboard.jobs.messages import TaskContext, unpack
from dashboard.jobs.tasks.common import study
from dashboard.jobs.workers import Workers
from proda_core.assimilation.schedules import Schedule, from_json
from proda_core.records.progress import Progress

MEASURED, CHANGED = "measured", "changed"
NOTE = "observations changed by hand; not the posterior of the measured profile"


@dataclass(frozen=True)
class WhatIfRequest:
    """What both posteriors depend on, beside the observations."""

    data: str
    site: int
    schedule: Schedule
    prior: str
    seed: int


class WhatIfJob(Job):
    """Posteriors of one site (one site's Dataset each), by :data:`MEASURED` and :data:`CHANGED`.

    depth [m], carbon [gC m-3], weight: the changed profile, each (observation,)
    measured: the posterior of the measured profile where it is known already
    """

    def __init__(
        self,
        workers: Workers,
        asked: WhatIfRequest,
        observations: np.ndarray,
        measured: xr.Dataset | None = None,
    ) -> None:
        choices = (asked.data, asked.site, asked.schedule.to_json(), asked.prior, asked.seed)
        wanted = (CHANGED,) if measured is not None else (MEASURED, CHANGED)
        title = f"Changed profile of site {asked.site}"
        super().__init__(workers, title, assimilate_what_if, *choices, observations.tolist(), wanted)
        self.asked = asked
        self._known = {} if measured is None else {MEASURED: measured}

    @property
    def posteriors(self) -> dict[str, xr.Dataset]:
        """Those that are there."""
        found = self.result or {}
        return self._known | {name: pickle.loads(ds) for name, ds in found.items()}


def assimilate_what_if(
    name: str,
    site: int,
    schedule: str,
    prior: str,
    seed: int,
    observations: list[list[float]],
    wanted: tuple[str, ...],
    context: TaskContext,
) -> dict[str, bytes]:
    """Posteriors of one site with its own observations and with others; runs in a worker process.

    observations : depth [m], carbon [gC m-3] and weight, each (observation,)
    """
    from dashboard.jobs.tasks.streaming_runner import assimilate_site
    from proda_core.assimilation.jobs import job_of
    from proda_core.assimilation.misfit import observed

    whole, chosen = study(name), from_json(schedule)
    job = job_of(whole.forcing, chosen, prior, None, seed)
    length = chosen.test_iterations + chosen.formal_iterations
    depth, carbon, weight = np.array(observations, float)
    seen = {MEASURED: None, CHANGED: observed(depth, carbon, chosen, weight)}
    found = {}
    for number, what in enumerate(wanted):

        def tell(chunk: dict, number: int = number, what: str = what) -> None:
            reached = min(int(unpack(chunk["iteration"])[-1]), length)
            context.report(Progress(number * length + reached, len(wanted) * length, f"{what} profile"))

        posterior = assimilate_site(whole, site, job, tell, context.should_stop, seen=seen[what])
        note = {"note": NOTE} if what == CHANGED else {}
        found[what] = pickle.dumps(posterior.ds.assign_attrs(note))
    return found
