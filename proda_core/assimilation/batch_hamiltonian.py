"""Hamiltonian Monte Carlo between reflecting walls (R. Neal 2011; H. Afshar and J. Domke 2015).

The step is learnt by dual averaging (M. Hoffman and A. Gelman 2014) and the covariance of the momentum's
inverse mass from the chain's own past; both are frozen outside the warm-up, when each transition is an exact
Metropolis step. All of a chain is numbers in one array, so that it continues from a checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from proda_core.assimilation.batch_gradient import Density

PATH = np.pi / 2.0  # mean length of a trajectory in standard deviations: a quarter of a period
WINDOWS = (30, 80, 200, 500, 1200)  # iterations after which the covariance is learnt anew
_FIRST_STEP = 0.05
_STEPS = (1e-3, 1.5)
_MOST_STEPS = 64  # of a trajectory
_MOST_REFLECTIONS = 1000  # of a step
_SHRINKAGE = 10.0  # draws that the covariance before is worth against that of a window
_SCALARS = ("value", "cost", "log_mean", "error", "updates", "log_average", "window", "log_step", "accepted")


def rows(size: int) -> int:
    """Return the length of the state of ``size`` parameters; it ends with log step and accepted count."""
    return 4 * size + 2 * size**2 + len(_SCALARS)


class State:
    """Named views of a chain's state; writing to them writes to the array.

    place, slope : coordinates and gradient there (parameter,)
    logarithmic : 1 where the coordinate is the logarithm of the parameter, else 0 (parameter,)
    covariance : (parameter, parameter); total, product : sums of places and of their products in this window
    """

    def __init__(self, numbers: np.ndarray, size: int) -> None:
        square = size**2
        self.place, self.slope, self.total, self.logarithmic = numbers[: 4 * size].reshape(4, size)
        matrices = numbers[4 * size : 4 * size + 2 * square].reshape(2, size, size)
        self.covariance, self.product = matrices
        self._scalars = numbers[-len(_SCALARS) :]

    def __getitem__(self, name: str) -> float:
        return float(self._scalars[_SCALARS.index(name)])

    def __setitem__(self, name: str, value: float) -> None:
        self._scalars[_SCALARS.index(name)] = value

    def start(self, place: np.ndarray, covariance: np.ndarray, found: Density) -> None:
        """Set a place, the covariance to begin with, and the first step."""
        self.covariance[:] = covariance
        self.move(place, found)
        self["log_step"] = np.log(_FIRST_STEP)
        self._restart_step()

    def move(self, place: np.ndarray, found: Density) -> None:
        """Set the place and the density found there."""
        self.place[:], self.slope[:] = place, found.slope
        self["value"], self["cost"] = found.value, found.cost

    def learn(self, acceptance: float, target: float, iteration: int) -> None:
        """Learn step and covariance from the ``iteration``-th transition and its acceptance probability."""
        self._learn_step(acceptance, target)
        self["window"] += 1
        self.total += self.place
        self.product += np.outer(self.place, self.place)
        if iteration in WINDOWS:
            self._learn_covariance()

    def freeze(self) -> None:
        """Set the step to the average of what was learnt."""
        if self["updates"]:
            self["log_step"] = self["log_average"]

    def _learn_step(self, acceptance: float, target: float) -> None:
        self["updates"] += 1
        count = self["updates"]
        weight = 1.0 / (count + 10)
        self["error"] = (1 - weight) * self["error"] + weight * (target - acceptance)
        step = np.clip(self["log_mean"] - np.sqrt(count) / 0.05 * self["error"], *np.log(_STEPS))
        decay = count**-0.75
        self["log_average"] = decay * step + (1 - decay) * self["log_average"]
        self["log_step"] = step

    def _learn_covariance(self) -> None:
        count = self["window"]
        mean = self.total / count
        found = (self.product - count * np.outer(mean, mean)) / (count - 1)
        share = count / (count + _SHRINKAGE)
        self.covariance[:] = share * found + (1 - share) * self.covariance
        self.total[:], self.product[:], self["window"] = 0.0, 0.0, 0.0
        self["log_step"] = max(self["log_average"], np.log(10 * _STEPS[0]))
        self._restart_step()

    def _restart_step(self) -> None:
        self["log_mean"], self["log_average"] = np.log(3.0) + self["log_step"], self["log_step"]
        self["error"], self["updates"] = 0.0, 0.0


def transition(
    density: Callable[[np.ndarray], Density],
    state: State,
    walls: tuple[np.ndarray, np.ndarray],
    random: np.random.Generator,
) -> float:
    """Follow one trajectory and accept or reject its end; return its acceptance probability."""
    size, step = len(state.place), np.exp(state["log_step"])
    steps = int(np.clip(round(PATH / step * random.uniform(0.5, 1.5)), 1, _MOST_STEPS))
    factor = np.linalg.cholesky(state.covariance)
    momentum = np.linalg.solve(factor.T, random.standard_normal(size))
    energy = state["value"] + _kinetic(momentum, state)
    place, slope, end = state.place.copy(), state.slope.copy(), None
    for _ in range(steps):
        momentum = momentum - 0.5 * step * slope
        place, momentum = drift(place, momentum, state.covariance, step, *walls)
        end = density(place)
        if not np.isfinite(end.value):
            return 0.0
        slope = end.slope
        momentum = momentum - 0.5 * step * slope
    gain = energy - end.value - _kinetic(momentum, state)
    if not np.isfinite(gain):
        return 0.0
    if np.log(random.uniform()) < gain:
        state.move(place, end)
        state["accepted"] += 1
    return float(np.exp(min(gain, 0.0)))


def drift(
    place: np.ndarray,
    momentum: np.ndarray,
    covariance: np.ndarray,
    time: float,
    low: np.ndarray,
    high: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return place and momentum after a straight flight of this time, reflected at the walls.

    >>> place, momentum = drift(np.array([0.9]), np.array([1.0]), np.eye(1), 0.3, np.zeros(1), np.ones(1))
    >>> place.round(6).tolist(), momentum.tolist()
    ([0.8], [-1.0])
    """
    velocity = covariance @ momentum
    for _ in range(_MOST_REFLECTIONS):
        until = _until_wall(place, velocity, low, high)
        wall = int(np.argmin(until))
        if until[wall] >= time:
            return np.clip(place + velocity * time, low, high), momentum
        place = np.clip(place + velocity * until[wall], low, high)
        place[wall] = high[wall] if velocity[wall] > 0 else low[wall]
        momentum = momentum.copy()
        momentum[wall] -= 2.0 * velocity[wall] / covariance[wall, wall]
        velocity = covariance @ momentum
        time -= until[wall]
    return place, np.full_like(momentum, np.nan)  # energy becomes NaN: the trajectory is rejected


def _until_wall(place: np.ndarray, velocity: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the time until each wall ahead is reached, (parameter,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.where(velocity > 0, high - place, low - place) / velocity
    return np.where(velocity == 0, np.inf, time)


def _kinetic(momentum: np.ndarray, state: State) -> float:
    return 0.5 * float(momentum @ state.covariance @ momentum)
