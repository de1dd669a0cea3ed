"""The soil model as a sampler's target: from eight points of the prior's cube to their costs.

``work`` begins with the kernel's rows (:mod:`proda_core.soil_model.lanes`); after them follow the
prior, the layers and the observations of each lane. ``index`` holds the sizes and, for each
observation slot, the layer above it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.schedules import Schedule
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.columns import Columns, pack
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.kernel import Model, model_of, steady_state
from proda_core.vocabulary.parameters import DEFAULTS, Prior

LANES = ln.LANES
_N_PAR = ln.N_PARAMETERS
_N_LAYER = ln.MAX_LAYERS

NO_HORIZON = -1.0  # in place of the bottom of an observation at a mid-depth
SMALLEST = 1e-300  # gC m-3, carbon whose logarithm still exists
# Places in ``work`` after the kernel's rows: plain numbers, then rows of LANES numbers.
LOWER = ln.ROWS * LANES
WIDTH = LOWER + _N_PAR
_NODE = WIDTH + _N_PAR
_THICKNESS = _NODE + _N_LAYER
_BOTTOM = _THICKNESS + _N_LAYER
_SETTINGS = _BOTTOM + _N_LAYER  # minpsi, water floor, advection
_SLOPE = _SETTINGS + 3 + (-(_SETTINGS + 3)) % LANES  # of the PCHIP interpolant, a row per layer
POWER = _SLOPE + _N_LAYER * LANES  # of an estimated error scale, a row each of power and coupling
SLOTS = POWER + 2 * LANES  # ROWS rows per observation: value, 1 / scale, position or top, bottom, modelled
ROWS, MODELLED = 5, 4
# Places in ``index``.
PARAMETERS, LAYERS, OBSERVATIONS, _POTENTIAL, LOGNORMAL, PCHIP, ESTIMATED = range(7)
POSITION = 7
ABOVE = POSITION + _N_PAR  # the layer above each observation, or of its top, LANES numbers per slot


@njit(**COMPILED)
def set_parameters(unit, work, index):
    """Write the physical values of the sampled parameters."""
    for p in range(index[PARAMETERS]):
        row = (ln.PARAM + index[POSITION + p]) * LANES
        lower, width = work[LOWER + p], work[WIDTH + p]
        for lane in range(LANES):
            work[row + lane] = lower + unit[p * LANES + lane] * width


@njit(**COMPILED)
def slopes(work, n_layer):
    """Write the slopes at the nodes of the shape-preserving cubic (F. N. Fritsch and J. Butland 1984)."""
    for lane in range(LANES):
        for k in range(n_layer):
            work[_SLOPE + k * LANES + lane] = _slope(work, k, n_layer, lane)


@njit(**COMPILED)
def _secant(work, k, lane):
    h = work[_NODE + k + 1] - work[_NODE + k]
    soc = (ln.SOC + k) * LANES + lane
    return h, (work[soc + LANES] - work[soc]) / h


@njit(**COMPILED)
def _slope(work, k, n_layer, lane):
    if k == 0 or k == n_layer - 1:
        h0, d0 = _secant(work, 0 if k == 0 else n_layer - 2, lane)
        h1, d1 = _secant(work, 1 if k == 0 else n_layer - 3, lane)
        slope = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
        if slope * d0 <= 0.0:
            return 0.0
        return 3.0 * d0 if d0 * d1 <= 0.0 and abs(slope) > 3.0 * abs(d0) else slope
    h0, d0 = _secant(work, k - 1, lane)
    h1, d1 = _secant(work, k, lane)
    if d0 * d1 <= 0.0:
        return 0.0
    w0, w1 = 2.0 * h1 + h0, h1 + 2.0 * h0
    return (w0 + w1) / (w0 / d0 + w1 / d1)


@njit(**COMPILED)
def cubic_at(work, above, t, lane):
    """Return the carbon at the fraction ``t`` of the distance from node ``above`` to the next."""
    soc = (ln.SOC + above) * LANES + lane
    a, b = work[soc], work[soc + LANES]
    h = work[_NODE + above + 1] - work[_NODE + above]
    slope = _SLOPE + above * LANES + lane
    bump = (1.0 - t) * h * work[slope] - t * h * work[slope + LANES]
    s = t * t * (3.0 - 2.0 * t)
    return a + s * (b - a) + t * (1.0 - t) * bump


@njit(**COMPILED)
def modelled_at(work, layers, layer, place, bottom, lane):
    """Return the modelled carbon of an observation.

    The mean between the depths ``place`` and ``bottom``, of which the upper lies in ``layer``; where
    ``bottom`` is NO_HORIZON, the carbon at the fraction ``place`` of the distance from that layer's node to
    the next.
    """
    soc = (ln.SOC + layer) * LANES + lane
    if bottom == NO_HORIZON:
        return work[soc] + place * (work[soc + LANES] - work[soc])
    total, upper = 0.0, place
    while layer < layers - 1 and work[_BOTTOM + layer] < bottom:
        lower = work[_BOTTOM + layer]
        total += (lower - upper) * work[(ln.SOC + layer) * LANES + lane]
        upper = lower
        layer += 1
    return (total + (bottom - upper) * work[(ln.SOC + layer) * LANES + lane]) / (bottom - place)


@njit(**COMPILED)
def add_cotangent(work, layers, layer, place, bottom, lane, slope):
    """Add ``slope`` times the derivative of :func:`modelled_at` to the COTANGENT rows."""
    row = (ln.COTANGENT + layer) * LANES + lane
    if bottom == NO_HORIZON:
        work[row] += (1.0 - place) * slope
        work[row + LANES] += place * slope
        return
    upper, by_thickness = place, slope / (bottom - place)
    while layer < layers - 1 and work[_BOTTOM + layer] < bottom:
        lower = work[_BOTTOM + layer]
        work[(ln.COTANGENT + layer) * LANES + lane] += (lower - upper) * by_thickness
        upper = lower
        layer += 1
    work[(ln.COTANGENT + layer) * LANES + lane] += (bottom - upper) * by_thickness


@njit(**COMPILED)
def _misfit(work, index, cost):
    """Compute J of each lane from the SOC rows."""
    pchip, lognormal, layers = index[PCHIP] == 1, index[LOGNORMAL] == 1, index[LAYERS]
    if pchip:
        slopes(work, layers)
    common = np.zeros(LANES)
    for lane in range(LANES):
        cost[lane] = 0.0
    for k in range(index[OBSERVATIONS]):
        slot = SLOTS + ROWS * k * LANES
        for lane in range(LANES):
            layer, place = index[ABOVE + k * LANES + lane], work[slot + 2 * LANES + lane]
            if pchip:
                modelled = cubic_at(work, layer, place, lane)
            else:
                modelled = modelled_at(work, layers, layer, place, work[slot + 3 * LANES + lane], lane)
            if lognormal:
                modelled = math.log(max(modelled, SMALLEST))
            d = (modelled - work[slot + lane]) * work[slot + LANES + lane]
            cost[lane] += d * d
            common[lane] += d
    if index[ESTIMATED] == 1:
        for lane in range(LANES):
            square = cost[lane] - work[POWER + LANES + lane] * common[lane] * common[lane]
            cost[lane] = work[POWER + lane] * math.log1p(max(square, 0.0))


@njit(**COMPILED)
def model_in(work, index):
    """Return the settings of the soil model that a block of lanes holds."""
    n = index[LAYERS]
    return Model(
        work[_NODE : _NODE + n],
        work[_THICKNESS : _THICKNESS + n],
        work[_BOTTOM : _BOTTOM + n],
        index[_POTENTIAL],
        work[_SETTINGS],
        work[_SETTINGS + 1],
        work[_SETTINGS + 2],
    )


@njit(**COMPILED)
def solve(work, index):
    """Solve the steady state of all lanes from the PARAM rows."""
    steady_state(work, model_in(work, index))


@njit(**COMPILED)
def soil_cost(unit, work, index, cost):
    """Compute the cost J of the eight points ``unit`` of the prior's cube."""
    set_parameters(unit, work, index)
    solve(work, index)
    _misfit(work, index, cost)


@dataclass(frozen=True, eq=False)
class SoilTarget:
    """The soil model at the sites of ``columns`` under a prior, with a schedule's misfit."""

    columns: Columns
    prior: Prior
    schedule: Schedule

    function = staticmethod(soil_cost)

    @property
    def gradient(self) -> Callable:
        """Compiled cost and gradient, for samplers that follow the gradient."""
        from proda_core.assimilation.soil_gradient import soil_cost_and_slope

        return soil_cost_and_slope

    @property
    def size(self) -> int:
        """Number of sampled parameters."""
        return len(self.prior.names)

    @property
    def location(self) -> np.ndarray:
        """Location of the prior's normal scores, shape (parameter,)."""
        return self.prior.location

    @property
    def scale(self) -> np.ndarray:
        """Scale of the prior's normal scores, shape (parameter,)."""
        return self.prior.scale

    def buffers(self, most_observations: int, chains: int = LANES) -> tuple[np.ndarray, np.ndarray]:
        """Return ``work`` and ``index`` for lanes with at most so many observations each."""
        grid, model, size = self.columns.grid, model_of(self.columns), self.size
        work = np.zeros(SLOTS + ROWS * most_observations * LANES)
        _clear(work[SLOTS:].reshape(-1, ROWS, LANES))
        work[ln.PARAM * LANES : (ln.PARAM + _N_PAR) * LANES] = np.repeat(DEFAULTS, LANES)
        work[LOWER : LOWER + size] = self.prior.lower
        work[WIDTH : WIDTH + size] = self.prior.upper - self.prior.lower
        for place, values in ((_NODE, model.node), (_THICKNESS, model.thickness), (_BOTTOM, model.bottom)):
            work[place : place + grid.size] = values
        work[_SETTINGS : _SETTINGS + 3] = model.minpsi, model.water_floor, model.advection
        index = np.zeros(ABOVE + most_observations * LANES, dtype=np.int64)
        index[PARAMETERS], index[LAYERS], index[OBSERVATIONS] = size, grid.size, most_observations
        index[_POTENTIAL] = model.potential
        index[LOGNORMAL] = self.schedule.errors != "gaussian"
        index[ESTIMATED] = self.schedule.errors == "lognormal_estimated"
        index[PCHIP] = self.schedule.operator == "pchip"
        index[POSITION : POSITION + size] = self.prior.index
        return work, index

    def write_lane(self, work: np.ndarray, index: np.ndarray, lane: int, column: int, site: Observed) -> None:
        """Write the forcing of one column and the observations of its site into a lane."""
        pack(work, lane, self.columns.table[column])
        numbers, above = self.as_numbers(site)
        slots = work[SLOTS:].reshape(-1, ROWS, LANES)
        _clear(slots[:, :, lane : lane + 1])
        slots[: len(site), :MODELLED, lane] = numbers
        work[POWER + lane], work[POWER + LANES + lane] = site.power, site.coupling
        layers = index[ABOVE:].reshape(-1, LANES)
        layers[:, lane] = 0
        layers[: len(site), lane] = above

    def as_numbers(self, site: Observed) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of each observation (observation, 4), and the layer above it (observation,).

        value, 1 / scale, position, NO_HORIZON; with operator horizon, where the profile gives the bounds,
        value, 1 / scale, top, bottom, and the layer of the top
        """
        value = site.carbon if self.schedule.errors == "gaussian" else np.log(site.carbon)
        scale = np.sqrt(site.weight / 2.0) / site.sigma
        node = self.columns.grid.layer_node
        depth = np.clip(site.depth, node[0], node[-1])
        above = np.clip(np.searchsorted(node, depth, side="right") - 1, 0, len(node) - 2)
        position = (depth - node[above]) / (node[above + 1] - node[above])
        numbers = np.stack([value, scale, position, np.full(len(site), NO_HORIZON)], axis=1)
        if self.schedule.operator == "horizon":
            given = np.isfinite(site.top)
            layer = np.searchsorted(self.columns.grid.layer_bottom, site.top, side="right")
            above = np.where(given, np.minimum(layer, self.columns.grid.size - 1), above)
            numbers[given, 2:] = np.stack([site.top, site.bottom], axis=1)[given]
        return numbers, above


def _clear(slots: np.ndarray) -> None:
    """Fill slots (observation, ROWS, lane) with observations at the first node that count for nothing."""
    slots[:] = 0.0
    slots[:, MODELLED - 1] = NO_HORIZON
