"""Run the chains of one target under one schedule, eight at a time, each independent of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from proda_core.assimilation.chain import Block, Case, Chain, Target
from proda_core.assimilation.random_streams import STATE_ROWS
from proda_core.assimilation.samplers import sampler_of
from proda_core.assimilation.schedules import Schedule
from proda_core.records.progress import Cancelled
from proda_core.soil_model.lanes import LANES


class Runner:
    """Runner of the chains of one target under one schedule; one per thread."""

    def __init__(
        self, target: Target, schedule: Schedule, should_stop: Callable[[], bool] | None = None
    ) -> None:
        self.target, self.schedule, self.should_stop = target, schedule, should_stop
        self.sampler = sampler_of(schedule)

    def rows(self) -> int:
        """Return the length of a chain's state."""
        return self.sampler.rows(self.target.size)

    def start(self, case: Case, number: int, seed: int) -> Chain:
        """Return a chain with its random stream and no state yet."""
        size = self.target.size
        state, rng = np.zeros(self.rows()), np.zeros(STATE_ROWS, dtype=np.uint64)
        chain = Chain(case, number, seed, state, rng, unit=np.zeros((0, size)))
        chain.draw_from(0)
        return chain

    def initialise(self, chains: Sequence[Chain]) -> None:
        """Set chains to draws of the prior and evaluate them."""
        for block in self._blocks(chains):
            self.sampler.initialise(block)
            block.write_back()

    def advance(self, chains: Sequence[Chain], iterations: int, *, adapt: bool, keep_every: int) -> None:
        """Advance the chains and append the states kept; all chains must be at the same iteration.

        The states do not depend on how the iterations are divided into calls.
        """
        for block in self._blocks(chains):
            self._walk(block, iterations, adapt, keep_every)

    def _walk(self, block: Block, iterations: int, adapt: bool, keep_every: int) -> None:
        first = block.chains[0].iterations
        out, trace = self.sampler.walk(block, first, iterations, adapt, keep_every)
        block.write_back()
        _append(block.chains, out.reshape(len(out), block.size, LANES), trace.reshape(len(out), 2, LANES))
        for chain in block.chains:
            chain.iterations += iterations

    def _blocks(self, chains: Sequence[Chain]) -> Iterator[Block]:
        for group in self.sampler.groups(chains):
            if self.should_stop is not None and self.should_stop():
                raise Cancelled("assimilation stopped on request")
            yield Block(self.target, group)


def _append(chains: Sequence[Chain], unit: np.ndarray, trace: np.ndarray) -> None:
    for lane, chain in enumerate(chains):
        chain.unit = np.concatenate([chain.unit, unit[:, :, lane]])
        chain.cost = np.concatenate([chain.cost, trace[:, 0, lane]])
        chain.accepted = np.concatenate([chain.accepted, trace[:, 1, lane]])
