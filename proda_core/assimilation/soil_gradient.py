"""The cost J of eight points of the prior's cube and its gradient: one solve and one adjoint solve.

The same numbers as :func:`proda_core.assimilation.soil_target.soil_cost`; the derivative of J with respect to
the carbon of each layer goes to the COTANGENT rows of the soil model's adjoint. For the operators "linear"
and "horizon"; the shape-preserving cubic has no adjoint here.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from proda_core.assimilation.soil_target import (
    ABOVE,
    ESTIMATED,
    LAYERS,
    LOGNORMAL,
    MODELLED,
    OBSERVATIONS,
    PARAMETERS,
    POSITION,
    POWER,
    ROWS,
    SLOTS,
    SMALLEST,
    WIDTH,
    add_cotangent,
    model_in,
    modelled_at,
    set_parameters,
)
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.adjoint import gradient
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.kernel import steady_state

LANES = ln.LANES


@njit(**COMPILED)
def _write_modelled(work, index):
    """Write the modelled carbon of every observation to its row MODELLED."""
    layers = index[LAYERS]
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + ROWS * k * LANES
        for lane in range(LANES):
            layer, place = index[ABOVE + k * LANES + lane], work[slot + 2 * LANES + lane]
            modelled = modelled_at(work, layers, layer, place, work[slot + 3 * LANES + lane], lane)
            work[slot + MODELLED * LANES + lane] = modelled


@njit(**COMPILED)
def _differences(work, index, cost, common):
    """Write the sum of squares of each lane to ``cost`` and the sum of differences to ``common``."""
    for lane in range(LANES):
        cost[lane] = common[lane] = 0.0
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + ROWS * k * LANES
        for lane in range(LANES):
            modelled = work[slot + MODELLED * LANES + lane]
            if index[LOGNORMAL] == 1:
                modelled = math.log(max(modelled, SMALLEST))
            d = (modelled - work[slot + lane]) * work[slot + LANES + lane]
            cost[lane] += d * d
            common[lane] += d


@njit(**COMPILED)
def _slopes(work, index, common, factor):
    """Replace modelled carbon by ``factor`` (LANES,) times the derivative of the sum of squares by it."""
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + ROWS * k * LANES
        for lane in range(LANES):
            carbon = work[slot + MODELLED * LANES + lane]
            modelled, by_carbon = carbon, 1.0
            if index[LOGNORMAL] == 1:
                modelled = math.log(max(carbon, SMALLEST))
                by_carbon = 1.0 / carbon if carbon > SMALLEST else 0.0
            scale = work[slot + LANES + lane]
            d = (modelled - work[slot + lane]) * scale
            slope = factor[lane] * 2.0 * (d - common[lane]) * scale * by_carbon
            work[slot + MODELLED * LANES + lane] = slope


@njit(**COMPILED)
def _add_cotangents(work, index):
    """Add the derivatives by the carbon of each layer to the COTANGENT rows."""
    layers = index[LAYERS]
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + ROWS * k * LANES
        for lane in range(LANES):
            layer, place = index[ABOVE + k * LANES + lane], work[slot + 2 * LANES + lane]
            bottom, slope = work[slot + 3 * LANES + lane], work[slot + MODELLED * LANES + lane]
            add_cotangent(work, layers, layer, place, bottom, lane, slope)


@njit(**COMPILED)
def soil_cost_and_slope(unit, work, index, cost, slope):
    """Compute J (LANES,) of the points ``unit`` and dJ / d unit (parameter * LANES) into ``slope``."""
    set_parameters(unit, work, index)
    model = model_in(work, index)
    steady_state(work, model)
    common, factor = np.zeros(LANES), np.ones(LANES)
    _write_modelled(work, index)
    _differences(work, index, cost, common)
    for lane in range(LANES):
        coupling = work[POWER + LANES + lane]  # 0 unless the scale of errors is estimated
        cost[lane] -= coupling * common[lane] * common[lane]
        common[lane] *= coupling
        if index[ESTIMATED] == 1:
            square = max(cost[lane], 0.0)
            cost[lane] = work[POWER + lane] * math.log1p(square)
            factor[lane] = work[POWER + lane] / (1.0 + square)
    for i in range(ln.COTANGENT * LANES, (ln.COTANGENT + ln.MAX_LAYERS) * LANES):
        work[i] = 0.0
    _slopes(work, index, common, factor)
    _add_cotangents(work, index)
    gradient(work, model)
    for p in range(index[PARAMETERS]):
        row = (ln.GRADIENT + index[POSITION + p]) * LANES
        for lane in range(LANES):
            slope[p * LANES + lane] = work[row + lane] * work[WIDTH + p]
