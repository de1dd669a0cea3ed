"""An assimilation that is watched while it runs; kept on disk, it outlives the server."""

from __future__ import annotations

import pickle

import xarray as xr

from dashboard.jobs import assimilation_store
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.data.chain_traces import SiteTraces, traces_from_message
from dashboard.jobs.data.site_estimates import BATCH
from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.tasks import assimilation
from dashboard.jobs.workers import Workers

KEPT_TRACES = 60  # sites whose chains can be looked at again; posteriors of all are kept


class SiteAssimilation(Job):
    """Chains and posterior of each site, in the order of ``sites``; of a batch the chains are those of all.

    ``traces`` and ``posteriors`` (one site's Dataset each) grow by site number.
    """

    def __init__(self, workers: Workers, request: AssimilationRequest, number: str = "") -> None:
        super().__init__(workers, request.title, assimilation.assimilate)
        self.id = number or self.id
        self.request, self.data, self.sites = request, request.data, request.shown
        self.schedule, self.prior = request.schedule, request.prior
        self.traces: dict[int, SiteTraces] = {}
        self.posteriors: dict[int, xr.Dataset] = {}
        self._profiles: xr.Dataset | None = None
        self._store = assimilation_store.store_of(self.id)

    def start(self) -> SiteAssimilation:
        """Begin, or go on with what is not done yet; InputError where it cannot be kept."""
        if self.state not in (State.WAITING, State.RUNNING):
            self._store.begin(self.request)
            self._store.stopped = False
        return self._run(go_on=True)

    def restore(self) -> SiteAssimilation:
        """Come back after the server has ended: go on, unless it was stopped by a person."""
        return self._run(go_on=not self._store.stopped)

    def cancel(self) -> None:
        """Rest until somebody goes on with it; what is finished stays."""
        if not self.state.ended:
            self._store.stopped = True
        super().cancel()

    @property
    def unfinished(self) -> bool:
        """Whether it has come to an end and there is more to do."""
        return self.state in (State.CANCELLED, State.FAILED)

    def traces_at(self, site: int) -> SiteTraces | None:
        """The chains that belong to a site; None before they have begun."""
        return self.traces.get(BATCH if self.request.shared else site)

    def posterior_at(self, site: int) -> xr.Dataset | None:
        """The posterior that belongs to a site, with the profile it gives there; None before it is there."""
        if not self.request.shared:
            return self.posteriors.get(site)
        if self._profiles is None:
            return None
        here = self.posteriors[BATCH].assign_coords(site=[site])
        return here.assign(self._profiles.sel(site=[site]))

    def on_message(self, message: dict) -> None:
        """Take new states of chains, or a finished posterior."""
        if "chunk" in message:
            self._grow(message["site"], message["chunk"])
        elif "profiles" in message:
            self._profiles = pickle.loads(message["profiles"])
        elif "posterior" in message:
            self.posteriors = self.posteriors | {message["site"]: pickle.loads(message["posterior"])}

    def _run(self, go_on: bool) -> SiteAssimilation:
        self.set_task(assimilation.assimilate, self.request.to_json(), str(self._store.directory), go_on)
        super().start()
        return self

    def _clear(self) -> None:
        super()._clear()
        self.traces, self.posteriors, self._profiles = {}, {}, None

    def _grow(self, site: int, chunk: dict) -> None:
        traces = self.traces.get(site) or SiteTraces.empty(self.schedule, self.prior)
        known = dict(list(self.traces.items())[-KEPT_TRACES:])
        self.traces = known | {site: traces.extended(*traces_from_message(chunk))}


def find_assimilation(
    number: str, registry: Registry, workers: Workers, batch_workers: Workers
) -> SiteAssimilation | None:
    """The assimilation of that number; one that a server has left behind is taken up again."""
    known = registry.get(number)
    if known is not None:
        return known if isinstance(known, SiteAssimilation) else None
    store = assimilation_store.find(number)
    if store is None:
        return None
    request = store.request
    place = batch_workers if request.shared else workers
    return registry.add(SiteAssimilation(place, request, number).restore())
