"""The batch's posterior density with its gradient: one adjoint solve per distinct column."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from proda_core.assimilation.batch_coordinates import Coordinates, scores
from proda_core.assimilation.batch_target import BatchTarget, set_same_parameters
from proda_core.assimilation.schedule_checks import WITH_GRADIENT
from proda_core.assimilation.soil_target import (
    ABOVE,
    LAYERS,
    LOGNORMAL,
    PARAMETERS,
    POSITION,
    SMALLEST,
    add_cotangent,
    model_in,
    modelled_at,
)
from proda_core.records.checks import expect
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.adjoint import gradient
from proda_core.soil_model.columns import pack
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.kernel import steady_state
from proda_core.soil_model.lanes import LANES


@njit(**COMPILED)
def _residuals(block, index, observations, places, start, lane_of, coupling, first, last):
    """Return S of the profiles first..last-1 of a block; add its slope to the COTANGENT rows."""
    lognormal, layers = index[LOGNORMAL] == 1, index[LAYERS]
    total = 0.0
    difference, carbon = np.zeros(64), np.zeros(64)
    for profile in range(first, last):
        lane, begin, end = lane_of[profile], start[profile], start[profile + 1]
        if end - begin > len(difference):
            difference, carbon = np.zeros(end - begin), np.zeros(end - begin)
        common = 0.0
        for k in range(begin, end):
            modelled = modelled_at(block, layers, places[k], observations[k, 2], observations[k, 3], lane)
            carbon[k - begin] = modelled
            if lognormal:
                modelled = math.log(max(modelled, SMALLEST))
            d = (modelled - observations[k, 0]) * observations[k, 1]
            difference[k - begin] = d
            common += d
            total += d * d
        total -= coupling[profile] * common * common
        for k in range(begin, end):
            slope = 2.0 * (difference[k - begin] - coupling[profile] * common) * observations[k, 1]
            if lognormal:
                slope = slope / carbon[k - begin] if carbon[k - begin] > SMALLEST else 0.0
            add_cotangent(block, layers, places[k], observations[k, 2], observations[k, 3], lane, slope)
    return total


@njit(**COMPILED)
def sum_of_squares(unit, blocks, index, observations, places, start, lane_of, coupling, profiles, out):
    """Return S of all profiles; write dS / d(physical parameter) to ``out`` (parameter,)."""
    total = 0.0
    size = index[PARAMETERS]
    for p in range(size):
        out[p] = 0.0
    for b in range(len(blocks)):
        block = blocks[b]
        set_same_parameters(unit, block, index)
        model = model_in(block, index)
        steady_state(block, model)
        for i in range(ln.COTANGENT * LANES, (ln.COTANGENT + ln.MAX_LAYERS) * LANES):
            block[i] = 0.0
        total += _residuals(
            block, index, observations, places, start, lane_of, coupling, profiles[b], profiles[b + 1]
        )
        gradient(block, model)
        for p in range(size):
            row = (ln.GRADIENT + index[POSITION + p]) * LANES
            for lane in range(LANES):
                out[p] += block[row + lane]
    return total


@dataclass(frozen=True)
class Density:
    """A point's negative log density and gradient (parameter,), up to a constant, and the cost J in it."""

    value: float
    slope: np.ndarray
    cost: float


class BatchDensity:
    """The negative logarithm of the batch's posterior density, and its gradient.

    One object serves one thread, as it holds the columns' buffers. Raises InputError for the observation
    operator "pchip", which has no adjoint.
    """

    def __init__(self, target: BatchTarget) -> None:
        schedule = target.soil.schedule
        expect(
            schedule.operator in WITH_GRADIENT,
            f"gradient of the batch: expected operator {' or '.join(WITH_GRADIENT)}, found"
            f" {schedule.operator}",
        )
        self.size, self.prior = target.size, target.soil.prior
        self._width = self.prior.upper - self.prior.lower
        self._scores = scores(self.prior)
        work, self._index = target.soil.buffers(0)
        self._index = self._index[:ABOVE].copy()
        self._blocks, self._profiles = _packed(target, work)
        self._estimated = schedule.errors == "lognormal_estimated"
        self._power = target.power

    def misfit(self, unit: np.ndarray) -> tuple[float, np.ndarray]:
        """Return J and dJ/du (parameter,) at a point of the cube; infinity, 0 without a steady state."""
        slope = np.empty(self.size)
        square = sum_of_squares(unit, self._blocks, self._index, *self._profiles, slope)
        if not (np.isfinite(square) and np.isfinite(slope).all()):
            return np.inf, np.zeros(self.size)
        slope *= self._width
        if not self._estimated:
            return square, slope
        return self._power * np.log1p(square), self._power / (1.0 + square) * slope

    def at(self, place: np.ndarray, coordinates: Coordinates) -> Density:
        """Return J - ln(prior density) at a place (parameter,) in these coordinates."""
        cost, by_unit = self.misfit(coordinates.unit(place))
        prior, slope, unit_by_place = coordinates.log_prior(place)
        return Density(cost + prior, by_unit * unit_by_place + slope, cost)

    def in_scores(self, place: np.ndarray) -> Density:
        """Return J + z'z / 2 at standard normal scores z (parameter,) of the prior."""
        return self.at(place, self._scores)


def _packed(target: BatchTarget, work: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return the distinct columns in blocks of lanes, and their observations in block order."""
    place = np.searchsorted(target.columns, target.representative)
    blocks = np.tile(work, (-(-len(target.columns) // LANES), 1))
    for column in range(len(blocks) * LANES):
        chosen = target.columns[min(column, len(target.columns) - 1)]
        pack(blocks[column // LANES], column % LANES, target.soil.columns.table[chosen])
    order = np.argsort(place, kind="stable")
    numbers, places = zip(*(target.soil.as_numbers(target.profiles[i][1]) for i in order), strict=True)
    start = np.cumsum([0, *map(len, places)])
    coupling = np.array([target.profiles[i][1].coupling for i in order], dtype=float)
    first = np.searchsorted(place[order] // LANES, np.arange(len(blocks) + 1))
    observations = np.concatenate(numbers), np.concatenate(places).astype(np.int64), start.astype(np.int64)
    return blocks, (*observations, (place[order] % LANES).astype(np.int64), coupling, first.astype(np.int64))
