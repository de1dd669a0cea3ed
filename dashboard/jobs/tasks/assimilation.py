"""Assimilation as a worker process does it: every site by itself, or one parameter set for many."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable

import numpy as np

from dashboard.jobs import assimilation_request
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.assimilation_store import AssimilationStore
from dashboard.jobs.data.chain_traces import SiteTraces, traces_from_message
from dashboard.jobs.data.site_estimates import BATCH
from dashboard.jobs.messages import TaskContext, unpack
from dashboard.jobs.tasks.common import study
from dashboard.state.modes import ALL
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Cancelled, Progress


def assimilate(request: str, directory: str, go_on: bool, context: TaskContext) -> int:
    """Do what is asked for, sending chains and posteriors, and keep it; returns how many posteriors.

    What is kept is sent again and not done anew. Without ``go_on`` that is all.
    """
    asked, store = assimilation_request.read(request), AssimilationStore(directory)
    store.expect_input(_fingerprint(asked), asked.data)
    return (_together if asked.shared else _site_by_site)(asked, store, go_on, context)


def _site_by_site(
    asked: AssimilationRequest, store: AssimilationStore, go_on: bool, context: TaskContext
) -> int:
    from dashboard.jobs.tasks.streaming_runner import assimilate_site
    from proda_core.assimilation.jobs import job_of

    whole = study(asked.data)
    job = job_of(whole.forcing, asked.schedule, asked.prior, None, asked.seed)
    length, count, done = _length(asked), len(asked.sites), 0
    for number, site in enumerate(asked.sites):
        if _sent_again(store, site, context):
            done += 1
            context.report(Progress((number + 1) * length, count * length, f"site {site}"))
            continue
        if not go_on:
            continue
        recorder = _Recorder(asked, site, context)

        def tell(chunk: dict, number: int = number, site: int = site, recorder: _Recorder = recorder) -> None:
            reached = min(int(unpack(chunk["iteration"])[-1]), length)
            context.report(Progress(number * length + reached, count * length, f"site {site}"))
            recorder(chunk)

        context.report(Progress(number * length, count * length, f"site {site}"))
        posterior = assimilate_site(whole, site, job, tell, context.should_stop)
        _finish(store, site, posterior, recorder, context)
        done += 1
    if done < count:
        raise Cancelled("stopped on request")
    return done


def _together(asked: AssimilationRequest, store: AssimilationStore, go_on: bool, context: TaskContext) -> int:
    """One parameter set for many sites; then its profile at each of the chosen ones."""
    from proda_core.mapping.soil_carbon import batch_draws, predictive_profiles

    posterior = _sent_again(store, BATCH, context)
    if posterior is None and not go_on:
        raise Cancelled("stopped on request")
    if posterior is None:
        posterior = _batch(asked, store, context)
    forcing = study(asked.data).forcing.select(np.asarray(asked.shown))
    profiles = predictive_profiles(batch_draws(posterior), forcing).drop_vars(["layer", "node"])
    context.send(profiles=pickle.dumps(profiles))
    return 1


def _batch(asked: AssimilationRequest, store: AssimilationStore, context: TaskContext) -> Posterior:
    from dashboard.jobs.tasks.streaming_runner import ChainStreamer
    from proda_core.assimilation import assimilate_batch
    from proda_core.vocabulary.parameters import PRIORS

    whole, sites = study(asked.data), _assimilated(asked)
    recorder = _Recorder(asked, BATCH, context)
    posterior = assimilate_batch(
        whole.profiles.select(sites),
        whole.forcing,
        asked.schedule,
        seed=asked.seed,
        prior=asked.prior,
        on_progress=context.report,
        should_stop=context.should_stop,
        workers=max(1, (os.cpu_count() or 2) - 1),  # one core stays with the visitors
        directory=store.batch,
        on_states=ChainStreamer(asked.schedule, PRIORS[asked.prior], recorder),
    )
    _finish(store, BATCH, posterior, recorder, context)
    return posterior


class _Recorder:
    """Sends the chains of one site, and remembers what it has sent."""

    def __init__(self, asked: AssimilationRequest, site: int, context: TaskContext) -> None:
        self.traces = SiteTraces.empty(asked.schedule, asked.prior)
        self._send: Callable[[dict], None] = lambda chunk: context.send(site=site, chunk=chunk)

    def __call__(self, chunk: dict) -> None:
        self.traces = self.traces.extended(*traces_from_message(chunk))
        self._send(chunk)


def _finish(
    store: AssimilationStore, site: int, posterior: Posterior, recorder: _Recorder, context: TaskContext
) -> None:
    context.send(site=site, posterior=pickle.dumps(posterior.ds))  # first: somebody waits for it
    store.write(site, posterior, recorder.traces)


def _sent_again(store: AssimilationStore, site: int, context: TaskContext) -> Posterior | None:
    """Send what is kept of a site."""
    from dashboard.jobs.tasks.streaming_runner import chunk

    found = store.read(site)
    if found is None:
        return None
    posterior, chains = found
    for number, chain in enumerate(chains):
        parts = (part[None] for part in (chain.values, chain.acceptance, chain.misfit))
        context.send(site=site, chunk=chunk([number], chain.iteration, *parts))
    context.send(site=site, posterior=pickle.dumps(posterior.ds))
    return posterior


def _assimilated(asked: AssimilationRequest) -> np.ndarray:
    return study(asked.data).assimilable() if asked.way == ALL else np.asarray(asked.sites)


def _fingerprint(asked: AssimilationRequest) -> str:
    from proda_core.assimilation.jobs import fingerprint, job_of

    whole, sites = study(asked.data), _assimilated(asked)
    job = job_of(whole.forcing, asked.schedule, asked.prior, None, asked.seed)
    return fingerprint(whole.profiles.select(sites), whole.forcing.select(sites), job)


def _length(asked: AssimilationRequest) -> int:
    return asked.schedule.test_iterations + asked.schedule.formal_iterations
