"""The cost of all profiles under one parameter set: each distinct soil column is solved once.

Up to eight chains propose together, one in each lane of ``unit``. The lanes of the soil model hold
columns: a block of ``work`` is eight of them, laid out as in
:mod:`proda_core.assimilation.soil_target`; after the blocks follow the observations, block by block.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit

from proda_core.assimilation.misfit import Observed, power_of
from proda_core.assimilation.soil_target import (
    ABOVE,
    ESTIMATED,
    LAYERS,
    LOGNORMAL,
    LOWER,
    PARAMETERS,
    PCHIP,
    POSITION,
    SLOTS,
    SMALLEST,
    WIDTH,
    SoilTarget,
    cubic_at,
    modelled_at,
    slopes,
    solve,
)  # fmt: skip
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.columns import pack
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.lanes import LANES

NUMBERS = 5  # of an observation: the soil target's four; coupling of the profile at its last one, else -1
# Places in ``index`` behind the soil target's.
_CHAINS, _BLOCKS, _START = ABOVE, ABOVE + 1, ABOVE + 2


@njit(**COMPILED)
def set_same_parameters(unit, block, index):
    """Write one point of the cube (parameter,) to all columns of a block."""
    for p in range(index[PARAMETERS]):
        row = (ln.PARAM + index[POSITION + p]) * LANES
        value = block[LOWER + p] + unit[p] * block[WIDTH + p]
        for lane in range(LANES):
            block[row + lane] = value


@njit(**COMPILED)
def _misfit_of_block(block, observations, places, index):
    """Return the sum of squares of one block, less the part of errors that a profile shares."""
    pchip, lognormal, layers = index[PCHIP] == 1, index[LOGNORMAL] == 1, index[LAYERS]
    if pchip:
        slopes(block, layers)
    total = common = 0.0
    for k in range(len(observations) // NUMBERS):
        lane, layer = places[2 * k], places[2 * k + 1]
        value = observations[NUMBERS * k : NUMBERS * (k + 1)]
        if pchip:
            modelled = cubic_at(block, layer, value[2], lane)
        else:
            modelled = modelled_at(block, layers, layer, value[2], value[3], lane)
        if lognormal:
            modelled = math.log(max(modelled, SMALLEST))
        d = (modelled - value[0]) * value[1]
        total += d * d
        common += d
        if value[4] >= 0.0:  # the last observation of its profile
            total -= value[4] * common * common
            common = 0.0
    return total


@njit(**COMPILED)
def batch_cost(unit, work, index, cost):
    """Compute the cost J over all profiles, of each chain's point ``unit`` of the prior's cube."""
    blocks = index[_BLOCKS]
    observations = work[blocks * SLOTS :]
    start = index[_START : _START + blocks + 1]
    places = index[_START + blocks + 1 :]
    for chain in range(LANES):
        cost[chain] = 0.0
    for b in range(blocks):
        block = work[b * SLOTS : (b + 1) * SLOTS]
        first, last = start[b], start[b + 1]
        for chain in range(index[_CHAINS]):
            set_same_parameters(unit[chain::LANES], block, index)
            solve(block, index)
            cost[chain] += _misfit_of_block(
                block, observations[NUMBERS * first : NUMBERS * last], places[2 * first : 2 * last], index
            )
    if index[ESTIMATED] == 1:
        for chain in range(index[_CHAINS]):
            cost[chain] = work[-1] * math.log1p(max(cost[chain], 0.0))


@dataclass(frozen=True, eq=False)
class BatchTarget:
    """All profiles at once; ``profiles`` pairs a column of ``soil`` with its observations."""

    soil: SoilTarget
    profiles: Sequence[tuple[int, Observed]]

    function = staticmethod(batch_cost)
    gradient = None

    @property
    def size(self) -> int:
        """Number of sampled parameters."""
        return self.soil.size

    @property
    def location(self) -> np.ndarray:
        """Location of the prior's normal scores, shape (parameter,)."""
        return self.soil.location

    @property
    def scale(self) -> np.ndarray:
        """Scale of the prior's normal scores, shape (parameter,)."""
        return self.soil.scale

    @cached_property
    def columns(self) -> np.ndarray:
        """The first of each set of identical columns that holds a profile, shape (column,)."""
        return np.unique(self.representative)

    @cached_property
    def representative(self) -> np.ndarray:
        """For each profile the first column that is identical to its own, shape (profile,)."""
        used = np.array([column for column, _ in self.profiles])
        lines = [self.soil.columns.table[column].tobytes() for column in used]
        first: dict[bytes, int] = {}
        return np.array([first.setdefault(line, column) for line, column in zip(lines, used, strict=True)])

    def buffers(self, most_observations: int, chains: int) -> tuple[np.ndarray, np.ndarray]:
        """Return blocks and observations, packed; a lane of the runner is a chain and needs nothing more."""
        work, index = self.soil.buffers(0)
        blocks = -(-len(self.columns) // LANES)
        packed = np.tile(work, (blocks, 1))
        for place in range(blocks * LANES):
            column = self.columns[min(place, len(self.columns) - 1)]
            pack(packed[place // LANES], place % LANES, self.soil.columns.table[column])
        numbers, places, start = self._observations(blocks)
        head = np.concatenate([index[:ABOVE], [chains, blocks], start])
        work = np.concatenate([packed.ravel(), numbers.ravel(), [self.power]])
        return work, np.concatenate([head, places.ravel()])

    @property
    def power(self) -> float:
        """Exponent of an estimated scale that all profiles share."""
        return power_of(sum(len(site) for _, site in self.profiles), self.soil.schedule)

    def _observations(self, blocks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return numbers (observation, NUMBERS), lane and layer (observation, 2), start of each block."""
        place = np.searchsorted(self.columns, self.representative)
        order = np.argsort(place, kind="stable")
        numbers, layers, owner = [], [], []
        for i in order:
            site = self.profiles[i][1]
            n, above = self.soil.as_numbers(site)
            numbers.append(np.column_stack([n, np.r_[np.full(len(n) - 1, -1.0), site.coupling]]))
            layers.append(above)
            owner.append(np.full(len(above), place[i]))
        owner = np.concatenate(owner)
        start = np.searchsorted(owner // LANES, np.arange(blocks + 1))
        places = np.stack([owner % LANES, np.concatenate(layers)], axis=1)
        return np.concatenate(numbers), places.astype(np.int64), start.astype(np.int64)

    def write_lane(self, work: np.ndarray, index: np.ndarray, lane: int, column: int, site: Observed) -> None:
        """Do nothing: all chains use the same profiles."""
