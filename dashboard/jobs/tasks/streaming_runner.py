"""Chains that tell of themselves while they walk. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.jobs.messages import pack
from proda_core.assimilation.chains import Chain, Runner
from proda_core.assimilation.jobs import Job
from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.phases import run_phases
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.site import one_case
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.summary import stacked, summarise
from proda_core.records.posterior import Posterior
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import Prior

POINTS = 1500  # states of a chain that are shown; a screen is not wider
CHUNKS = 60  # messages per chain


@dataclass(frozen=True)
class Thinning:
    """How often a chain speaks, and which of its states it shows."""

    chunk: int
    every: int


def thinning(iterations: int, keep_every: int) -> Thinning:
    """Chunks and shown states of a chain of so many iterations, in steps of ``keep_every``.

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
        """The last ``new`` states of chains that keep one every ``keep`` iterations."""
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
        self._send(chunk(numbers, iteration + before, values, rates, misfit))


def chunk(
    numbers: Sequence[int],
    iteration: np.ndarray,
    values: np.ndarray,
    acceptance: np.ndarray,
    misfit: np.ndarray,
) -> dict:
    """States of chains: iteration (kept,), values (chain, kept, parameter), the others (chain, kept)."""
    arrays = {"iteration": iteration, "values": values, "acceptance": acceptance, "misfit": misfit}
    return {"chains": list(numbers), **{name: pack(array) for name, array in arrays.items()}}


class StreamingRunner(Runner):
    """A runner that walks in chunks and tells of the new states after each."""

    def __init__(self, *arguments: object, tell: ChainStreamer) -> None:
        super().__init__(*arguments)
        self._tell = tell

    def advance(self, chains: Sequence[Chain], iterations: int, *, adapt: bool, keep_every: int) -> None:
        """Walk on in chunks; the chains' states do not depend on it."""
        keep = self.schedule.keep_every if adapt else keep_every
        while iterations > 0:
            step = min(iterations, max(self._tell.thinning.chunk // keep, 1) * keep)
            super().advance(chains, step, adapt=adapt, keep_every=keep)
            iterations -= step
            self._tell(chains, step // keep, keep, adapt)


def assimilate_site(
    study: Study,
    site: int,
    job: Job,
    send: Callable[[dict], None],
    should_stop: Callable[[], bool],
    seen: Observed | None = None,
) -> Posterior:
    """The posterior of one site, or of ``seen`` there; ``send`` gets the chains on the way."""
    columns, case = one_case(study.profiles, study.forcing, site, job, seen)
    target = SoilTarget(columns, job.prior, job.schedule)
    runner = StreamingRunner(
        target, job.schedule, should_stop, tell=ChainStreamer(job.schedule, job.prior, send)
    )
    (chains,) = run_phases(runner, [case], job.seed)
    return Posterior(stacked(np.array([site]), [summarise(chains, columns, job.prior)], job.prior))
