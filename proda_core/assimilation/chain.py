"""Chains, and the blocks of lanes in which up to eight of them advance together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.random_streams import stream
from proda_core.soil_model.lanes import LANES

_SCALES = {"low": 0.5, "high": 2.0}  # of the proposal, after an acceptance below or above the window


class Target(Protocol):
    """A sampled density exp(-cost) times the prior, over the unit cube of ``size`` dimensions.

    location, scale : of the prior's normal scores, (size,); 0 and 1 where it is uniform
    gradient : cost and its derivatives, for samplers that follow them; None where there is none
    """

    function: Callable
    gradient: Callable | None
    size: int
    location: np.ndarray
    scale: np.ndarray

    def buffers(self, most_observations: int, chains: int) -> tuple[np.ndarray, np.ndarray]:
        """Return ``work`` and ``index`` of a block of chains with at most ``most_observations`` each."""

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
        """Logarithm of the proposal's scale or of the leapfrog step, the last row but one of a state."""
        return float(self.state[-2])

    @log_scale.setter
    def log_scale(self, value: float) -> None:
        self.state[-2] = value

    def draw_from(self, part: int) -> None:
        """Set the random stream of (seed, site, chain, part)."""
        self.rng[:] = stream(self.seed, self.case.site, self.number, part)

    def clear(self) -> None:
        """Clear stored states and counts at the start of a phase."""
        size = self.unit.shape[1]
        self.unit, self.cost, self.accepted = np.zeros((0, size)), np.zeros(0), np.zeros(0)
        self.state[-1], self.iterations = 0.0, 0


class Block:
    """Up to eight chains side by side; lanes left over repeat the last chain."""

    def __init__(self, target: Target, chains: Sequence[Chain]) -> None:
        self.chains, self.function, self.size = chains, target.function, target.size
        self.location, self.scale = target.location, target.scale
        self.gradient = target.gradient
        lanes = [*chains, *[chains[-1]] * (LANES - len(chains))]
        self.work, self.index = target.buffers(max(len(chain.case.observed) for chain in chains), len(chains))
        for lane, chain in enumerate(lanes):
            target.write_lane(self.work, self.index, lane, chain.case.column, chain.case.observed)
        self.state = np.stack([chain.state for chain in lanes], axis=1).ravel()
        self.rng = np.stack([chain.rng for chain in lanes], axis=1).ravel()
        self.unit, self.cost = np.zeros(target.size * LANES), np.zeros(LANES)
        self.slope = np.zeros(target.size * LANES)

    def write_back(self) -> None:
        """Copy the state of each lane to its chain."""
        state, rng = self.state.reshape(-1, LANES), self.rng.reshape(-1, LANES)
        for lane, chain in enumerate(self.chains):
            chain.state[:], chain.rng[:] = state[:, lane], rng[:, lane]


def rescale(chain: Chain, window: tuple[float, float]) -> None:
    """Widen or narrow the proposal of a chain whose acceptance is outside the window."""
    factor = _SCALES["low"] if chain.acceptance < window[0] else _SCALES["high"]
    chain.log_scale += np.log(factor)
