"""The phases of a schedule: test run, formal run, re-runs of rejected chains, extension until convergence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from proda_core.assimilation import convergence
from proda_core.assimilation.chain import Case, Chain, rescale
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.records.convergence import Limits

_OF_STORED_DRAWS = (0xD2A35,)  # of the random numbers, apart from those of the chains


@dataclass(eq=False)
class SiteChains:
    """All chains of one site after a schedule."""

    case: Case
    chains: list[Chain]
    schedule: Schedule
    _diagnosed: dict[int, dict[str, np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def acceptance(self) -> np.ndarray:
        """Acceptance rate of the formal run, shape (chain,)."""
        return np.array([chain.acceptance for chain in self.chains])

    @property
    def valid(self) -> np.ndarray:
        """Whether a chain's acceptance lies in the schedule's window, shape (chain,)."""
        return np.array([_inside(chain, self.schedule) for chain in self.chains])

    def posterior(self) -> np.ndarray:
        """Return the states kept of the formal run, (chain, draw, parameter), in the unit cube."""
        if self.schedule.annealed:
            return _accepted_states(self.chains)
        kept = np.stack([chain.unit for chain in self.chains])
        return kept[:, int(kept.shape[1] * self.schedule.discard) :]

    def rank_diagnostics(self) -> dict[str, np.ndarray]:
        """Return R-hat and effective sample sizes (parameter,) of the posterior, computed once per length."""
        states = len(self.chains[0].unit)
        if states not in self._diagnosed:
            draws = evenly_spaced(self.posterior(), self.schedule.diagnosed_draws)
            self._diagnosed = {states: convergence.rank_diagnostics(draws)}
        return self._diagnosed[states]


def run_phases(
    runner: Runner, cases: Sequence[Case], seed: int, *, keep_every: int | None = None
) -> list[SiteChains]:
    """Run the whole schedule at every site; a result does not depend on the other sites.

    keep_every : keep states this often, default the schedule's; states themselves do not depend on it
    """
    schedule = runner.schedule
    keep = keep_every or (1 if schedule.annealed else schedule.keep_every)
    sites = [
        SiteChains(case, [runner.start(case, number, seed) for number in range(schedule.chains)], schedule)
        for case in cases
    ]
    test_run(runner, sites)
    formal_run(runner, sites, keep)
    extend_until_converged(runner, sites, keep)
    return sites


def test_run(runner: Runner, sites: Sequence[SiteChains]) -> None:
    """Adapt the proposal; no states are kept."""
    chains = _chains(sites)
    runner.initialise(chains)
    if runner.schedule.test_iterations:
        runner.advance(chains, runner.schedule.test_iterations, adapt=True, keep_every=2**62)


def formal_run(runner: Runner, sites: Sequence[SiteChains], keep_every: int) -> None:
    """Run with the proposal frozen; repeat chains outside the acceptance window, rescaled."""
    schedule, chains = runner.schedule, _chains(sites)
    learned = {id(chain): chain.state.copy() for chain in chains}
    for attempt in range(schedule.max_reruns + 1):
        for chain in chains:
            chain.clear()
            chain.draw_from(1 + attempt)
        runner.advance(chains, schedule.formal_iterations, adapt=False, keep_every=keep_every)
        chains = [chain for chain in chains if not _inside(chain, schedule)]
        if not chains or attempt == schedule.max_reruns:
            return
        for chain in chains:
            _restart(chain, learned[id(chain)], schedule)


def extend_until_converged(runner: Runner, sites: Sequence[SiteChains], keep_every: int) -> None:
    """Double the formal run of sites that have not converged, up to the schedule's maximum."""
    schedule, done = runner.schedule, runner.schedule.formal_iterations
    open_sites = list(sites)
    while done < schedule.max_formal_iterations:
        open_sites = [site for site in open_sites if not converged(site)]
        if not open_sites:
            return
        more = min(done, schedule.max_formal_iterations - done) // keep_every * keep_every
        if more == 0:
            return
        runner.advance(_chains(open_sites), more, adapt=False, keep_every=keep_every)
        done += more


def converged(site: SiteChains) -> bool:
    """Return whether every parameter meets the schedule's limits of R-hat and effective sample size."""
    schedule = site.schedule
    extending = Limits(rhat=schedule.rhat_limit, ess=schedule.ess_limit)
    if not extending:
        return True
    return bool(extending.met(site.rank_diagnostics()))


def evenly_spaced(draws: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` of the draws (chain, draw, parameter), evenly spaced, including the last.

    >>> evenly_spaced(np.arange(10).reshape(1, 10, 1), 3)[0, :, 0].tolist()
    [2, 5, 9]
    """
    n = draws.shape[1]
    if n <= most:
        return draws
    return draws[:, np.arange(1, most + 1) * n // most - 1]


def randomly_drawn(draws: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return at most ``most`` of the draws (chain, draw, parameter), at random without replacement.

    They are in the order of their chain. The same seed returns the same draws.
    """
    n = draws.shape[1]
    if n <= most:
        return draws
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=_OF_STORED_DRAWS))
    chosen = np.sort(rng.permuted(np.tile(np.arange(n), (len(draws), 1)), axis=1)[:, :most], axis=1)
    return np.take_along_axis(draws, chosen[:, :, None], axis=1)


def _chains(sites: Sequence[SiteChains]) -> list[Chain]:
    return [chain for site in sites for chain in site.chains]


def _inside(chain: Chain, schedule: Schedule) -> bool:
    low, high = schedule.acceptance_window
    return low <= chain.acceptance <= high


def _restart(chain: Chain, learned: np.ndarray, schedule: Schedule) -> None:
    """Reset a chain to the end of the test run, but keep the rescalings of earlier re-runs."""
    rescale(chain, schedule.acceptance_window)
    scale = chain.log_scale
    chain.state[:] = learned
    chain.log_scale = scale
    chain.reruns += 1


def _accepted_states(chains: Sequence[Chain]) -> np.ndarray:
    """Return the second half of the accepted states of each chain, thinned to the same number [PRODA]."""
    accepted = [chain.unit[np.diff(chain.accepted, prepend=0.0) > 0] for chain in chains]
    halves = [states[len(states) // 2 :] for states in accepted]
    least = max(min(len(states) for states in halves), 1)
    halves = [
        states if len(states) else chain.unit[-1:] for states, chain in zip(halves, chains, strict=True)
    ]
    return np.stack([evenly_spaced(states[None], least)[0] for states in halves])
