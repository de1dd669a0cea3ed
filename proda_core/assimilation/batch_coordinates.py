"""The coordinates in which chains of a batch walk: of each parameter its logarithm or its normal score.

Carbon of a steady state is nearly a product of powers of parameters, so what many profiles determine -
products of turnover times and transfer fractions - are planes in logarithms and strongly curved surfaces in
normal scores. What they leave to the prior is a standard normal distribution in scores, and is stiff beside
a wall in logarithms. A straight posterior needs few and long steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from proda_core.vocabulary import probit_normal
from proda_core.vocabulary.parameters import Prior
from proda_core.vocabulary.probit_normal import FARTHEST

LEAST = 1e-12  # distance kept from the walls of the cube, where parameters may be singular
_REACH = 2.0  # standard deviations of the posterior over which a coordinate should be straight
_STEP = 1e-3  # normal scores, of a numeric derivative


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Places (parameter,): logarithms where ``logarithmic`` (parameter,) holds, else normal scores."""

    prior: Prior
    logarithmic: np.ndarray

    def unit(self, place: np.ndarray) -> np.ndarray:
        """Return the point of the cube, off its walls, of a place (parameter,)."""
        physical = np.exp(np.where(self.logarithmic, place, 0.0))
        scores = np.where(self.logarithmic, 0.0, place)
        return np.where(self.logarithmic, _off_walls(self.prior.to_unit(physical)), self._unit(scores))

    def of_scores(self, scores: np.ndarray) -> np.ndarray:
        """Return the place of standard normal scores (parameter,) of the prior."""
        with np.errstate(divide="ignore"):
            logarithms = np.log(self.prior.to_physical(self._unit(np.clip(scores, -FARTHEST, FARTHEST))))
        return np.where(self.logarithmic, logarithms, scores)

    def slope_of_scores(self, scores: np.ndarray) -> np.ndarray:
        """Return d(place) / d(score), (parameter,)."""
        unit = self._unit(scores)
        slope = self._slope(ndtri(unit)) * self._width / self.prior.to_physical(unit)
        return np.where(self.logarithmic, slope, 1.0)

    def log_prior(self, place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return -ln(density) of the prior at a place, up to a constant, and its slope (parameter,).

        The third is the slope (parameter,) of the point of the cube.
        """
        unit, chosen = self.unit(place), self.logarithmic
        location, scale = self.prior.location, self.prior.scale
        x = np.where(chosen, ndtri(unit), location + scale * place)
        z = np.where(chosen, (x - location) / scale, place)
        by_logarithm = self.prior.to_physical(unit) / self._width
        value = 0.5 * z @ z - (0.5 * x**2 + place)[chosen].sum()
        with np.errstate(all="ignore"):  # of far scores, where only z is taken
            by_unit = (z / scale - x) / _normal_density(x)
        slope = np.where(chosen, by_unit * by_logarithm - 1.0, z)
        return float(value), slope, np.where(chosen, by_logarithm, self._slope(x))

    @cached_property
    def walls(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest place (parameter,), infinite where there is none."""
        with np.errstate(divide="ignore"):
            lowest, highest = np.log(self.prior.lower), np.log(self.prior.upper)
        return np.where(self.logarithmic, lowest, -np.inf), np.where(self.logarithmic, highest, np.inf)

    @property
    def _width(self) -> np.ndarray:
        return self.prior.upper - self.prior.lower

    def _unit(self, scores: np.ndarray) -> np.ndarray:
        return _off_walls(probit_normal.unit_of_scores(scores, self.prior.location, self.prior.scale))

    def _slope(self, x: np.ndarray) -> np.ndarray:
        """Return d(point of the cube) / d(score) at location + scale z, (parameter,)."""
        return _normal_density(x) * self.prior.scale


def scores(prior: Prior) -> Coordinates:
    """Return normal scores of all parameters."""
    return Coordinates(prior, np.zeros(len(prior.names), dtype=bool))


def straightest(prior: Prior, mode: np.ndarray, factor: np.ndarray) -> Coordinates:
    """Return the coordinates in which a posterior is closest to a normal distribution.

    Of each parameter both functions are followed over two standard deviations to either side of the mode.
    Their departure from a straight line counts in the standard deviations of what holds the parameter there:
    in scores the logarithm departs, held by the data; in logarithms the score, held by the prior.

    mode : (parameter,), standard normal scores; factor : (parameter, parameter), L with L L' the covariance
    """
    deviation = np.sqrt((factor**2).sum(axis=1))
    precision = np.diag(np.linalg.inv(factor @ factor.T))
    logarithms = Coordinates(prior, np.ones(len(mode), dtype=bool))
    middle = np.clip(mode, -FARTHEST + _STEP, FARTHEST - _STEP)
    slope = (logarithms.of_scores(middle + _STEP) - logarithms.of_scores(middle - _STEP)) / (2.0 * _STEP)
    slope = np.maximum(slope, LEAST)  # 0 at a wall
    held = np.sqrt(np.maximum(precision - 1.0, 0.0)) / slope
    of_scores = held * _departure(logarithms.of_scores, middle, deviation)
    place = logarithms.of_scores(middle)
    of_logarithms = _departure(lambda y: _scores_of(prior, y), place, deviation * slope)
    return Coordinates(prior, of_logarithms < of_scores)


def _departure(function, middle: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return how far the ends of a function's stretch lie off a straight line, (parameter,)."""
    ends = function(middle + _REACH * deviation) + function(middle - _REACH * deviation)
    return np.abs(ends / 2.0 - function(middle))


def _scores_of(prior: Prior, logarithms: np.ndarray) -> np.ndarray:
    unit = _off_walls(prior.to_unit(np.exp(np.minimum(logarithms, np.log(prior.upper)))))
    return probit_normal.scores_of_unit(unit, prior.location, prior.scale)


def _off_walls(unit: np.ndarray) -> np.ndarray:
    return np.clip(unit, LEAST, 1.0 - LEAST)


def _normal_density(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
