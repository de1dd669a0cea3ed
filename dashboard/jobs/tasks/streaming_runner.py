"""Chains that send their states while they run, in a worker process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.jobs.data.chain_traces import trace_message
from proda_core.assimilation.chain import Chain
from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.phases import run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.site import one_case
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.assimilation.summary import stacked, summarise
from proda_core.records.posterior import Posterior
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import Prior

POINTS = 1500  # states of a chain that are sent; a screen is not wider
CHUNKS = 60  # messages per chain


@dataclass(frozen=True)
class Thinning:
    """Iterations between two messages of a chain, and between two of its states that are sent."""

    chunk: int
    every: int


def thinning(iterations: int, keep_every: int) -> Thinning:
    """Return the thinning of a chain of so many iterations, in steps of ``keep_every``.

    >>> thinning(50_000, 10)
    Thinning(chunk=830, every=30)
    """
    every = max(1, iterations // POINTS // keep_every) * keep_every
    return Thinning(max(every, iterations // CHUNKS // keep_every * keep_every), every)


class ChainStreamer:
    """Sends new states of chains, thinned for the screen."""

    def __init__(self, schedule: Schedule, prior: Prior, send: Callable[[dict], None]) -> None:
        self._prior, self._send, self._learning = prior, send, schedule.test_iterations
        total = schedule.test_iterations + schedule.formal_iterations
        self.thinning = thinning(total, schedule.keep_every)

    def __call__(self, chains: Sequence[Chain], new: int, keep: int, adapt: bool) -> None:
        """Send the last ``new`` states of chains that keep one every ``keep`` iterations."""
        before = 0 if adapt else self._learning
        stride = max(self.thinning.every // keep, 1)
        last = chains[0].iterations // keep * keep
        iteration = np.arange(last - (new - 1) * keep, last + 1, keep)
        shown = np.flatnonzero((iteration // keep) % stride == 0) - new
        if not shown.size:
            return
        iteration = iteration[shown]
        values = np.stack([self._prior.to_physical(chain.unit[shown]) for chain in chains])
        rates = np.stack([chain.accepted[shown] for chain in chains]) / iteration
        misfit = np.stack([chain.cost[shown] for chain in chains])
        numbers = [chain.number for chain in chains]
        self._send(trace_message(numbers, iteration + before, values, rates, misfit))


class StreamingRunner(Runner):
    """A runner that advances in chunks and sends the new states after each."""

    def __init__(self, *arguments: object, stream: ChainStreamer) -> None:
        super().__init__(*arguments)
        self._stream = stream

    def advance(self, chains: Sequence[Chain], iterations: int, *, adapt: bool, keep_every: int) -> None:
        """Advance in chunks; the states of the chains do not depend on the chunks."""
        keep = self.schedule.keep_every if adapt else keep_every
        while iterations > 0:
            step = min(iterations, max(self._stream.thinning.chunk // keep, 1) * keep)
            super().advance(chains, step, adapt=adapt, keep_every=keep)
            iterations -= step
            self._stream(chains, step // keep, keep, adapt)


def assimilate_site(
    study: Study,
    site: int,
    spec: AssimilationSpec,
    send: Callable[[dict], None],
    should_stop: Callable[[], bool],
    seen: Observed | None = None,
) -> Posterior:
    """Return the posterior of one site, or of the observations ``seen`` there; ``send`` gets the chains."""
    columns, case = one_case(study.profiles, study.forcing, site, spec, seen)
    target = SoilTarget(columns, spec.prior, spec.schedule)
    runner = StreamingRunner(
        target, spec.schedule, should_stop, stream=ChainStreamer(spec.schedule, spec.prior, send)
    )
    (chains,) = run_phases(runner, [case], spec.seed)
    return Posterior(stacked(np.array([site]), [summarise(chains, columns, spec.prior)], spec.prior))
