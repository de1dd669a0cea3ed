"""Densities on the unit cube whose moments are known, compiled as targets for the samplers."""

from __future__ import annotations

import numpy as np
from numba import njit

from proda_core.assimilation.chain import Case
from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.phases import SiteChains, run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule

LANES = 8
GAUSSIAN = {"mean": 0.5, "sd": 0.06, "correlation": 0.8}
TRUNCATED_SD = 0.3
BANANA = {"centre": 0.5, "sd": 0.1, "floor": 0.3, "bend": 4.0, "width": 0.03}


@njit(nogil=True)
def flat(unit, work, index, cost):
    """No data: the posterior is the prior."""
    cost[:] = 0.0


@njit(nogil=True)
def gaussian(unit, work, index, cost):
    """Parameters 0 and 1 correlated, the others independent, far from the bounds."""
    for lane in range(LANES):
        a = (unit[lane] - 0.5) / 0.06
        b = (unit[LANES + lane] - 0.5) / 0.06
        cost[lane] = 0.5 * (a * a - 2.0 * 0.8 * a * b + b * b) / (1.0 - 0.8 * 0.8)
        for p in range(2, index[0]):
            c = (unit[p * LANES + lane] - 0.5) / 0.06
            cost[lane] += 0.5 * c * c


@njit(nogil=True)
def truncated(unit, work, index, cost):
    """Half a Gaussian: its peak is at the bound u = 0 of the cube."""
    for lane in range(LANES):
        cost[lane] = 0.0
        for p in range(index[0]):
            a = unit[p * LANES + lane] / 0.3
            cost[lane] += 0.5 * a * a


@njit(nogil=True)
def banana(unit, work, index, cost):
    """Parameter 1 follows the square of parameter 0; the others are free."""
    for lane in range(LANES):
        x = (unit[lane] - 0.5) / 0.1
        y = (unit[LANES + lane] - 0.3 - 4.0 * (unit[lane] - 0.5) ** 2) / 0.03
        cost[lane] = 0.5 * (x * x + y * y)


@njit(nogil=True)
def flat_with_slope(unit, work, index, cost, slope):
    cost[:] = 0.0
    slope[:] = 0.0


@njit(nogil=True)
def gaussian_with_slope(unit, work, index, cost, slope):
    gaussian(unit, work, index, cost)
    for lane in range(LANES):
        a = (unit[lane] - 0.5) / 0.06
        b = (unit[LANES + lane] - 0.5) / 0.06
        slope[lane] = (a - 0.8 * b) / (1.0 - 0.8 * 0.8) / 0.06
        slope[LANES + lane] = (b - 0.8 * a) / (1.0 - 0.8 * 0.8) / 0.06
        for p in range(2, index[0]):
            slope[p * LANES + lane] = (unit[p * LANES + lane] - 0.5) / 0.06**2


@njit(nogil=True)
def truncated_with_slope(unit, work, index, cost, slope):
    truncated(unit, work, index, cost)
    for i in range(index[0] * LANES):
        slope[i] = unit[i] / 0.3**2


@njit(nogil=True)
def banana_with_slope(unit, work, index, cost, slope):
    banana(unit, work, index, cost)
    slope[:] = 0.0
    for lane in range(LANES):
        x = (unit[lane] - 0.5) / 0.1
        y = (unit[LANES + lane] - 0.3 - 4.0 * (unit[lane] - 0.5) ** 2) / 0.03
        slope[lane] = x / 0.1 - y / 0.03 * 8.0 * (unit[lane] - 0.5)
        slope[LANES + lane] = y / 0.03


GRADIENTS = {
    flat: flat_with_slope,
    gaussian: gaussian_with_slope,
    truncated: truncated_with_slope,
    banana: banana_with_slope,
}


class ToyTarget:
    """A compiled density of ``size`` parameters."""

    def __init__(self, function, size: int, location: float = 0.0, scale: float = 1.0) -> None:
        self.function, self.gradient, self.size = function, GRADIENTS.get(function), size
        self.location, self.scale = np.full(size, location), np.full(size, scale)

    def buffers(self, most_observations: int, chains: int) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros(LANES), np.array([self.size])

    def write_lane(self, *_) -> None:
        pass


def case(site: int = 0) -> Case:
    return Case(site, 0, Observed(*(np.zeros(0) for _ in range(4))))


def sample(
    function, schedule: Schedule, size: int = 4, seed: int = 1, sites=(0,), **prior: float
) -> list[SiteChains]:
    """Chains of each site on a toy density under a prior, by default a uniform one."""
    target = ToyTarget(function, size, **prior)
    return run_phases(Runner(target, schedule), [case(site) for site in sites], seed)
