"""The steady state of eq. 37.2, solved along its structure, for eight columns at once.

Litter feeds soil and never the other way round, and mixing couples only neighbouring layers, so a
steady state is two tridiagonal systems (litr1; litr2 and litr3 share one) and one
block-tridiagonal system with a 3 x 3 block per layer (the soil pools). Both are eliminated from
the deepest layer upward in the form of Grassmann, Taksar and Heyman: a layer is described by what
leaves it for good and by what its pools exchange, and elimination then only adds, multiplies and
divides positive numbers. Nothing cancels, so carbon is positive and accurate to rounding however
ill-conditioned the matrix is (small e-folding depths reach condition numbers of 1e24).

The compiled functions release the GIL and allocate nothing; a caller owns one work buffer
(:func:`proda_core.soil_model.lanes.empty_work`) per thread.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from proda_core.soil_model import coefficients as co
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.adjoint import gradient
from proda_core.soil_model.columns import Columns, pack
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.elimination import litter, soil
from proda_core.soil_model.vector import LANES
from proda_core.vocabulary.constants import DAYS_PER_YEAR


class Model(NamedTuple):
    """The settings of the soil model as plain numbers, for compiled code.

    node, thickness, bottom : of the layers, shape (layer,) [m]
    potential : 1 for the potential form of water limitation, 0 for the scalar form
    advection : [m d-1]
    """

    node: np.ndarray
    thickness: np.ndarray
    bottom: np.ndarray
    potential: int
    minpsi: float
    water_floor: float
    advection: float


def model_of(columns: Columns) -> Model:
    """The numbers compiled code needs to know about these columns."""
    grid, settings = columns.grid, columns.settings
    return Model(
        np.array(grid.layer_node),
        np.array(grid.thickness),
        np.array(grid.layer_bottom),
        int(settings.water == "potential"),
        settings.minpsi,
        columns.water_floor,
        settings.advection / DAYS_PER_YEAR,
    )


@njit(**COMPILED)
def steady_state(work, model):
    """Solve all lanes: from PARAM and FORCING rows to METABOLIC, STRUCTURAL, SOIL and SOC rows."""
    n_layer = len(model.thickness)
    co.rates(work, model.potential, model.minpsi)
    co.scalars(work, model.node, model.thickness, model.water_floor)
    co.shares(work, model.bottom, n_layer)
    if model.advection == 0.0:
        co.mixing(work, n_layer)
    else:
        co.advective_mixing(work, n_layer, model.advection)
    litter(work, n_layer)
    soil(work, n_layer)


@njit(**COMPILED)
def load(work, packed, lane, table, parameters, index, task):
    """Write one task into a lane: its parameters, and its forcing unless already loaded."""
    site = index[task]
    if packed[lane] != site:
        pack(work, lane, table[site])
        packed[lane] = site
    for p in range(parameters.shape[1]):
        work[(ln.PARAM + p) * LANES + lane] = parameters[task, p]


@njit(**COMPILED)
def _fill(work, packed, table, parameters, index, start, last):
    """Put the tasks from ``start`` into the lanes; the last one fills what is left over."""
    for lane in range(LANES):
        load(work, packed, lane, table, parameters, index, min(start + lane, last - 1))


@njit(**COMPILED)
def solve_soc(work, table, parameters, index, first, last, model, out):
    """SOC [gC m-3] of tasks first..last-1 into out (task, layer)."""
    packed = np.full(LANES, -1)
    for start in range(first, last, LANES):
        _fill(work, packed, table, parameters, index, start, last)
        steady_state(work, model)
        for lane in range(min(LANES, last - start)):
            for layer in range(out.shape[1]):
                out[start + lane, layer] = work[(ln.SOC + layer) * LANES + lane]


@njit(**COMPILED)
def solve_pools(work, table, parameters, index, first, last, model, out):
    """All pools [gC m-3] of tasks first..last-1 into out (task, pool, layer)."""
    packed = np.full(LANES, -1)
    for start in range(first, last, LANES):
        _fill(work, packed, table, parameters, index, start, last)
        steady_state(work, model)
        for lane in range(min(LANES, last - start)):
            for layer in range(out.shape[2]):
                _write_pools(work, lane, layer, out[start + lane])


@njit(**COMPILED)
def _write_pools(work, lane, layer, out):
    debris = work[ln.INPUT * LANES + lane] * work[(ln.SHARE + layer) * LANES + lane]
    structural = work[(ln.STRUCTURAL + layer) * LANES + lane]
    xi = work[(ln.XI_SOIL + layer) * LANES + lane]
    out[0, layer] = debris / (work[co.KCWD * LANES + lane] * xi)
    out[1, layer] = work[(ln.METABOLIC + layer) * LANES + lane]
    out[2, layer] = work[co.U2 * LANES + lane] * structural
    out[3, layer] = work[co.U3 * LANES + lane] * structural
    for pool in range(3):
        out[4 + pool, layer] = work[(ln.SOIL + 3 * layer + pool) * LANES + lane]


@njit(**COMPILED)
def solve_gradient(work, table, parameters, index, weights, first, last, model, out):
    """d(sum_j weights_j SOC_j) / d parameters of tasks first..last-1 into out (task, parameter)."""
    packed = np.full(LANES, -1)
    for start in range(first, last, LANES):
        _fill(work, packed, table, parameters, index, start, last)
        for lane in range(LANES):
            for layer in range(weights.shape[1]):
                work[(ln.COTANGENT + layer) * LANES + lane] = weights[min(start + lane, last - 1), layer]
        steady_state(work, model)
        gradient(work, model)
        for lane in range(min(LANES, last - start)):
            for p in range(out.shape[1]):
                out[start + lane, p] = work[(ln.GRADIENT + p) * LANES + lane]
