"""Assimilate one site as measured and with a changed profile; results stay in memory, never in a run."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from dashboard.jobs.job import Job
from dashboard.jobs.tasks.what_if import CHANGED, MEASURED, assimilate_what_if
from dashboard.jobs.workers import Workers
from proda_core.assimilation.schedules import Schedule


@dataclass(frozen=True)
class WhatIfRequest:
    """What both posteriors depend on, beside the observations."""

    data: str
    site: int
    schedule: Schedule
    prior: str
    seed: int
    model: dict[str, object] = field(default_factory=dict, hash=False)


class WhatIfJob(Job):
    """Posteriors of one site (one site's Dataset each), by :data:`MEASURED` and :data:`CHANGED`.

    observations : depth [m], carbon [gC m-3] and weight of the changed profile, each (observation,)
    measured : the posterior of the measured profile where it is known already
    """

    def __init__(
        self,
        workers: Workers,
        request: WhatIfRequest,
        observations: np.ndarray,
        measured: xr.Dataset | None = None,
    ) -> None:
        choices = (request.data, request.site, request.schedule.to_json(), request.prior, request.seed)
        profiles = (CHANGED,) if measured is not None else (MEASURED, CHANGED)
        title = f"Changed profile of site {request.site}"
        changed = (observations.tolist(), profiles, request.model)
        super().__init__(workers, title, assimilate_what_if, *choices, *changed)
        self.request = request
        self._known = {} if measured is None else {MEASURED: measured}

    @property
    def posteriors(self) -> dict[str, xr.Dataset]:
        """Those that are computed."""
        found = self.result or {}
        return self._known | {name: pickle.loads(ds) for name, ds in found.items()}
