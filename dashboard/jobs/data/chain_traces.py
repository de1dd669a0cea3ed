"""The chains of one site as they grow, thinned for the screen, and the messages by which they travel."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dashboard.jobs.messages import pack, unpack
from proda_core.assimilation.schedules import Schedule
from proda_core.vocabulary.parameters import PRIORS


@dataclass(frozen=True)
class ChainTrace:
    """States of one chain. ``values`` (kept, parameter) are physical; the others (kept,).

    restarts : how often the chain was rejected and returned to an earlier iteration
    """

    iteration: np.ndarray
    values: np.ndarray
    acceptance: np.ndarray
    misfit: np.ndarray
    restarts: int = 0

    @staticmethod
    def empty(parameters: int) -> ChainTrace:
        """Return a chain before its first step."""
        nothing = np.zeros(0, np.float32)
        return ChainTrace(nothing, np.zeros((0, parameters), np.float32), nothing, nothing)

    def __len__(self) -> int:
        return len(self.iteration)

    def extended(self, more: ChainTrace) -> ChainTrace:
        """Return the chain with further states, which replace all from their first iteration on."""
        kept = int(np.searchsorted(self.iteration, more.iteration[0])) if len(more) else len(self)
        return ChainTrace(
            np.concatenate([self.iteration[:kept], more.iteration]),
            np.concatenate([self.values[:kept], more.values]),
            np.concatenate([self.acceptance[:kept], more.acceptance]),
            np.concatenate([self.misfit[:kept], more.misfit]),
            self.restarts + (kept < len(self)),
        )

    def count_until(self, iteration: float) -> int:
        """Return the number of states up to an iteration."""
        return int(np.searchsorted(self.iteration, iteration, side="right"))


def trace_message(
    numbers: Sequence[int],
    iteration: np.ndarray,
    values: np.ndarray,
    acceptance: np.ndarray,
    misfit: np.ndarray,
) -> dict:
    """Return states of some chains as a message, which :meth:`SiteTraces.extended` reads.

    numbers : of the chains
    iteration : (kept,)
    values : (chain, kept, parameter), physical
    acceptance, misfit : (chain, kept)
    """
    arrays = {"iteration": iteration, "values": values, "acceptance": acceptance, "misfit": misfit}
    return {"chains": list(numbers), **{name: pack(array) for name, array in arrays.items()}}


@dataclass(frozen=True)
class SiteTraces:
    """All chains of one site.

    learning : iterations of the test run
    total : iterations of test and formal run
    name : unique, and the same while the chains grow
    """

    parameters: tuple[str, ...]
    learning: int
    total: int
    chains: tuple[ChainTrace, ...] = field(default=())
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    @staticmethod
    def empty(schedule: Schedule, prior: str) -> SiteTraces:
        """Return the chains of a schedule before their first step."""
        names = PRIORS[prior].names
        total = schedule.test_iterations + schedule.formal_iterations
        chains = tuple(ChainTrace.empty(len(names)) for _ in range(schedule.chains))
        return SiteTraces(names, schedule.test_iterations, total, chains)

    def extended(self, message: dict) -> SiteTraces:
        """Return the traces with the states of a :func:`trace_message`."""
        iteration = unpack(message["iteration"])
        states = zip(*(unpack(message[name]) for name in ("values", "acceptance", "misfit")))
        chains = list(self.chains)
        for number, parts in zip(message["chains"], states, strict=True):
            chains[number] = chains[number].extended(ChainTrace(iteration, *parts))
        return replace(self, chains=tuple(chains))

    @property
    def reached(self) -> float:
        """The iteration that every chain has reached."""
        return min((float(chain.iteration[-1]) if len(chain) else 0.0 for chain in self.chains), default=0.0)
