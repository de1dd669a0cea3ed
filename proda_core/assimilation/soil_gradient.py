"""The cost J of eight points of the prior's cube and its gradient: one solve and one adjoint solve.

The same numbers as :func:`proda_core.assimilation.soil_target.soil_cost`; the derivative of J with respect to
the carbon of each layer goes to the COTANGENT rows of the soil model's adjoint. For interpolation "linear";
the shape-preserving cubic has no adjoint here.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from proda_core.assimilation.soil_target import (
    ABOVE,
    ESTIMATED,
    LOGNORMAL,
    OBSERVATIONS,
    PARAMETERS,
    POSITION,
    POWER,
    SLOTS,
    SMALLEST,
    WIDTH,
    model_in,
    set_parameters,
)
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.adjoint import gradient
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.kernel import steady_state

LANES = ln.LANES


@njit(**COMPILED)
def _differences(work, index, cost, common):
    """Write the sum of squares of each lane to ``cost`` and the sum of differences to ``common``."""
    for lane in range(LANES):
        cost[lane] = common[lane] = 0.0
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + 3 * k * LANES
        for lane in range(LANES):
            soc = (ln.SOC + index[ABOVE + k * LANES + lane]) * LANES + lane
            modelled = work[soc] + work[slot + 2 * LANES + lane] * (work[soc + LANES] - work[soc])
            if index[LOGNORMAL] == 1:
                modelled = math.log(max(modelled, SMALLEST))
            d = (modelled - work[slot + lane]) * work[slot + LANES + lane]
            cost[lane] += d * d
            common[lane] += d


@njit(**COMPILED)
def _cotangents(work, index, common, factor):
    """Add ``factor`` (LANES,) times the derivative of the sum of squares to the COTANGENT rows."""
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + 3 * k * LANES
        for lane in range(LANES):
            above, t = index[ABOVE + k * LANES + lane], work[slot + 2 * LANES + lane]
            soc = (ln.SOC + above) * LANES + lane
            carbon = work[soc] + t * (work[soc + LANES] - work[soc])
            modelled, by_carbon = carbon, 1.0
            if index[LOGNORMAL] == 1:
                modelled = math.log(max(carbon, SMALLEST))
                by_carbon = 1.0 / carbon if carbon > SMALLEST else 0.0
            scale = work[slot + LANES + lane]
            d = (modelled - work[slot + lane]) * scale
            slope = factor[lane] * 2.0 * (d - common[lane]) * scale * by_carbon
            row = (ln.COTANGENT + above) * LANES + lane
            work[row] += (1.0 - t) * slope
            work[row + LANES] += t * slope


@njit(**COMPILED)
def soil_cost_and_slope(unit, work, index, cost, slope):
    """Compute J (LANES,) of the points ``unit`` and dJ / d unit (parameter * LANES) into ``slope``."""
    set_parameters(unit, work, index)
    model = model_in(work, index)
    steady_state(work, model)
    common, factor = np.zeros(LANES), np.ones(LANES)
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
    _cotangents(work, index, common, factor)
    gradient(work, model)
    for p in range(index[PARAMETERS]):
        row = (ln.GRADIENT + index[POSITION + p]) * LANES
        for lane in range(LANES):
            slope[p * LANES + lane] = work[row + lane] * work[WIDTH + p]
