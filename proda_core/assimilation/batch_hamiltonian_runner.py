"""Sample a batch by its gradient: find its modes, then run Hamiltonian chains in the best of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue

import numpy as np

from proda_core.assimilation import batch_hamiltonian, modes
from proda_core.assimilation.batch_coordinates import Coordinates, straightest
from proda_core.assimilation.batch_gradient import BatchDensity
from proda_core.assimilation.batch_runner import BatchRunner
from proda_core.assimilation.chain import Chain
from proda_core.records.progress import Progress

_START_KEY = 0x57A27  # names the random stream of the starts of the search for modes
_OVERDISPERSION = 2.0  # of the chains' starts, in standard deviations of their mode
_LEAST_SLOPE = 1e-9  # of a coordinate by its normal score, at a wall
_COLUMNS_OF_A_PIECE = 60_000  # columns times trajectories between two checks for a stop: a few seconds
_TRAJECTORIES_OF_A_START = 40  # that cost as much as one start of the search


class HamiltonianBatchRunner(BatchRunner):
    """Advance Hamiltonian chains of a batch, each on one thread; `initialise` finds ``modes``."""

    modes: list[modes.Mode]

    def rows(self) -> int:
        """Return the length of a chain's state."""
        return batch_hamiltonian.rows(self.target.size)

    def initialise(self, chains: Sequence[Chain]) -> None:
        """Search the modes, and start each chain near one, drawn in proportion to their probability.

        Raises Cancelled where a stop was asked for.
        """
        self._densities: SimpleQueue = SimpleQueue()
        for _ in range(self.workers):
            self._densities.put(BatchDensity(self.target))
        ends = self._ends(chains[0].seed)
        with self._density() as density:
            self.modes = modes.distinct_modes(density.in_scores, ends)
            share = np.cumsum(modes.probabilities(self.modes))
            for chain in chains:
                place = np.searchsorted(share, (chain.number + 0.5) / len(chains))
                self._place(chain, self.modes[min(place, len(self.modes) - 1)], density)

    def _ends(self, seed: int) -> np.ndarray:
        """Return where the starts of the search end, (start, parameter), if possible from a checkpoint."""
        count = self.schedule.mode_starts
        ends = None if self.checkpoints is None else self.checkpoints.ends()
        if ends is None:
            with ThreadPoolExecutor(self.workers) as pool:
                found = pool.map(self._climb, *zip(*((seed, k) for k in range(count)), strict=True))
                ends = np.array([self._reported(k + 1, end) for k, end in enumerate(found)])
            if self.checkpoints is not None:
                self.checkpoints.write_ends(ends)
        return ends

    def _climb(self, seed: int, number: int) -> np.ndarray:
        self._check_for_stop()
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, _START_KEY)))
        with self._density() as density:
            return modes.climb(density.in_scores, random.standard_normal(self.target.size))

    def _place(self, chain: Chain, mode: modes.Mode, density: BatchDensity) -> None:
        """Start a chain near a mode, with the covariance of its Laplace approximation, in its coordinates."""
        coordinates = straightest(self.target.soil.prior, mode.scores, mode.factor)
        random = self._random(chain)
        for _ in range(100):
            away = _OVERDISPERSION * mode.factor @ random.standard_normal(len(mode.scores))
            place = coordinates.of_scores(mode.scores + away)
            found = density.at(place, coordinates)
            if np.isfinite(found.value):
                break
        slope = np.maximum(coordinates.slope_of_scores(mode.scores), _LEAST_SLOPE)
        factor = slope[:, None] * mode.factor
        state = batch_hamiltonian.State(chain.state, self.target.size)
        state.logarithmic[:] = coordinates.logarithmic
        state.start(place, factor @ factor.T, found)

    def _together(
        self, pool: ThreadPoolExecutor, chains: Sequence[Chain], step: int, adapt: bool, keep_every: int
    ) -> None:
        self._check_for_stop()
        list(pool.map(lambda chain: self._advance_one(chain, step, adapt, keep_every), chains))

    def _advance_one(self, chain: Chain, step: int, adapt: bool, keep_every: int) -> None:
        """Advance one chain and append the states kept."""
        state = batch_hamiltonian.State(chain.state, self.target.size)
        coordinates = Coordinates(self.target.soil.prior, state.logarithmic > 0)
        unit, cost, accepted = [], [], []
        if not adapt:
            state.freeze()
        with (
            self._density() as density,
            np.errstate(over="ignore", invalid="ignore"),
        ):  # such ends are refused
            density_at = partial(density.at, coordinates=coordinates)
            for _ in range(step):
                found = batch_hamiltonian.transition(
                    density_at, state, coordinates.walls, self._random(chain)
                )
                chain.iterations += 1
                if adapt:
                    state.learn(found, self.schedule.target_acceptance, chain.iterations)
                if chain.iterations % keep_every == 0:
                    unit.append(coordinates.unit(state.place))
                    cost.append(state["cost"])
                    accepted.append(state["accepted"])
        if unit:
            chain.unit = np.concatenate([chain.unit, unit])
            chain.cost = np.concatenate([chain.cost, cost])
            chain.accepted = np.concatenate([chain.accepted, accepted])

    def _random(self, chain: Chain) -> np.random.Generator:
        """Return the generator of the chain's next transition, which depends on nothing but its number."""
        return np.random.default_rng([*map(int, chain.rng), chain.iterations])

    @contextmanager
    def _density(self) -> Iterator[BatchDensity]:
        density = self._densities.get()
        try:
            yield density
        finally:
            self._densities.put(density)

    def _piece(self, keep_every: int) -> int:
        return self._watched(max(_COLUMNS_OF_A_PIECE // len(self.target.columns), 1))

    def _reported(self, starts: int, end: np.ndarray) -> np.ndarray:
        """Report the progress of the search and return ``end``."""
        if self.on_progress is not None:
            count = self.schedule.mode_starts
            message = f"search for modes, {starts} of {count} starts"
            self.on_progress(Progress(starts * _TRAJECTORIES_OF_A_START, self._total, message))
        return end

    @property
    def _search(self) -> int:
        return self.schedule.mode_starts * _TRAJECTORIES_OF_A_START

    @property
    def _total(self) -> int:
        schedule = self.schedule
        return self._search + (schedule.test_iterations + schedule.formal_iterations) * schedule.chains

    def _report_progress(self, chains: Sequence[Chain], adapt: bool) -> None:
        if self.on_progress is None:
            return
        schedule, done = self.schedule, chains[0].iterations
        place = self._search + len(chains) * (done if adapt else schedule.test_iterations + done)
        rate = sum(chain.acceptance for chain in chains) / len(chains)
        phase = "warm-up" if adapt else "sampling"
        detail = {"acceptance": rate, "columns": len(self.target.columns), "chains": len(chains)}
        message = f"{phase}, {done} trajectories, {rate:.0%} accepted"
        self.on_progress(Progress(min(place, self._total), self._total, message, detail))
