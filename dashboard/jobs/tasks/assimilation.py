"""Task of an assimilation: every site by itself, or one parameter set for many."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dashboard.jobs import assimilation_request
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.assimilation_store import AssimilationStore
from dashboard.jobs.data.chain_traces import SiteTraces, trace_message
from dashboard.jobs.messages import TaskContext, unpack
from dashboard.jobs.tasks.common import chosen_model, study
from dashboard.state.modes import ALL
from proda_core.hardware import available_cores
from proda_core.records.posterior import BATCH_SITE, Posterior
from proda_core.records.progress import Cancelled, Progress
from proda_core.records.study import Study

if TYPE_CHECKING:
    from proda_core.assimilation.schedules import Schedule
    from proda_core.assimilation.spec import AssimilationSpec


def assimilate(request_text: str, directory: str, resume: bool, context: TaskContext) -> int:
    """Assimilate as requested, sending and storing chains and posteriors; return how many posteriors.

    Stored sites are sent again and not computed again. Without ``resume`` only those are sent.
    """
    request, store = assimilation_request.read(request_text), AssimilationStore(directory)
    store.expect_input(_fingerprint(request), request.data)
    return (_share_parameters if request.shared else _site_by_site)(request, store, resume, context)


def _site_by_site(
    request: AssimilationRequest, store: AssimilationStore, resume: bool, context: TaskContext
) -> int:
    whole, spec = inputs_of(request)
    length, count, done = _length(request), len(request.sites), 0

    def report(number: int, iterations: int) -> None:
        progress = number * length + iterations, count * length
        context.report(Progress(*progress, f"site {request.sites[number]}"))

    for number, site in enumerate(request.sites):
        if _send_stored(store, site, context):
            report(number, length)
        elif resume:
            _assimilate_site(request, whole, site, spec, store, context, partial(report, number))
        else:
            continue
        done += 1
    if done < count:
        raise Cancelled("stopped on request")
    return done


def _assimilate_site(
    request: AssimilationRequest,
    whole: Study,
    site: int,
    spec: AssimilationSpec,
    store: AssimilationStore,
    context: TaskContext,
    report: Callable[[int], None],
) -> None:
    """Assimilate one site, sending its chains; ``report`` gets the iterations done."""
    from dashboard.jobs.tasks.streaming_runner import assimilate_site

    recorder = _Recorder(request, site, context)

    def on_chunk(chunk: dict) -> None:
        report(min(int(unpack(chunk["iteration"])[-1]), _length(request)))
        recorder(chunk)

    report(0)
    posterior = assimilate_site(whole, site, spec, on_chunk, context.should_stop)
    _finish(store, site, posterior, recorder, context)


def _share_parameters(
    request: AssimilationRequest, store: AssimilationStore, resume: bool, context: TaskContext
) -> int:
    """Fit one parameter set for many sites, then compute its profile at each of the chosen ones."""
    from proda_core.mapping.soil_carbon import batch_draws, predictive_profiles

    posterior = _send_stored(store, BATCH_SITE, context)
    if posterior is None and not resume:
        raise Cancelled("stopped on request")
    if posterior is None:
        posterior = _batch(request, store, context)
    whole, spec = inputs_of(request)
    forcing = whole.forcing.select(np.asarray(request.shown))
    profiles = predictive_profiles(batch_draws(posterior), forcing, spec.settings)
    profiles = profiles.drop_vars(["layer", "node"])
    context.send(profiles=pickle.dumps(profiles))
    return 1


def _batch(request: AssimilationRequest, store: AssimilationStore, context: TaskContext) -> Posterior:
    from dashboard.jobs.tasks.streaming_runner import ChainStreamer
    from proda_core.assimilation import assimilate_batch
    from proda_core.vocabulary.parameters import PRIORS

    (whole, spec), sites = inputs_of(request), _assimilated(request)
    recorder = _Recorder(request, BATCH_SITE, context)
    posterior = assimilate_batch(
        whole.profiles.select(sites),
        whole.forcing,
        request.schedule,
        seed=request.seed,
        prior=request.prior,
        settings=spec.settings,
        on_progress=context.report,
        should_stop=context.should_stop,
        workers=available_cores(leave=1),  # for the server
        directory=store.batch,
        on_states=ChainStreamer(request.schedule, PRIORS[request.prior], recorder),
    )
    _finish(store, BATCH_SITE, posterior, recorder, context)
    return posterior


class _Recorder:
    """Sends the chains of one site and keeps them for the store."""

    def __init__(self, request: AssimilationRequest, site: int, context: TaskContext) -> None:
        self.traces = SiteTraces.empty(request.schedule, request.prior)
        self._send: Callable[[dict], None] = lambda chunk: context.send(site=site, chunk=chunk)

    def __call__(self, chunk: dict) -> None:
        self.traces = self.traces.extended(chunk)
        self._send(chunk)


def _finish(
    store: AssimilationStore, site: int, posterior: Posterior, recorder: _Recorder, context: TaskContext
) -> None:
    context.send(site=site, posterior=pickle.dumps(posterior.ds))  # first: a page waits for it
    store.write(site, posterior, recorder.traces)


def _send_stored(store: AssimilationStore, site: int, context: TaskContext) -> Posterior | None:
    """Send the stored chains and posterior of a site; return the posterior, None where none is stored."""
    found = store.read(site)
    if found is None:
        return None
    posterior, chains = found
    for number, chain in enumerate(chains):
        parts = (part[None] for part in (chain.values, chain.acceptance, chain.misfit))
        context.send(site=site, chunk=trace_message([number], chain.iteration, *parts))
    context.send(site=site, posterior=pickle.dumps(posterior.ds))
    return posterior


def _assimilated(request: AssimilationRequest) -> np.ndarray:
    return study(request.data).assimilable() if request.mode == ALL else np.asarray(request.sites)


def _fingerprint(request: AssimilationRequest) -> str:
    from proda_core.assimilation.spec import fingerprint

    (whole, spec), sites = inputs_of(request), _assimilated(request)
    return fingerprint(whole.profiles.select(sites), whole.forcing.select(sites), spec)


def inputs_of(request: AssimilationRequest) -> tuple[Study, AssimilationSpec]:
    """Return the data set on the chosen layers, and the checked choices."""
    return chosen_inputs(request.data, request.schedule, request.prior, request.seed, request.model)


def chosen_inputs(
    data: str, schedule: Schedule, prior: str, seed: int, model: Mapping[str, object]
) -> tuple[Study, AssimilationSpec]:
    """Return a data set on the chosen layers and the checked choices.

    Raises InputError where choices exclude each other.
    """
    from proda_core.assimilation.spec import spec_of

    whole, settings = chosen_model(data, prior, model)
    return whole, spec_of(whole.forcing, schedule, prior, settings, seed)


def _length(request: AssimilationRequest) -> int:
    return request.schedule.test_iterations + request.schedule.formal_iterations
