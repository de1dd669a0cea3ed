"""Chains packed into lanes: many (site, chain) pairs, eight at a time, each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from proda_core.assimilation import metropolis
from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.random_streams import STATE_ROWS, stream
from proda_core.assimilation.samplers import sampler_of
from proda_core.assimilation.schedules import Schedule
from proda_core.records.progress import Cancelled
from proda_core.soil_model.lanes import LANES

_SCALES = {"low": 0.5, "high": 2.0}  # of the proposal, after an acceptance below or above the window


class Target(Protocol):
    """What is sampled: a density exp(-cost) over the unit cube of ``size`` dimensions."""

    function: Callable
    size: int

    def buffers(self, most_observations: int, chains: int) -> tuple[np.ndarray, np.ndarray]:
        """``work`` and ``index`` of a block of so many chains with at most so many observations each."""

    def write_lane(self, work: np.ndarray, index: np.ndarray, lane: int, column: int, site: Observed) -> None:
        """Write one site into a lane."""


@dataclass(frozen=True, eq=False)
class Case:
    """One site: its number, its row in the target's columns, its observations."""

    site: int
    column: int
    observed: Observed


@dataclass(eq=False)
class Chain:
    """One chain: its current state and its stored states.

    state, rng : current state and random stream, all that is needed to continue
    unit : states kept, (kept, parameter), in the prior's unit cube
    archive : past states shared by the chains of a site (DREAM only), the one element of a list
    cost, accepted : J and the number of accepted proposals so far, (kept,)
    """

    case: Case
    number: int
    seed: int
    state: np.ndarray
    rng: np.ndarray
    unit: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    cost: np.ndarray = field(default_factory=lambda: np.zeros(0))
    accepted: np.ndarray = field(default_factory=lambda: np.zeros(0))
    iterations: int = 0
    reruns: int = 0
    archive: list[np.ndarray] | None = None

    @property
    def acceptance(self) -> float:
        """Share of proposals accepted in the present phase."""
        return float(self.state[-1] / self.iterations) if self.iterations else 0.0

    @property
    def log_scale(self) -> float:
        """Logarithm of the proposal's scale."""
        return float(self.state[metropolis.log_scale_row(self.unit.shape[1])])

    @log_scale.setter
    def log_scale(self, value: float) -> None:
        self.state[metropolis.log_scale_row(self.unit.shape[1])] = value

    def draw_from(self, part: int) -> None:
        """Take the random stream of (seed, site, chain, part)."""
        self.rng[:] = stream(self.seed, self.case.site, self.number, part)

    def clear(self) -> None:
        """Begin a phase: forget what was kept and counted."""
        size = self.unit.shape[1]
        self.unit, self.cost, self.accepted = np.zeros((0, size)), np.zeros(0), np.zeros(0)
        self.state[-1], self.iterations = 0.0, 0


class Runner:
    """Runs chains of one target under one schedule; one per thread."""

    def __init__(
        self, target: Target, schedule: Schedule, should_stop: Callable[[], bool] | None = None
    ) -> None:
        self.target, self.schedule, self.should_stop = target, schedule, should_stop
        self.sampler = sampler_of(schedule)

    def start(self, case: Case, number: int, seed: int) -> Chain:
        """Return a chain with its random stream and no state yet."""
        size = self.target.size
        state, rng = np.zeros(self.sampler.rows(size)), np.zeros(STATE_ROWS, dtype=np.uint64)
        chain = Chain(case, number, seed, state, rng, unit=np.zeros((0, size)))
        chain.draw_from(0)
        return chain

    def initialise(self, chains: Sequence[Chain]) -> None:
        """Put chains at draws of the prior and evaluate them there."""
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


class Block:
    """Up to eight chains side by side; lanes left over repeat the last chain."""

    def __init__(self, target: Target, chains: Sequence[Chain]) -> None:
        self.chains, self.function, self.size = chains, target.function, target.size
        lanes = [*chains, *[chains[-1]] * (LANES - len(chains))]
        self.work, self.index = target.buffers(max(len(chain.case.observed) for chain in chains), len(chains))
        for lane, chain in enumerate(lanes):
            target.write_lane(self.work, self.index, lane, chain.case.column, chain.case.observed)
        self.state = np.stack([chain.state for chain in lanes], axis=1).ravel()
        self.rng = np.stack([chain.rng for chain in lanes], axis=1).ravel()
        self.unit, self.cost = np.zeros(target.size * LANES), np.zeros(LANES)

    def write_back(self) -> None:
        """Hand each chain its state."""
        state, rng = self.state.reshape(-1, LANES), self.rng.reshape(-1, LANES)
        for lane, chain in enumerate(self.chains):
            chain.state[:], chain.rng[:] = state[:, lane], rng[:, lane]


def _append(chains: Sequence[Chain], unit: np.ndarray, trace: np.ndarray) -> None:
    for lane, chain in enumerate(chains):
        chain.unit = np.concatenate([chain.unit, unit[:, :, lane]])
        chain.cost = np.concatenate([chain.cost, trace[:, 0, lane]])
        chain.accepted = np.concatenate([chain.accepted, trace[:, 1, lane]])


def rescale(chain: Chain, window: tuple[float, float]) -> None:
    """Widen or narrow the proposal of a chain whose acceptance is outside the window."""
    factor = _SCALES["low"] if chain.acceptance < window[0] else _SCALES["high"]
    chain.log_scale += np.log(factor)
