"""The assimilation of some sites, watched while it runs."""

from __future__ import annotations

import pickle

import xarray as xr

from dashboard.jobs import tasks
from dashboard.jobs.job import Job
from dashboard.jobs.messages import unpack
from dashboard.jobs.traces import ChainTrace, SiteTraces
from dashboard.jobs.workers import Workers
from proda_core.assimilation.schedules import Schedule
from proda_core.vocabulary.parameters import PRIORS

KEPT_TRACES = 60  # sites whose chains can be looked at again; posteriors of all are kept


class SiteAssimilation(Job):
    """Chains and posterior of each site, in the order of ``sites``.

    ``traces`` and ``posteriors`` (one site's Dataset each) grow by site number.
    """

    def __init__(
        self, workers: Workers, data: str, sites: tuple[int, ...], schedule: Schedule, prior: str, seed: int
    ) -> None:
        title = f"Assimilation of {len(sites)} site{'s' if len(sites) > 1 else ''}"
        choices = (data, sites, schedule.to_json(), prior, seed)
        super().__init__(workers, title, tasks.assimilate_sites, *choices)
        self.data, self.sites, self.schedule, self.prior, self.seed = data, sites, schedule, prior, seed
        self.traces: dict[int, SiteTraces] = {}
        self.posteriors: dict[int, xr.Dataset] = {}

    @property
    def latest(self) -> int:
        """The site whose chains walk now, or walked last."""
        return next(reversed(self.traces), self.sites[0])

    def hear(self, message: dict) -> None:
        """Take new states of chains, or a finished posterior."""
        if "chunk" in message:
            self._grow(message["site"], message["chunk"])
        elif "posterior" in message:
            self.posteriors = self.posteriors | {message["site"]: pickle.loads(message["posterior"])}

    def _clear(self) -> None:
        super()._clear()
        self.traces, self.posteriors = {}, {}

    def _grow(self, site: int, chunk: dict) -> None:
        traces = self.traces.get(site) or self._no_traces()
        parts = [unpack(chunk[name]) for name in ("iteration", "values", "acceptance", "misfit")]
        more = [ChainTrace(parts[0], *states) for states in zip(*parts[1:])]
        known = dict(list(self.traces.items())[-KEPT_TRACES:])
        self.traces = known | {site: traces.then(list(chunk["chains"]), more)}

    def _no_traces(self) -> SiteTraces:
        names = PRIORS[self.prior].names
        total = self.schedule.test_iterations + self.schedule.formal_iterations
        chains = tuple(ChainTrace.empty(len(names)) for _ in range(self.schedule.chains))
        return SiteTraces(names, self.schedule.test_iterations, total, chains)
