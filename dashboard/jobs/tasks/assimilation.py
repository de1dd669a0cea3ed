"""Assimilation as a worker process does it: every site by itself, or one parameter set for many."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable

import numpy as np

from dashboard.jobs import assimilation_request
from dashboard.jobs.assimilation_request import ChainRequest
from dashboard.jobs.assimilation_store import AssimilationStore
from dashboard.jobs.data.chain_traces import SiteTraces, traces_of
from dashboard.jobs.data.site_estimates import BATCH
from dashboard.jobs.messages import TaskContext, unpack
from dashboard.jobs.tasks.common import study
from dashboard.state.modes import ALL
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Cancelled, Progress


def assimilate(request: str, directory: str, go_on: bool, report: TaskContext) -> int:
    """Do what is asked for, sending chains and posteriors, and keep it; returns how many posteriors.

    What is kept is sent again and not done anew. Without ``go_on`` that is all.
    """
    asked, store = assimilation_request.read(request), AssimilationStore(directory)
    store.expect_input(_fingerprint(asked), asked.data)
    return (_together if asked.shared else _site_by_site)(asked, store, go_on, report)


def _site_by_site(asked: ChainRequest, store: AssimilationStore, go_on: bool, report: TaskContext) -> int:
    from dashboard.jobs.tasks.streaming_runner import assimilate_site
    from proda_core.assimilation.jobs import job_of

    whole = study(asked.data)
    job = job_of(whole.forcing, asked.schedule, asked.prior, None, asked.seed)
    length, count, done = _length(asked), len(asked.sites), 0
    for number, site in enumerate(asked.sites):
        if _sent_again(store, site, report):
            done += 1
            report(Progress((number + 1) * length, count * length, f"site {site}"))
            continue
        if not go_on:
            continue
        recorder = _Recorder(asked, site, report)

        def tell(chunk: dict, number: int = number, site: int = site, recorder: _Recorder = recorder) -> None:
            reached = min(int(unpack(chunk["iteration"])[-1]), length)
            report(Progress(number * length + reached, count * length, f"site {site}"))
            recorder(chunk)

        report(Progress(number * length, count * length, f"site {site}"))
        posterior = assimilate_site(whole, site, job, tell, report.should_stop)
        _finish(store, site, posterior, recorder, report)
        done += 1
    if done < count:
        raise Cancelled("stopped on request")
    return done


def _together(asked: ChainRequest, store: AssimilationStore, go_on: bool, report: TaskContext) -> int:
    """One parameter set for many sites; then its profile at each of the chosen ones."""
    from proda_core.mapping.soil_carbon import batch_draws, predictive_profiles

    posterior = _sent_again(store, BATCH, report)
    if posterior is None and not go_on:
        raise Cancelled("stopped on request")
    if posterior is None:
        posterior = _batch(asked, store, report)
    forcing = study(asked.data).forcing.select(np.asarray(asked.shown))
    profiles = predictive_profiles(batch_draws(posterior), forcing).drop_vars(["layer", "node"])
    report.send(profiles=pickle.dumps(profiles))
    return 1


def _batch(asked: ChainRequest, store: AssimilationStore, report: TaskContext) -> Posterior:
    from dashboard.jobs.tasks.streaming_runner import ChainStreamer
    from proda_core.assimilation import assimilate_batch
    from proda_core.vocabulary.parameters import PRIORS

    whole, sites = study(asked.data), _assimilated(asked)
    recorder = _Recorder(asked, BATCH, report)
    posterior = assimilate_batch(
        whole.profiles.select(sites),
        whole.forcing,
        asked.schedule,
        seed=asked.seed,
        prior=asked.prior,
        on_progress=report,
        should_stop=report.should_stop,
        workers=max(1, (os.cpu_count() or 2) - 1),  # one core stays with the visitors
        directory=store.batch,
        on_states=ChainStreamer(asked.schedule, PRIORS[asked.prior], recorder),
    )
    _finish(store, BATCH, posterior, recorder, report)
    return posterior


class _Recorder:
    """Sends the chains of one site, and remembers what it has sent."""

    def __init__(self, asked: ChainRequest, site: int, report: TaskContext) -> None:
        self.traces = SiteTraces.none(asked.schedule, asked.prior)
        self._send: Callable[[dict], None] = lambda chunk: report.send(site=site, chunk=chunk)

    def __call__(self, chunk: dict) -> None:
        self.traces = self.traces.then(*traces_of(chunk))
        self._send(chunk)


def _finish(
    store: AssimilationStore, site: int, posterior: Posterior, recorder: _Recorder, report: TaskContext
) -> None:
    report.send(site=site, posterior=pickle.dumps(posterior.ds))  # first: somebody waits for it
    store.write(site, posterior, recorder.traces)


def _sent_again(store: AssimilationStore, site: int, report: TaskContext) -> Posterior | None:
    """Send what is kept of a site."""
    from dashboard.jobs.tasks.streaming_runner import chunk

    found = store.read(site)
    if found is None:
        return None
    posterior, chains = found
    for number, chain in enumerate(chains):
        parts = (part[None] for part in (chain.values, chain.acceptance, chain.misfit))
        report.send(site=site, chunk=chunk([number], chain.iteration, *parts))
    report.send(site=site, posterior=pickle.dumps(posterior.ds))
    return posterior


def _assimilated(asked: ChainRequest) -> np.ndarray:
    return study(asked.data).assimilable() if asked.way == ALL else np.asarray(asked.sites)


def _fingerprint(asked: ChainRequest) -> str:
    from proda_core.assimilation.jobs import fingerprint, job_of

    whole, sites = study(asked.data), _assimilated(asked)
    job = job_of(whole.forcing, asked.schedule, asked.prior, None, asked.seed)
    return fingerprint(whole.profiles.select(sites), whole.forcing.select(sites), job)


def _length(asked: ChainRequest) -> int:
    return asked.schedule.test_iterations + asked.schedule.formal_iterations
