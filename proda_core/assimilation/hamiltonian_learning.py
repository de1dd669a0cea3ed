"""What Hamiltonian chains learn while a phase adapts: the metric and the step size.

The metric is the mean Hessian of U = J + x'x / 2 under the posterior, which is I + E[dJ/dx (dU/dx)'] by
Stein's identity. It is estimated by I + E[dJ/dx (dJ/dx)'], which is exactly I in the directions that the
data do not inform, where a covariance of few states would be noise. Steep places count less than in
proportion (``_BOUND``): a single one would narrow the step of the whole chain. Whatever is learnt, a
frozen phase samples the posterior.
"""

from __future__ import annotations

import math

from numba import njit

from proda_core.assimilation.hamiltonian_state import (
    CENTRE,
    COUNT,
    ENDED,
    ERROR,
    LOG_STEP,
    TRIAL,
    places,
)
from proda_core.assimilation.special import log
from proda_core.assimilation.vectors import exp, load, select, spread, square_root, store
from proda_core.soil_model.compiled import COMPILED

_SHORTEST, _LONGEST = math.log(1e-4), math.log(2.0)  # log step
_SETTLING = 20.0  # trajectories that the first guess of the metric is worth
_BOUND = 0.2  # weight of a trajectory 1 / (1 + _BOUND |dJ/dx|^2)
# Dual averaging, with the constants of M. Hoffman and A. Gelman (2014), section 3.2.
_RELAXATION, _DELAY, _DECAY = 0.05, 10.0, -0.75
_HOPE = 0.5  # by which a new start of learning tries longer log steps than the last average


@njit(**COMPILED)
def learn_metric(state, n, ends):
    """Move the precision toward I + dJ/dx dJ/dx' in the lanes whose trajectory has ended."""
    x, _, work, precision, _, scalars = places(n)
    seen, square = load(state, scalars + ENDED), spread(0.0)
    store(state, scalars + ENDED, select(ends, seen + 1.0, seen))
    for i in range(n):
        d = load(state, x + 2 * n + i) - load(state, x + i)
        square = square + d * d
        store(state, work + i, d)
    gain = select(ends, 2.0 / (seen + 2.0 + _SETTLING), spread(0.0))
    weight = 1.0 / (square * _BOUND + 1.0)
    at = precision
    for i in range(n):
        d = load(state, work + i) * weight
        for j in range(i + 1):
            value = d * load(state, work + j)
            if i == j:
                value = value + 1.0
            p = load(state, at)
            store(state, at, p + (value - p) * gain)
            at += 1


@njit(**COMPILED)
def factorise(state, n):
    """Write the Cholesky factor of the precision, row by row, with the inverse of its diagonal."""
    _, _, _, precision, factor, _ = places(n)
    for i in range(n):
        row_i = factor + i * (i + 1) // 2
        for j in range(i + 1):
            row_j = factor + j * (j + 1) // 2
            s = load(state, precision + row_i - factor + j)
            for k in range(j):
                s = s - load(state, row_i + k) * load(state, row_j + k)
            if i == j:  # at least 1 but for rounding, the precision of the prior
                least = spread(0.5)
                store(state, row_i + i, 1.0 / square_root(select(s > least, s, least)))
            else:
                store(state, row_i + j, s * load(state, row_j + j))


@njit(**COMPILED)
def learn_step(state, n, ends, ratio, wanted):
    """Average the step that brings the acceptance to ``wanted``, in the lanes whose trajectory has ended."""
    scalars = places(n)[5]
    chance = select(ratio < spread(0.0), exp(ratio), spread(1.0))
    chance = select(ratio > spread(-700.0), chance, spread(0.0))  # also where it is not a number
    count = load(state, scalars + COUNT) + 1.0
    error = load(state, scalars + ERROR)
    error = error + (wanted - chance - error) / (count + _DELAY)
    trial = load(state, scalars + CENTRE) - square_root(count) * error * (1.0 / _RELAXATION)
    trial = select(trial > spread(_SHORTEST), trial, spread(_SHORTEST))
    trial = select(trial < spread(_LONGEST), trial, spread(_LONGEST))
    average = load(state, scalars + LOG_STEP)
    average = average + (trial - average) * exp(log(count) * _DECAY)
    for k, value in ((COUNT, count), (ERROR, error), (TRIAL, trial), (LOG_STEP, average)):
        store(state, scalars + k, select(ends, value, load(state, scalars + k)))


@njit(**COMPILED)
def restart_step(state, n):
    """Forget what was learnt of the step under another metric."""
    scalars = places(n)[5]
    average = load(state, scalars + LOG_STEP)
    store(state, scalars + CENTRE, average + _HOPE)
    store(state, scalars + TRIAL, average)
    store(state, scalars + ERROR, spread(0.0))
    store(state, scalars + COUNT, spread(0.0))
