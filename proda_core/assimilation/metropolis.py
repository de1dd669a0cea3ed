"""Random-walk Metropolis on eight chains at once, adaptive while it learns, frozen afterwards.

The target is a density exp(-J(u)) over the unit cube, in which the prior is uniform. A chain moves
either in the cube itself, where a proposal outside is rejected, or in the space of normal scores
u = Phi(location + scale x) of the prior, where it is a standard normal distribution without bounds
(location 0 and scale 1 where the prior is uniform). While a
phase adapts, each chain learns the covariance of its own past (H. Haario et al. 2001, with growing
memory) and the scale that brings its acceptance to the target (C. Andrieu and J. Thoms 2008). In a
frozen phase nothing changes, so the chain is exact Metropolis.

State rows (of LANES numbers) for n parameters, T = n (n + 1) / 2:
    x (n), unit (n), mean (n), normals (n), proposal (n), covariance (T), factor (T), then the
    scalars cost, log_scale, accepted.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from proda_core.assimilation.random_streams import normals, uniform
from proda_core.assimilation.special import log, normal_distribution
from proda_core.assimilation.target import FLOATS, FLOATS_2D, INTEGERS, TARGET, WORDS, compiled_for
from proda_core.assimilation.vectors import (
    exp,
    load,
    load_words,
    select,
    spread,
    square_root,
    store,
    store_words,
)  # fmt: skip
from proda_core.soil_model.compiled import COMPILED

SCALARS = 3
_COST, _LOG_SCALE, _ACCEPTED = range(SCALARS)
#: Iterations that the first guess of the covariance is worth.
_SETTLING = 200.0
_REFRESH = 50  # iterations between factorisations while adapting
_MAX_REDRAWS = 200
_LEAST_VARIANCE = 1e-8  # of a direction, in units of the space walked in


def triangle(n: int) -> int:
    """Return the number of elements of a lower triangle."""
    return n * (n + 1) // 2


def rows(n: int) -> int:
    """Return the number of rows of the state of ``n`` parameters."""
    return 5 * n + 2 * triangle(n) + SCALARS


def log_scale_row(n: int) -> int:
    """Return the row of the logarithm of the proposal's scale."""
    return rows(n) - SCALARS + _LOG_SCALE


@njit(**COMPILED)
def _places(n):
    """Return the first rows of x, unit, mean, normals, proposal, covariance, factor, scalars."""
    t = n * (n + 1) // 2
    return 0, n, 2 * n, 3 * n, 4 * n, 5 * n, 5 * n + t, 5 * n + 2 * t


@njit(**COMPILED)
def start(state, rng, n, box, location, scale, spread_of_step):
    """Draw a start from the prior and guess a diagonal covariance; writes the rows of ``state``."""
    x, unit, mean, _, _, covariance, factor, scalars = _places(n)
    normals(rng, state, x, n)
    for i in range(n):
        u = normal_distribution(location[i] + load(state, x + i) * scale[i])
        store(state, unit + i, u)
        if box:
            store(state, x + i, u)
        store(state, mean + i, load(state, x + i))
        for j in range(i + 1):
            at = i * (i + 1) // 2 + j
            store(state, covariance + at, spread(spread_of_step**2 if i == j else 0.0))
            store(state, factor + at, spread(spread_of_step if i == j else 0.0))
    for k in range(SCALARS):
        store(state, scalars + k, spread(0.0))


@njit(**COMPILED)
def _propose(state, rng, n, base_scale):
    """Write the proposal x + scale * factor @ normals."""
    x, _, _, z, proposal, _, factor, scalars = _places(n)
    normals(rng, state, z, n)
    scale = base_scale * exp(load(state, scalars + _LOG_SCALE))
    at = factor
    for i in range(n):
        step = spread(0.0)
        for j in range(i + 1):
            step = step + load(state, at) * load(state, z + j)
            at += 1
        store(state, proposal + i, load(state, x + i) + scale * step)


@njit(**COMPILED)
def _to_unit(state, target_unit, n, box, location, scale):
    """Write the proposal's place in the unit cube to ``target_unit``; 0 where it is inside, else 1.

    Outside the cube the target gets the current state, to keep its arithmetic healthy.
    """
    x, unit, _, _, proposal, _, _, _ = _places(n)
    outside = spread(0.0)
    if not box:
        for i in range(n):
            score = location[i] + load(state, proposal + i) * scale[i]
            store(target_unit, i, normal_distribution(score))
        return outside
    for i in range(n):
        y = load(state, proposal + i)
        inside = (y > spread(0.0)) & (y < spread(1.0))
        outside = select(inside, outside, spread(1.0))
        store(target_unit, i, select(inside, y, load(state, unit + i)))
    return outside


@njit(**COMPILED)
def _redraw(state, rng, target_unit, n, location, scale, base_scale, outside, flag):
    """Draw again in the lanes whose proposal left the cube, the published code's rule."""
    _, _, kept, _, proposal, _, _, _ = _places(n)
    for _ in range(_MAX_REDRAWS):
        store(flag, 0, outside)
        if np.sum(flag) == 0.0:
            break
        again = outside > spread(0.5)
        before = load_words(rng, 0), load_words(rng, 1), load_words(rng, 2), load_words(rng, 3)
        for i in range(n):
            store(state, kept + i, load(state, proposal + i))
        _propose(state, rng, n, base_scale)
        for i in range(n):
            store(state, proposal + i, select(again, load(state, proposal + i), load(state, kept + i)))
        for k in range(4):
            store_words(rng, k, select(again, load_words(rng, k), before[k]))
        outside = _to_unit(state, target_unit, n, True, location, scale)
    return outside


@njit(**COMPILED)
def _log_ratio(state, n, box, cost, coldness):
    """Return the logarithm of the Metropolis ratio of the proposal, whose cost is ``cost``.

    coldness : the cost counts times this, 1 for the target itself
    """
    x, _, _, _, proposal, _, _, scalars = _places(n)
    ratio = (load(state, scalars + _COST) - cost) * coldness
    if not box:
        for i in range(n):
            a, b = load(state, x + i), load(state, proposal + i)
            ratio = ratio + (a - b) * (a + b) * 0.5
    return ratio


@njit(**COMPILED)
def _learn(state, n, ratio, t, wanted):
    """Move mean, covariance and scale toward what iteration ``t`` of learning showed."""
    x, _, mean, deviation, _, covariance, _, scalars = _places(n)
    gain = 2.0 / (t + 2.0 + _SETTLING)
    for i in range(n):
        d = load(state, x + i) - load(state, mean + i)
        store(state, deviation + i, d)
        store(state, mean + i, load(state, mean + i) + d * gain)
    at = covariance
    for i in range(n):
        d = load(state, deviation + i)
        for j in range(i + 1):
            c = load(state, at)
            store(state, at, c + (d * load(state, deviation + j) - c) * gain)
            at += 1
    chance = select(ratio < spread(0.0), exp(ratio), spread(1.0))
    chance = select(chance >= spread(0.0), chance, spread(0.0))
    step = (chance - wanted) * (t + 1.0) ** -0.6
    store(state, scalars + _LOG_SCALE, load(state, scalars + _LOG_SCALE) + step)


@njit(**COMPILED)
def factorise(state, n):
    """Write the Cholesky factor of the covariance, row by row."""
    _, _, _, _, _, covariance, factor, _ = _places(n)
    for i in range(n):
        row_i = i * (i + 1) // 2
        for j in range(i + 1):
            row_j = j * (j + 1) // 2
            s = load(state, covariance + row_i + j)
            for k in range(j):
                s = s - load(state, factor + row_i + k) * load(state, factor + row_j + k)
            if i == j:
                least = spread(_LEAST_VARIANCE)
                store(state, factor + row_i + i, square_root(select(s > least, s, least)))
            else:
                store(state, factor + row_i + j, s / load(state, factor + row_j + j))


@njit(**COMPILED)
def _accept(state, target_unit, rng, n, ratio, outside, cost):
    """Move the lanes whose proposal is accepted."""
    x, unit, _, _, proposal, _, _, scalars = _places(n)
    yes = (log(1.0 - uniform(rng)) < ratio) & (outside < spread(0.5))
    for i in range(n):
        store(state, x + i, select(yes, load(state, proposal + i), load(state, x + i)))
        store(state, unit + i, select(yes, load(target_unit, i), load(state, unit + i)))
    store(state, scalars + _COST, select(yes, cost, load(state, scalars + _COST)))
    count = load(state, scalars + _ACCEPTED)
    store(state, scalars + _ACCEPTED, select(yes, count + 1.0, count))


@compiled_for(types.void(TARGET, FLOATS, FLOATS, FLOATS, FLOATS, INTEGERS, types.intp))
def evaluate_start(target, state, target_unit, cost, work, index, n):
    """Compute the cost of the current state; NaN counts as infinite."""
    _, unit, _, _, _, _, _, scalars = _places(n)
    for i in range(n):
        store(target_unit, i, load(state, unit + i))
    target(target_unit, work, index, cost)
    found = load(cost, 0)
    store(state, scalars + _COST, select(found <= spread(np.inf), found, spread(np.inf)))


_WALK = types.void(
    *(TARGET, FLOATS, WORDS, FLOATS, FLOATS, FLOATS, INTEGERS, types.intp, types.intp, types.intp),
    *(types.boolean, FLOATS, FLOATS, types.float64, types.float64, types.float64, types.boolean),
    *(types.intp, FLOATS_2D, FLOATS_2D),
)


@compiled_for(_WALK)
def walk(
    target,
    state,
    rng,
    target_unit,
    cost,
    work,
    index,
    n,
    first,
    last,
    box,
    location,
    scale,
    wanted,
    heat,
    cooling,
    annealed,
    keep,
    out,
    trace,
):
    """Run iterations ``first`` to ``last`` of a phase.

    target : compiled ``target(unit, work, index, cost)``, all lanes at once
    location, scale : of the prior's normal scores (n,); not used in the box
    wanted : acceptance rate to adapt to; 0 in a frozen phase
    heat, cooling : the target begins flattened by a temperature exp(heat) and is itself from
        iteration ``cooling`` on; for a test run only
    annealed : sharpen the target by ln(iteration + 2) and draw again outside the cube, the published
        code's rules (``mean`` rows are lost)
    keep : every how many iterations the state is written to ``out`` (kept, n * LANES) and
        cost and accepted count to ``trace`` (kept, 2 * LANES)
    """
    _, unit, _, _, _, _, _, scalars = _places(n)
    base_scale = 2.38 / math.sqrt(n)
    for t in range(first, last):
        _propose(state, rng, n, base_scale)
        outside = _to_unit(state, target_unit, n, box, location, scale)
        if annealed:
            outside = _redraw(state, rng, target_unit, n, location, scale, base_scale, outside, cost)
        target(target_unit, work, index, cost)
        found = load(cost, 0)
        coldness = math.exp(-heat * max(0.0, 1.0 - t / cooling)) if heat > 0.0 else 1.0
        ratio = _log_ratio(state, n, box, found, coldness)
        if annealed:
            ratio = ratio * math.log(t + 2.0)
        _accept(state, target_unit, rng, n, ratio, outside, found)
        if wanted > 0.0:
            # what was learned of the flattened target counts as no more than a first guess
            since = t - cooling if heat > 0.0 and t >= cooling else t
            _learn(state, n, select(outside < spread(0.5), ratio, spread(-np.inf)), since, wanted)
            if (t + 1) % _REFRESH == 0:
                factorise(state, n)
        if (t + 1 - first) % keep == 0:
            k = (t + 1 - first) // keep - 1
            for i in range(n):
                store(out[k], i, load(state, unit + i))
            store(trace[k], 0, load(state, scalars + _COST))
            store(trace[k], 1, load(state, scalars + _ACCEPTED))
