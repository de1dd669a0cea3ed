"""DREAM(ZS) on eight chains at once: proposals are differences of states the site's chains were in.

J. A. Vrugt (2016) and E. Laloy and J. A. Vrugt (2012), in the space of normal scores of the
prior, where it is a standard normal distribution without bounds. The chains of a site share an
archive of past states, which starts with draws of the prior and grows; proposals jump
along the difference of one to three pairs of them in some of the dimensions, or, one time in ten,
toward an archived state (snooker). How many dimensions jump is learned while a phase adapts.

State rows (of LANES numbers) for n parameters: x (n), unit (n), proposal (n), work (n), then for each
crossover probability its weight, its uses and the distance it has brought (3 each), cost, accepted.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from proda_core.assimilation.random_streams import normals, uniform
from proda_core.assimilation.special import log, normal_distribution
from proda_core.assimilation.target import FLOATS, FLOATS_2D, FLOATS_3D, INTEGERS, TARGET, WORDS, compiled_for
from proda_core.assimilation.vectors import LANES, load, select, spread, store
from proda_core.soil_model.compiled import COMPILED

CROSSOVERS = 3  # probabilities 1/3, 2/3 and 1 that a dimension jumps
MOST_PAIRS = 3
ARCHIVE_EVERY = 10  # iterations between additions to the archive
ARCHIVE_START = 10  # initial draws of the prior in the archive, per parameter
SCALARS = 3 * CROSSOVERS + 2
_SNOOKER = 0.1  # share of snooker jumps
_LONG = 0.2  # share of jumps with gamma 1, which lead from mode to mode
_STRETCH = 0.05  # jumps are stretched by up to this, dimension by dimension
_NOISE = 1e-6  # standard deviation added to every jump
_WEIGHT, _USES, _BROUGHT = 0, CROSSOVERS, 2 * CROSSOVERS
_COST, _ACCEPTED = 3 * CROSSOVERS, 3 * CROSSOVERS + 1


def rows(n: int) -> int:
    """Return the number of rows of the state of ``n`` parameters."""
    return 4 * n + SCALARS


@njit(**COMPILED)
def start(state, rng, n, location, scale):
    """Draw a start from the prior; writes the rows of ``state``."""
    normals(rng, state, 0, n)
    for i in range(n):
        store(state, n + i, normal_distribution(location[i] + load(state, i) * scale[i]))
    for k in range(SCALARS):
        weight = 1.0 / CROSSOVERS if k < _USES else 1e-3 if k < _COST else 0.0
        store(state, 4 * n + k, spread(weight))


@njit(**COMPILED)
def _whole_number(u, most):
    """Return a whole number 0 <= k < most from u in [0, 1)."""
    return min(int(u * most), most - 1)


@njit(**COMPILED)
def _draw_pairs(rng, picks, chance, pairs, site_of_lane, count):
    """Pick archive rows of every lane: ``pairs`` pairs of different ones, and three for snooker."""
    for k in range(2 * MOST_PAIRS + 3):
        store(chance, 0, uniform(rng))
        for lane in range(LANES):
            picks[k, lane] = _whole_number(chance[lane], count[site_of_lane[lane]] - k % 2)
    for k in range(1, 2 * MOST_PAIRS, 2):
        for lane in range(LANES):
            if picks[k, lane] >= picks[k - 1, lane]:
                picks[k, lane] += 1
    store(chance, 0, uniform(rng))
    for lane in range(LANES):
        pairs[lane] = 1 + _whole_number(chance[lane], MOST_PAIRS)


@njit(**COMPILED)
def _differences(state, archive, site_of_lane, picks, pairs, n):
    """Sum of the picked pairs' differences, dimension by dimension, into the work rows."""
    for lane in range(LANES):
        rows_of_site = archive[site_of_lane[lane]]
        for i in range(n):
            state[(3 * n + i) * LANES + lane] = 0.0
        for k in range(pairs[lane]):
            a, b = rows_of_site[picks[2 * k, lane]], rows_of_site[picks[2 * k + 1, lane]]
            for i in range(n):
                state[(3 * n + i) * LANES + lane] += a[i] - b[i]


@njit(**COMPILED)
def _crossover(state, n, u, chosen, probability):
    """Choose the crossover probability of each lane by the learned weights."""
    for lane in range(LANES):
        total, m = state[(4 * n) * LANES + lane], 0
        while m < CROSSOVERS - 1 and u[lane] >= total:
            m += 1
            total += state[(4 * n + m) * LANES + lane]
        chosen[lane] = m
        probability[lane] = (m + 1.0) / CROSSOVERS


@njit(**COMPILED)
def _parallel_jump(state, rng, n, chance, pairs, probability, jumps):
    """Write the proposal along the differences in the dimensions that cross over."""
    proposal, work = 2 * n, 3 * n
    cross = load(probability, 0)
    store(chance, 0, uniform(rng))
    for lane in range(LANES):
        jumps[lane] = _whole_number(chance[lane], n)
    forced = load(jumps, 0)
    number = spread(0.0)
    for i in range(n):
        here = (uniform(rng) < cross) | ((forced >= spread(i * 1.0)) & (forced <= spread(i * 1.0)))
        number = number + select(here, spread(1.0), spread(0.0))
        stretch = 1.0 + (uniform(rng) * 2.0 - 1.0) * _STRETCH
        difference = load(state, work + i) * stretch
        store(state, work + i, select(here, difference, spread(0.0)))
    store(chance, 0, uniform(rng))
    store(jumps, 0, number)
    for lane in range(LANES):
        gamma = 2.38 / math.sqrt(2.0 * pairs[lane] * jumps[lane])
        jumps[lane] = 1.0 if chance[lane] < _LONG else gamma
    gamma = load(jumps, 0)
    normals(rng, state, proposal, n)
    for i in range(n):
        jump = load(state, work + i)
        noise = load(state, proposal + i) * _NOISE
        moves = (jump > spread(0.0)) | (jump < spread(0.0))
        store(state, proposal + i, load(state, i) + select(moves, gamma * jump + noise, spread(0.0)))


@njit(**COMPILED)
def _snooker_jump(state, archive, site_of_lane, picks, n, lane, u):
    """Write the proposal of one lane along the line to an archived state; return its log volume factor."""
    rows_of_site = archive[site_of_lane[lane]]
    z = rows_of_site[picks[2 * MOST_PAIRS, lane]]
    a, b = rows_of_site[picks[2 * MOST_PAIRS + 1, lane]], rows_of_site[picks[2 * MOST_PAIRS + 2, lane]]
    distance, along = 0.0, 0.0
    for i in range(n):
        v = state[i * LANES + lane] - z[i]
        distance += v * v
        along += (a[i] - b[i]) * v
    if distance <= 0.0:
        return -np.inf
    length = (1.2 + u) * along / distance
    for i in range(n):
        x = state[i * LANES + lane]
        state[(2 * n + i) * LANES + lane] = x + length * (x - z[i])
    return (n - 1.0) * math.log(max(abs(1.0 + length), 1e-300))


@njit(**COMPILED)
def _learn_crossover(state, n, moved, chosen):
    """Add the distance moved to the crossover probability that each lane used."""
    for lane in range(LANES):
        uses = (4 * n + _USES + chosen[lane]) * LANES + lane
        state[uses] += 1.0
        state[uses + (_BROUGHT - _USES) * LANES] += moved[lane]
        total = 0.0
        for m in range(CROSSOVERS):
            at = (4 * n + _USES + m) * LANES + lane
            total += state[at + (_BROUGHT - _USES) * LANES] / state[at]
        for m in range(CROSSOVERS):
            at = (4 * n + _USES + m) * LANES + lane
            share = state[at + (_BROUGHT - _USES) * LANES] / state[at] / total
            state[(4 * n + m) * LANES + lane] = 0.05 + 0.85 * share


@njit(**COMPILED)
def _accept(state, target_unit, rng, n, volume, cost, moved):
    """Move the lanes whose proposal is accepted; ``moved`` becomes the squared distance moved."""
    scalars = 4 * n
    found = load(cost, 0)
    ratio = load(state, scalars + _COST) - found + load(volume, 0)
    distance = spread(0.0)
    for i in range(n):
        a, b = load(state, i), load(state, 2 * n + i)
        ratio = ratio + (a - b) * (a + b) * 0.5
        distance = distance + (a - b) * (a - b)
    yes = log(1.0 - uniform(rng)) < ratio
    for i in range(n):
        store(state, i, select(yes, load(state, 2 * n + i), load(state, i)))
        store(state, n + i, select(yes, load(target_unit, i), load(state, n + i)))
    store(state, scalars + _COST, select(yes, found, load(state, scalars + _COST)))
    count = load(state, scalars + _ACCEPTED)
    store(state, scalars + _ACCEPTED, select(yes, count + 1.0, count))
    store(moved, 0, select(yes, distance, spread(0.0)))


@compiled_for(types.void(TARGET, FLOATS, FLOATS, FLOATS, FLOATS, INTEGERS, types.intp))
def evaluate_start(target, state, target_unit, cost, work, index, n):
    """Compute the cost of the current state; NaN counts as infinite."""
    for i in range(n):
        store(target_unit, i, load(state, n + i))
    target(target_unit, work, index, cost)
    found = load(cost, 0)
    store(state, 4 * n + _COST, select(found <= spread(np.inf), found, spread(np.inf)))


_WALK = types.void(
    *(TARGET, FLOATS, WORDS, FLOATS, FLOATS, FLOATS, INTEGERS, types.intp, types.intp, types.intp),
    *(
        FLOATS,
        FLOATS,
        types.boolean,
        FLOATS_3D,
        INTEGERS,
        INTEGERS,
        INTEGERS,
        types.intp,
        FLOATS_2D,
        FLOATS_2D,
    ),
)


@compiled_for(_WALK)
def walk(
    target, state, rng, target_unit, cost, work, index, n, first, last,
    location, scale, adapt, archive, count, site_of_lane, adds, keep, out, trace,
):  # fmt: skip
    """Run iterations ``first`` to ``last`` of a phase.

    archive : past states (site, row, n); ``count`` (site,) rows are filled
    site_of_lane : the site of each lane; ``adds`` 1 where the lane's states go to the archive
    Others as in :func:`proda_core.assimilation.metropolis.walk`.
    """
    chance, probability = np.zeros(LANES), np.zeros(LANES)
    jumps, volume, moved = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    pairs, chosen = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    picks = np.zeros((2 * MOST_PAIRS + 3, LANES), np.int64)
    for t in range(first, last):
        _draw_pairs(rng, picks, chance, pairs, site_of_lane, count)
        store(chance, 0, uniform(rng))
        _crossover(state, n, chance, chosen, probability)
        _differences(state, archive, site_of_lane, picks, pairs, n)
        _parallel_jump(state, rng, n, chance, pairs, probability, jumps)
        store(chance, 0, uniform(rng))
        store(jumps, 0, uniform(rng))
        for lane in range(LANES):
            volume[lane] = 0.0
            if chance[lane] < _SNOOKER:
                volume[lane] = _snooker_jump(state, archive, site_of_lane, picks, n, lane, jumps[lane])
        for i in range(n):
            store(target_unit, i, normal_distribution(location[i] + load(state, 2 * n + i) * scale[i]))
        target(target_unit, work, index, cost)
        _accept(state, target_unit, rng, n, volume, cost, moved)
        if adapt:
            _learn_crossover(state, n, moved, chosen)
        if (t + 1) % ARCHIVE_EVERY == 0:
            for lane in range(LANES):
                if adds[lane]:
                    s = site_of_lane[lane]
                    for i in range(n):
                        archive[s, count[s], i] = state[i * LANES + lane]
                    count[s] += 1
        if (t + 1 - first) % keep == 0:
            k = (t + 1 - first) // keep - 1
            for i in range(n):
                store(out[k], i, load(state, n + i))
            store(trace[k], 0, load(state, 4 * n + _COST))
            store(trace[k], 1, load(state, 4 * n + _ACCEPTED))
