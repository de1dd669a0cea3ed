"""The modes of a posterior density: many starts of a quasi-Newton method, and the evidence of each mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from proda_core.assimilation.batch_gradient import Density
from proda_core.vocabulary.probit_normal import FARTHEST

DensityOf = Callable[[np.ndarray], Density]

_SHORTEST_STEP = 1e-4  # normal scores, of a secant
_SAME_MODE = 0.1  # nats: ends of two starts that are so close in value, and in place, are one mode
_SAME_PLACE = 1.0  # posterior standard deviations, root mean square over parameters
_LEAST_CURVATURE = 0.05  # a flat or concave direction is taken to be no wider than this allows
_MEMORY = 30  # pairs of steps that the quasi-Newton method remembers
_MAX_ITERATIONS = 1000


@dataclass(frozen=True, eq=False)
class Mode:
    """A local maximum of the posterior density.

    scores : (parameter,), standard normal scores of the prior
    value, cost : negative log posterior density, J + z'z / 2, and J alone
    factor : (parameter, parameter), L with L L' the inverse Hessian: covariance of the Laplace approximation
    log_evidence : logarithm of the integral of exp(-value) over the mode, by Laplace's method
    starts : how many starts ended here
    """

    scores: np.ndarray
    value: float
    cost: float
    factor: np.ndarray
    log_evidence: float
    starts: int = 1


def climb(density: DensityOf, start: np.ndarray) -> np.ndarray:
    """Return the local maximum (parameter,) that L-BFGS-B finds from a start (R. Byrd et al. 1995)."""

    def value_and_slope(scores: np.ndarray) -> tuple[float, np.ndarray]:
        found = density(scores)
        return found.value, found.slope

    options = {"maxiter": _MAX_ITERATIONS, "maxfun": 2 * _MAX_ITERATIONS, "maxcor": _MEMORY}
    options |= {"ftol": 1e-12, "gtol": 1e-3}
    bounds = [(-FARTHEST, FARTHEST)] * len(start)
    return optimize.minimize(
        value_and_slope, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    ).x


def distinct_modes(density: DensityOf, ends: Sequence[np.ndarray]) -> list[Mode]:
    """Return the different modes among the ends (parameter,) of many starts, the largest evidence first.

    Ends without a finite density are left out.
    """
    found = [(density(end), end) for end in ends]
    modes: list[Mode] = []
    for at, scores in sorted(
        ((f, e) for f, e in found if np.isfinite(f.value)), key=lambda pair: pair[0].value
    ):
        same = next((i for i, mode in enumerate(modes) if _is_same(mode, scores, at.value)), None)
        if same is None:
            modes.append(laplace(density, scores))
        else:
            modes[same] = replace(modes[same], starts=modes[same].starts + 1)
    return sorted(modes, key=lambda mode: -mode.log_evidence)


def laplace(density: DensityOf, scores: np.ndarray) -> Mode:
    """Return the Gaussian approximation of the posterior at a mode (parameter,).

    Its Hessian is made of secants as long as the mode is wide: the water scalar has kinks, maxima tend to be
    on one, and the curvature at such a point says nothing of the width of the mode.
    """
    size, at = len(scores), density(scores)
    hessian = np.empty((size, size))
    for i, direction in enumerate(np.eye(size)):
        step = _half_width(density, scores, at.value, direction)
        ahead, behind = (density(scores + sign * step * direction).slope for sign in (1.0, -1.0))
        hessian[i] = (ahead - behind) / (2 * step)
    curvature, directions = np.linalg.eigh((hessian + hessian.T) / 2.0)
    curvature = np.maximum(curvature, _LEAST_CURVATURE)
    evidence = -at.value + 0.5 * size * np.log(2.0 * np.pi) - 0.5 * np.log(curvature).sum()
    return Mode(scores, at.value, at.cost, directions / np.sqrt(curvature), float(evidence))


def _half_width(density: DensityOf, scores: np.ndarray, value: float, direction: np.ndarray) -> float:
    """Return how far along a direction the value rises by half a nat, both sides averaged; at most 1."""
    step = _SHORTEST_STEP
    while step < 1.0:
        rise = sum(density(scores + sign * step * direction).value for sign in (1.0, -1.0)) / 2.0 - value
        if rise >= 0.5:
            return step
        step *= 2.0 if rise < 0.1 else 1.3
    return 1.0


def probabilities(modes: Sequence[Mode]) -> np.ndarray:
    """Return the share of the posterior's mass in each mode, by their evidences, (mode,).

    >>> one = Mode(np.zeros(1), 0.0, 0.0, np.eye(1), 3.0)
    >>> probabilities([one, one]).tolist()
    [0.5, 0.5]
    """
    evidence = np.array([mode.log_evidence for mode in modes])
    share = np.exp(evidence - evidence.max())
    return share / share.sum()


def _is_same(mode: Mode, scores: np.ndarray, value: float) -> bool:
    distance = np.linalg.solve(mode.factor, scores - mode.scores)
    return abs(value - mode.value) < _SAME_MODE and float(np.sqrt(np.mean(distance**2))) < _SAME_PLACE
