"""The state of Hamiltonian chains: layout of its rows, and its start.

Rows (of LANES numbers) for n parameters, T = n (n + 1) / 2:
    x (n), unit (n), slope dU/dx (n); moving point (n), its slope (n), momentum (n); work (n);
    precision (T), factor (T), then the scalars.
The last two rows are the logarithm of the step and the accepted count, as in the other samplers.
"""

from __future__ import annotations

import math

from numba import njit

from proda_core.assimilation.random_streams import normals
from proda_core.assimilation.special import normal_distribution
from proda_core.assimilation.vectors import load, spread, store
from proda_core.soil_model.compiled import COMPILED

SCALARS = 12
COST, ENERGY, LENGTH, LEFT, STEP = range(5)  # of the state; of the present trajectory
TRIAL, CENTRE, ERROR, COUNT, ENDED = range(5, 10)  # of learning
LOG_STEP, ACCEPTED = 10, 11
_FIRST_LOG_STEP = math.log(0.25)


def rows(n: int) -> int:
    """Return the number of rows of the state of ``n`` parameters."""
    return 7 * n + n * (n + 1) + SCALARS


@njit(**COMPILED)
def places(n):
    """Return the first rows of x, moving point, work, precision, factor, scalars."""
    t = n * (n + 1) // 2
    return 0, 3 * n, 6 * n, 7 * n, 7 * n + t, 7 * n + 2 * t


@njit(**COMPILED)
def start(state, rng, n, location, scale):
    """Draw a start from the prior, whose precision is the first guess; writes the rows of ``state``."""
    x, moving, _, precision, factor, scalars = places(n)
    normals(rng, state, x, n)
    for i in range(n):
        value = load(state, x + i)
        store(state, x + n + i, normal_distribution(value * scale[i] + location[i]))
        store(state, moving + i, value)
        for j in range(i + 1):
            at = i * (i + 1) // 2 + j
            store(state, precision + at, spread(1.0 if i == j else 0.0))
            store(state, factor + at, spread(1.0 if i == j else 0.0))
    for k in range(SCALARS):
        store(state, scalars + k, spread(0.0))
    store(state, scalars + TRIAL, spread(_FIRST_LOG_STEP))
    store(state, scalars + LOG_STEP, spread(_FIRST_LOG_STEP))
    store(state, scalars + CENTRE, spread(_FIRST_LOG_STEP + 1.0))
