"""Hamiltonian Monte Carlo on eight chains at once, in normal scores of the prior (R. Neal 2011).

A point is x with u = Phi(location + scale x), so that the prior density of x is standard normal; the
negative logarithm of the posterior density is U(x) = J(u) + x'x / 2. A trajectory begins with a fresh
momentum p and follows Hamilton's equations of U(x) + p'p / 2 with dx/dt = C^-T p and
dp/dt = -C^-1 dU/dx, where C C' is the metric, by leapfrog steps. It is accepted by Metropolis' rule on its
whole energy, which keeps the posterior exact whatever the metric, the step and the accuracy of the
gradient (the water scalar has kinks).

An iteration is one leapfrog step and costs one gradient. Every lane follows trajectories of its own and
begins the next when one ends, so no lane waits for another. The number of steps of a trajectory depends on
the chain's step size and random stream, never on its state, so states recorded every so many iterations
have the distribution of the chain. While a phase adapts, each chain learns its metric and the step that
brings its acceptance to the target; in a frozen phase nothing changes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from proda_core.assimilation.hamiltonian_learning import factorise, learn_metric, learn_step, restart_step
from proda_core.assimilation.hamiltonian_state import (
    ACCEPTED,
    COST,
    ENERGY,
    LEFT,
    LENGTH,
    LOG_STEP,
    STEP,
    TRIAL,
    places,
)
from proda_core.assimilation.random_streams import STATE_ROWS, normals, uniform
from proda_core.assimilation.special import log, normal_distribution
from proda_core.assimilation.target import (
    FLOATS,
    FLOATS_2D,
    GRADIENT_TARGET,
    INTEGERS,
    WORDS,
    compiled_for,
)
from proda_core.assimilation.vectors import (
    LANES,
    absolute,
    exp,
    floor,
    load,
    load_words,
    select,
    spread,
    store,
    store_words,
)
from proda_core.soil_model.compiled import COMPILED

#: Mean length of a trajectory in standard deviations: a quarter of a period, farthest from its start.
PATH = math.pi / 2.0
MOST_STEPS = 64.0
_REFRESH = 50  # iterations between factorisations while adapting
_RESTARTS = (0.25, 0.5)  # shares of the warm-up after which the step is learnt anew
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@njit(**COMPILED)
def _evaluate(target, state, target_unit, cost, slope, work, index, n, location, scale):
    """Evaluate the moving points and write their slopes dU/dx; return their cost, NaN as infinite.

    Where the cost has no gradient, that of the prior alone counts: a trajectory is reversible with any
    function of the point as its force.
    """
    _, y, _, _, _, _ = places(n)
    for i in range(n):
        store(target_unit, i, normal_distribution(load(state, y + i) * scale[i] + location[i]))
    target(target_unit, work, index, cost, slope)
    for i in range(n):
        value = load(state, y + i)
        score = value * scale[i] + location[i]
        by_score = load(slope, i) * exp(score * score * -0.5) * (scale[i] / _ROOT_TWO_PI)
        by_score = select(absolute(by_score) < spread(np.inf), by_score, spread(0.0))
        store(state, y + n + i, by_score + value)
    found = load(cost, 0)
    return select(found <= spread(np.inf), found, spread(np.inf))


@njit(**COMPILED)
def _energy(state, cost, n):
    """Return U + p'p / 2 of the moving points."""
    _, y, _, _, _, _ = places(n)
    energy = cost
    for i in range(n):
        a, p = load(state, y + i), load(state, y + 2 * n + i)
        energy = energy + (a * a + p * p) * 0.5
    return energy


@njit(**COMPILED)
def _kick(state, n, step):
    """Change the momentum by half a step along -C^-1 dU/dx, by forward substitution."""
    _, y, force, _, at, _ = places(n)
    for i in range(n):
        f = load(state, y + n + i)
        for j in range(i):
            f = f - load(state, at + j) * load(state, force + j)
        f = f * load(state, at + i)
        at += i + 1
        store(state, force + i, f)
        store(state, y + 2 * n + i, load(state, y + 2 * n + i) - f * step * 0.5)


@njit(**COMPILED)
def _drift(state, n, step):
    """Move the points by a step along C^-T p, by back substitution."""
    _, y, velocity, _, factor, _ = places(n)
    for j in range(n - 1, -1, -1):
        at = factor + j * (j + 1) // 2 + j
        v, inverse = load(state, y + 2 * n + j), load(state, at)
        for i in range(j + 1, n):
            at += i
            v = v - load(state, at) * load(state, velocity + i)
        v = v * inverse
        store(state, velocity + j, v)
        store(state, y + j, load(state, y + j) + v * step)


@njit(**COMPILED)
def _restore(rng, lanes, words):
    """Set the random streams back to ``words`` outside the mask."""
    for k in range(STATE_ROWS):
        store_words(rng, k, select(lanes, load_words(rng, k), words[k]))


@njit(**COMPILED)
def _begin(state, rng, n, begins, log_step, path):
    """Begin a trajectory in the lanes of the mask: at the state, with a new momentum and number of steps."""
    x, y, momentum, _, _, scalars = places(n)
    words = load_words(rng, 0), load_words(rng, 1), load_words(rng, 2), load_words(rng, 3)
    normals(rng, state, momentum, n)
    jitter = uniform(rng) + 0.5
    _restore(rng, begins, words)
    for i in range(n):
        store(state, y + i, select(begins, load(state, x + i), load(state, y + i)))
        store(state, y + n + i, select(begins, load(state, x + 2 * n + i), load(state, y + n + i)))
        store(state, y + 2 * n + i, select(begins, load(state, momentum + i), load(state, y + 2 * n + i)))
    step = exp(log_step)
    length = floor(jitter * path / step + 0.5)
    length = select(length > spread(1.0), length, spread(1.0))
    length = select(length < spread(MOST_STEPS), length, spread(MOST_STEPS))
    energy = _energy(state, load(state, scalars + COST), n)
    for k, value in ((LEFT, length), (LENGTH, length), (STEP, step), (ENERGY, energy)):
        store(state, scalars + k, select(begins, value, load(state, scalars + k)))


@njit(**COMPILED)
def _end(state, target_unit, rng, n, ends, cost):
    """Accept or reject in the lanes whose trajectory ends; return the logarithm of Metropolis' ratio."""
    x, y, _, _, _, scalars = places(n)
    words = load_words(rng, 0), load_words(rng, 1), load_words(rng, 2), load_words(rng, 3)
    chance = log(1.0 - uniform(rng))
    _restore(rng, ends, words)
    ratio = load(state, scalars + ENERGY) - _energy(state, cost, n)
    yes = (chance < ratio) & ends
    for i in range(n):
        store(state, x + i, select(yes, load(state, y + i), load(state, x + i)))
        store(state, x + n + i, select(yes, load(target_unit, i), load(state, x + n + i)))
        store(state, x + 2 * n + i, select(yes, load(state, y + n + i), load(state, x + 2 * n + i)))
    store(state, scalars + COST, select(yes, cost, load(state, scalars + COST)))
    count = load(state, scalars + ACCEPTED)
    store(state, scalars + ACCEPTED, select(yes, count + load(state, scalars + LENGTH), count))
    return ratio


_START = types.void(
    *(GRADIENT_TARGET, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, INTEGERS, types.intp, FLOATS, FLOATS)
)


@compiled_for(_START)
def evaluate_start(target, state, target_unit, cost, slope, work, index, n, location, scale):
    """Compute cost and slope of the starts, which are the moving points."""
    x, y, _, _, _, scalars = places(n)
    found = _evaluate(target, state, target_unit, cost, slope, work, index, n, location, scale)
    store(state, scalars + COST, found)
    for i in range(n):
        store(state, x + 2 * n + i, load(state, y + n + i))


_WALK = types.void(
    *(GRADIENT_TARGET, FLOATS, WORDS, FLOATS, FLOATS, FLOATS, FLOATS, INTEGERS),
    *(types.intp, types.intp, types.intp, FLOATS, FLOATS, types.float64, types.intp),
    *(types.intp, FLOATS_2D, FLOATS_2D),
)


@compiled_for(_WALK)
def walk(
    target, state, rng, target_unit, cost, slope, work, index,
    n, first, last, location, scale, wanted, warmup, keep, out, trace,
):  # fmt: skip
    """Run iterations ``first`` to ``last`` of a phase, each one leapfrog step.

    target : compiled ``target(unit, work, index, cost, slope)``, all lanes at once
    location, scale : of the prior's normal scores, (n,)
    wanted : acceptance rate to adapt to; 0 in a frozen phase
    warmup : iterations of the phase that adapts
    keep : every how many iterations the state is written to ``out`` (kept, n * LANES), and cost and
        number of iterations in accepted trajectories to ``trace`` (kept, 2 * LANES)
    """
    x, _, _, _, _, scalars = places(n)
    half, flag = spread(0.5), np.zeros(LANES)
    log_step = scalars + (TRIAL if wanted > 0.0 else LOG_STEP)
    restarts = int(_RESTARTS[0] * warmup), int(_RESTARTS[1] * warmup)
    if first == 0:  # a phase begins with a trajectory of its own
        store(state, scalars + LEFT, spread(0.0))
    for t in range(first, last):
        begins = load(state, scalars + LEFT) < half
        store(flag, 0, select(begins, spread(1.0), spread(0.0)))
        if np.sum(flag) > 0.0:
            _begin(state, rng, n, begins, load(state, log_step), PATH)
        step = load(state, scalars + STEP)
        _kick(state, n, step)
        _drift(state, n, step)
        found = _evaluate(target, state, target_unit, cost, slope, work, index, n, location, scale)
        _kick(state, n, step)
        left = load(state, scalars + LEFT) - 1.0
        store(state, scalars + LEFT, left)
        ends = left < half
        store(flag, 0, select(ends, spread(1.0), spread(0.0)))
        if np.sum(flag) > 0.0:
            ratio = _end(state, target_unit, rng, n, ends, found)
            if wanted > 0.0:
                learn_metric(state, n, ends)
                learn_step(state, n, ends, ratio, wanted)
        if wanted > 0.0:
            if (t + 1) % _REFRESH == 0:
                factorise(state, n)
            if t + 1 == restarts[0] or t + 1 == restarts[1]:
                restart_step(state, n)
        if (t + 1 - first) % keep == 0:
            k = (t + 1 - first) // keep - 1
            for i in range(n):
                store(out[k], i, load(state, x + n + i))
            store(trace[k], 0, load(state, scalars + COST))
            store(trace[k], 1, load(state, scalars + ACCEPTED))
