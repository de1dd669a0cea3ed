"""The chains of one site as they grow, thinned for the screen."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

import numpy as np

from dashboard.jobs.messages import unpack
from proda_core.assimilation.schedules import Schedule
from proda_core.vocabulary.parameters import PRIORS


@dataclass(frozen=True)
class ChainTrace:
    """One chain so far. ``values`` (kept, parameter) are physical; the others (kept,).

    ``restarts`` counts how often the chain was rejected and went back to an earlier iteration.
    """

    iteration: np.ndarray
    values: np.ndarray
    acceptance: np.ndarray
    misfit: np.ndarray
    restarts: int = 0

    @staticmethod
    def empty(parameters: int) -> ChainTrace:
        """A chain before its first step."""
        nothing = np.zeros(0, np.float32)
        return ChainTrace(nothing, np.zeros((0, parameters), np.float32), nothing, nothing)

    def __len__(self) -> int:
        return len(self.iteration)

    def extended(self, more: ChainTrace) -> ChainTrace:
        """The chain and what follows; what follows from an earlier iteration on replaces the rest."""
        kept = int(np.searchsorted(self.iteration, more.iteration[0])) if len(more) else len(self)
        return ChainTrace(
            np.concatenate([self.iteration[:kept], more.iteration]),
            np.concatenate([self.values[:kept], more.values]),
            np.concatenate([self.acceptance[:kept], more.acceptance]),
            np.concatenate([self.misfit[:kept], more.misfit]),
            self.restarts + (kept < len(self)),
        )

    def count_until(self, iteration: float) -> int:
        """How many states are kept up to an iteration."""
        return int(np.searchsorted(self.iteration, iteration, side="right"))


@dataclass(frozen=True)
class SiteTraces:
    """All chains of one site, and how far they are meant to go.

    ``learning`` iterations of test run come before the ``total - learning`` of the formal run. ``name`` is
    theirs alone, and stays while they grow.
    """

    parameters: tuple[str, ...]
    learning: int
    total: int
    chains: tuple[ChainTrace, ...] = field(default=())
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    @staticmethod
    def empty(schedule: Schedule, prior: str) -> SiteTraces:
        """Chains of a schedule before their first step."""
        names = PRIORS[prior].names
        total = schedule.test_iterations + schedule.formal_iterations
        chains = tuple(ChainTrace.empty(len(names)) for _ in range(schedule.chains))
        return SiteTraces(names, schedule.test_iterations, total, chains)

    def extended(self, numbers: list[int], more: list[ChainTrace]) -> SiteTraces:
        """The traces with more of some chains."""
        chains = list(self.chains)
        for number, part in zip(numbers, more, strict=True):
            chains[number] = chains[number].extended(part)
        return replace(self, chains=tuple(chains))

    @property
    def reached(self) -> float:
        """The iteration that every chain has reached."""
        return min((float(chain.iteration[-1]) if len(chain) else 0.0 for chain in self.chains), default=0.0)


def traces_from_message(chunk: dict) -> tuple[list[int], list[ChainTrace]]:
    """Numbers of chains and what they have gained, from a message of a worker."""
    parts = [unpack(chunk[name]) for name in ("iteration", "values", "acceptance", "misfit")]
    return list(chunk["chains"]), [ChainTrace(parts[0], *states) for states in zip(*parts[1:])]
