"""The samplers behind one interface: group chains into blocks, initialise, advance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from proda_core.assimilation import dream, hamiltonian, hamiltonian_state, metropolis
from proda_core.assimilation.chain import Block, Chain
from proda_core.assimilation.schedules import Schedule
from proda_core.soil_model.lanes import LANES

_ARCHIVE_KEY = 0xA2C41E  # names the random stream of a site's archive


class Sampler(Protocol):
    """Interface of a sampler."""

    def rows(self, size: int) -> int:
        """Return the length of a chain's state for ``size`` parameters; it ends with the accepted count."""

    def groups(self, chains: Sequence[Chain]) -> Iterator[Sequence[Chain]]:
        """Yield the chains that share a block, at most LANES."""

    def initialise(self, block: Block) -> None:
        """Draw starts from the prior and evaluate them."""

    def walk(self, block: Block, first: int, iterations: int, adapt: bool, keep: int) -> tuple:
        """Advance; return unit states (kept, parameter * LANES), cost and accepted (kept, 2 * LANES)."""


def sampler_of(schedule: Schedule) -> Sampler:
    """Return the sampler that a schedule names."""
    if schedule.sampler == "hmc":
        return _Hamiltonian(schedule)
    return _Dream() if schedule.sampler == "dream" else _Metropolis(schedule)


def _trace(block: Block, iterations: int, keep: int) -> tuple[np.ndarray, np.ndarray]:
    kept = iterations // keep
    return np.empty((kept, block.size * LANES)), np.empty((kept, 2 * LANES))


class _Metropolis:
    """Adaptive Metropolis; chains are independent, so any eight share a block."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule, self.box = schedule, schedule.space == "box"

    def rows(self, size: int) -> int:
        return metropolis.rows(size)

    def groups(self, chains: Sequence[Chain]) -> Iterator[Sequence[Chain]]:
        return (chains[first : first + LANES] for first in range(0, len(chains), LANES))

    def initialise(self, block: Block) -> None:
        metropolis.start(
            *(block.state, block.rng, block.size, self.box, block.location, block.scale),
            self.schedule.first_step,
        )
        metropolis.evaluate_start(
            block.function, block.state, block.unit, block.cost, block.work, block.index, block.size
        )

    def walk(self, block: Block, first: int, iterations: int, adapt: bool, keep: int) -> tuple:
        out, trace = _trace(block, iterations, keep)
        schedule = self.schedule
        metropolis.walk(
            *(block.function, block.state, block.rng, block.unit, block.cost, block.work, block.index),
            *(block.size, first, first + iterations, self.box, block.location, block.scale),
            schedule.target_acceptance if adapt else 0.0,
            float(np.log(schedule.first_temperature)) if adapt else 0.0,
            schedule.test_iterations / 2.0,
            schedule.annealed and not adapt,
            *(keep, out, trace),
        )
        return out, trace


class _Hamiltonian:
    """Hamiltonian Monte Carlo; chains are independent, so any eight share a block."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def rows(self, size: int) -> int:
        return hamiltonian_state.rows(size)

    def groups(self, chains: Sequence[Chain]) -> Iterator[Sequence[Chain]]:
        return (chains[first : first + LANES] for first in range(0, len(chains), LANES))

    def initialise(self, block: Block) -> None:
        hamiltonian_state.start(block.state, block.rng, block.size, block.location, block.scale)
        hamiltonian.evaluate_start(
            *(block.gradient, block.state, block.unit, block.cost, block.slope, block.work, block.index),
            *(block.size, block.location, block.scale),
        )

    def walk(self, block: Block, first: int, iterations: int, adapt: bool, keep: int) -> tuple:
        out, trace = _trace(block, iterations, keep)
        hamiltonian.walk(
            *(block.gradient, block.state, block.rng, block.unit, block.cost, block.slope, block.work),
            *(block.index, block.size, first, first + iterations, block.location, block.scale),
            self.schedule.target_acceptance if adapt else 0.0,
            *(self.schedule.test_iterations, keep, out, trace),
        )
        return out, trace


class _Dream:
    """DREAM(ZS); chains of a site share an archive, so a block holds whole sites."""

    def rows(self, size: int) -> int:
        return dream.rows(size)

    def groups(self, chains: Sequence[Chain]) -> Iterator[Sequence[Chain]]:
        group: list[Chain] = []
        for site in _by_site(chains):
            if len(group) + len(site) > LANES:
                yield group
                group = []
            group = [*group, *site]
        if group:
            yield group

    def initialise(self, block: Block) -> None:
        for site in _by_site(block.chains):
            key = (site[0].case.site & 0xFFFFFFFF, _ARCHIVE_KEY)
            random = np.random.default_rng(np.random.SeedSequence(site[0].seed, spawn_key=key))
            archive = [random.standard_normal((dream.ARCHIVE_START * block.size, block.size))]
            for chain in site:
                chain.archive = archive
        dream.start(block.state, block.rng, block.size, block.location, block.scale)
        dream.evaluate_start(
            block.function, block.state, block.unit, block.cost, block.work, block.index, block.size
        )

    def walk(self, block: Block, first: int, iterations: int, adapt: bool, keep: int) -> tuple:
        sites = list(_by_site(block.chains))
        filled = [site[0].archive[0] for site in sites]
        capacity = max(map(len, filled)) + max(map(len, sites)) * (iterations // dream.ARCHIVE_EVERY + 1)
        archive, count = (
            np.zeros((len(sites), capacity, block.size)),
            np.array([len(rows) for rows in filled]),
        )
        for s, rows in enumerate(filled):
            archive[s, : len(rows)] = rows
        used = [s for s, site in enumerate(sites) for _ in site]
        site_of_lane = np.array(used + [used[-1]] * (LANES - len(used)))
        adds = (np.arange(LANES) < len(used)).astype(np.int64)
        out, trace = _trace(block, iterations, keep)
        dream.walk(
            *(block.function, block.state, block.rng, block.unit, block.cost, block.work, block.index),
            *(block.size, first, first + iterations, block.location, block.scale),
            *(adapt, archive, count, site_of_lane, adds),
            *(keep, out, trace),
        )
        for s, site in enumerate(sites):
            site[0].archive[0] = archive[s, : count[s]].copy()
        return out, trace


def _by_site(chains: Sequence[Chain]) -> Iterator[list[Chain]]:
    sites: dict[int, list[Chain]] = {}
    for chain in chains:
        sites.setdefault(chain.case.site, []).append(chain)
    yield from sites.values()
