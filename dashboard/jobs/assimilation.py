"""The job of an assimilation whose chains are shown while they run; stored on disk, it survives a restart."""

from __future__ import annotations

import pickle

import xarray as xr

from dashboard.jobs import assimilation_store
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.data.chain_traces import SiteTraces
from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.tasks import assimilation
from dashboard.jobs.workers import Workers
from proda_core.records.posterior import BATCH_SITE

MOST_TRACES = 60  # sites whose chains stay in memory; the posteriors of all sites do


class SiteAssimilation(Job):
    """Chains and posterior of each site, in the order of ``sites``; of a batch the chains are those of all.

    ``traces`` and ``posteriors`` (one site's Dataset each) grow by site number.
    """

    def __init__(self, workers: Workers, request: AssimilationRequest, job_id: str = "") -> None:
        super().__init__(workers, request.title, assimilation.assimilate)
        self.id = job_id or self.id
        self.request, self.data, self.sites = request, request.data, request.shown
        self.schedule, self.prior = request.schedule, request.prior
        self.traces: dict[int, SiteTraces] = {}
        self.posteriors: dict[int, xr.Dataset] = {}
        self._profiles: xr.Dataset | None = None
        self._store = assimilation_store.store_of(self.id)

    def start(self) -> SiteAssimilation:
        """Start, or resume with what is not done yet; InputError where it cannot be stored."""
        if self.state not in (State.WAITING, State.RUNNING):
            self._store.write_request(self.request)
            self._store.stopped = False
        return self._run(resume=True)

    def restore(self) -> SiteAssimilation:
        """Restore the job after a restart of the server; resume it unless a visitor had stopped it."""
        return self._run(resume=not self._store.stopped)

    def stop(self) -> None:
        """Stop until the job is started again; finished sites are kept."""
        if not self.state.ended:
            self._store.stopped = True
        super().stop()

    @property
    def unfinished(self) -> bool:
        """Whether it ended before all sites were done."""
        return self.state in (State.STOPPED, State.FAILED)

    def traces_at(self, site: int) -> SiteTraces | None:
        """Return the chains of a site; None before their first state."""
        return self.traces.get(BATCH_SITE if self.request.shared else site)

    def posterior_at(self, site: int) -> xr.Dataset | None:
        """Return the posterior of a site with its modelled profile; None before it is finished."""
        if not self.request.shared:
            return self.posteriors.get(site)
        if self._profiles is None:
            return None
        here = self.posteriors[BATCH_SITE].assign_coords(site=[site])
        return here.assign(self._profiles.sel(site=[site]))

    def on_message(self, message: dict) -> None:
        """Add new states of chains, or a finished posterior."""
        if "chunk" in message:
            self._grow(message["site"], message["chunk"])
        elif "profiles" in message:
            self._profiles = pickle.loads(message["profiles"])
        elif "posterior" in message:
            self.posteriors = self.posteriors | {message["site"]: pickle.loads(message["posterior"])}

    def _run(self, resume: bool) -> SiteAssimilation:
        self.set_task(assimilation.assimilate, self.request.to_json(), str(self._store.directory), resume)
        super().start()
        return self

    def _clear(self) -> None:
        super()._clear()
        self.traces, self.posteriors, self._profiles = {}, {}, None

    def _grow(self, site: int, chunk: dict) -> None:
        traces = self.traces.get(site) or SiteTraces.empty(self.schedule, self.prior)
        known = dict(list(self.traces.items())[-MOST_TRACES:])
        self.traces = known | {site: traces.extended(chunk)}


def find_assimilation(
    job_id: str, registry: Registry, workers: Workers, batch_workers: Workers
) -> SiteAssimilation | None:
    """Return the assimilation of that id, restored from disk if this server does not have it; else None."""
    known = registry.get(job_id)
    if known is not None:
        return known if isinstance(known, SiteAssimilation) else None
    store = assimilation_store.find(job_id)
    if store is None:
        return None
    request = store.request
    place = batch_workers if request.shared else workers
    return registry.add(SiteAssimilation(place, request, job_id).restore())
