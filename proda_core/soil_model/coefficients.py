"""Coefficients of the linear systems: rates, environmental scalars, input shares, mixing of each lane.

Everything works on the rows of :mod:`proda_core.soil_model.lanes`, eight columns at once; the
equations are those of :mod:`proda_core.soil_model.matrices`, written for speed.
"""

from __future__ import annotations

import math

from numba import njit

from proda_core.soil_model import lanes as ln
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.vector import LANES, exp, fused, least, load, most, spread, store, where_less
from proda_core.vocabulary.constants import DAYS_PER_YEAR, MONTHS
from proda_core.vocabulary.parameters import INDEX

# Rows of what follows from the parameters alone.
LN_Q10, LN_BETA, WATER, DEPTH = (ln.RATE + r for r in range(4))  # ...; water scaling; -1 / efolding [m-1]
K1, K2, KCWD, KS1 = (ln.RATE + r for r in range(4, 8))  # litr1; litr2 and litr3; cwd; soil1 [d-1]
M12, M13, M21, M31, M32 = (ln.RATE + r for r in range(8, 13))  # soil pool i gains from pool j [d-1]
R1, R2, R3 = (ln.RATE + r for r in range(13, 16))  # respired [d-1]
U1, U2, U3 = (ln.RATE + r for r in range(16, 19))  # input to litr1..3 with cwd's share [gC m-2 d-1]
F1, F2, F3 = (ln.RATE + r for r in range(19, 22))  # fl1s1; fl2s1 U2; fl3s2 U3

# Rows of the parameters; their order lives in the vocabulary.
_P = {name: ln.PARAM + i for name, i in INDEX.items()}
DIFFUS, CRYO, Q10, EFOLDING, W_SCALING = (_P[n] for n in ("diffus", "cryo", "q10", "efolding", "w_scaling"))
TAUCWD, TAUL1, TAUL2 = (_P[n] for n in ("taucwd", "taul1", "taul2"))
TAU4S1, TAU4S2, TAU4S3 = (_P[n] for n in ("tau4s1", "tau4s2", "tau4s3"))
FL1S1, FL2S1, FL3S2, FCWDL2 = (_P[n] for n in ("fl1s1", "fl2s1", "fl3s2", "fcwdl2"))
FS1S2, FS1S3, FS2S1, FS2S3, FS3S1 = (_P[n] for n in ("fs1s2", "fs1s3", "fs2s1", "fs2s3", "fs3s1"))
BETA, MAXPSI = _P["beta"], _P["maxpsi"]


@njit(**COMPILED)
def rates(work, potential, minpsi):
    """Compute rates, transfers and inputs of each lane from its parameters: A and K of eq. 37.1.

    potential : water limitation by potential (maxpsi) rather than by scaling W_SCALAR
    """
    for lane in range(LANES):
        work[LN_Q10 * LANES + lane] = math.log(work[Q10 * LANES + lane])
        work[LN_BETA * LANES + lane] = math.log(work[BETA * LANES + lane])
        if potential:
            work[WATER * LANES + lane] = 1.0 / math.log(minpsi / work[MAXPSI * LANES + lane])
        else:
            work[WATER * LANES + lane] = work[W_SCALING * LANES + lane]
    store(work, DEPTH, -1.0 / load(work, EFOLDING))
    store(work, K1, 1.0 / (load(work, TAUL1) * DAYS_PER_YEAR))
    store(work, K2, 1.0 / (load(work, TAUL2) * DAYS_PER_YEAR))
    store(work, KCWD, 1.0 / (load(work, TAUCWD) * DAYS_PER_YEAR))
    _soil_rates(work)
    _input_rates(work)


@njit(**COMPILED)
def _soil_rates(work):
    k1 = 1.0 / (load(work, TAU4S1) * DAYS_PER_YEAR)
    k2 = 1.0 / (load(work, TAU4S2) * DAYS_PER_YEAR)
    k3 = 1.0 / (load(work, TAU4S3) * DAYS_PER_YEAR)
    f12, f13 = load(work, FS1S2), load(work, FS1S3)
    f21, f23, f31 = load(work, FS2S1), load(work, FS2S3), load(work, FS3S1)
    store(work, KS1, k1)
    store(work, M12, f21 * k2)
    store(work, M13, f31 * k3)
    store(work, M21, f12 * k1)
    store(work, M31, f13 * k1)
    store(work, M32, f23 * k2)
    store(work, R1, (1.0 - f12 - f13) * k1)
    store(work, R2, (1.0 - f21 - f23) * k2)
    store(work, R3, (1.0 - f31) * k3)


@njit(**COMPILED)
def _input_rates(work):
    cwd, fcwdl2 = load(work, ln.INPUT), load(work, FCWDL2)
    to_litr2 = load(work, ln.INPUT + 2) + fcwdl2 * cwd
    to_litr3 = load(work, ln.INPUT + 3) + (1.0 - fcwdl2) * cwd
    store(work, U1, load(work, ln.INPUT + 1))
    store(work, U2, to_litr2)
    store(work, U3, to_litr3)
    store(work, F1, load(work, FL1S1))
    store(work, F2, load(work, FL2S1) * to_litr2)
    store(work, F3, load(work, FL3S2) * to_litr3)


@njit(**COMPILED)
def scalars(work, node, thickness, floor):
    """Compute annual means of xi_T xi_W xi_O (and xi_N), times xi_D and the layer's thickness [m].

    As fQ10 = Q10, one exponential covers frozen and thawed months alike. ``floor`` is the least
    water scalar: 0.05 in the potential form, 0 in the scalar form.
    """
    ln_q10, water, depth = load(work, LN_Q10), load(work, WATER), load(work, DEPTH)
    full, dry = spread(1.0), spread(floor)
    for layer in range(len(thickness)):
        soil, litter = spread(0.0), spread(0.0)
        for month in range(layer * MONTHS, (layer + 1) * MONTHS):
            warm = exp(ln_q10 * load(work, ln.WARMTH + month))
            store(work, ln.WARM + month, warm)
            both = warm * most(least(water * load(work, ln.WETNESS + month), full), dry)
            soil = fused(both, load(work, ln.OXYGEN + month), soil)
            litter = fused(both, load(work, ln.NITROGEN + month), litter)
        xi_d = exp(depth * node[layer]) * thickness[layer]
        store(work, ln.XI_SOIL + layer, soil * xi_d)
        store(work, ln.XI_LITTER + layer, litter * xi_d)


@njit(**COMPILED)
def shares(work, bottom, n_layer):
    """Compute the share of the carbon input that enters each layer: beta^(100 z), normalised."""
    ln_beta = load(work, LN_BETA)
    above, total = spread(1.0), spread(0.0)
    for layer in range(n_layer):
        below = exp(ln_beta * (100.0 * bottom[layer]))
        share = load(work, ln.ROOTED + layer) * (above - below)
        store(work, ln.SHARE + layer, share)
        above, total = below, total + share
    for layer in range(n_layer):
        store(work, ln.SHARE + layer, load(work, ln.SHARE + layer) / total)


@njit(**COMPILED)
def mixing(work, n_layer):
    """Compute the exchange between neighbouring layers [m d-1], linear in diffus and cryo (no advection)."""
    bio, cryo = load(work, DIFFUS), load(work, CRYO)
    for part in range(3):
        per_bio, per_cryo = ln.UP_BIO + 2 * part * ln.MAX_LAYERS, ln.UP_CRYO + 2 * part * ln.MAX_LAYERS
        least_, out = ln.UP_LEAST + part * ln.MAX_LAYERS, ln.UP + part * ln.MAX_LAYERS
        for layer in range(n_layer):
            linear = bio * load(work, per_bio + layer) + cryo * load(work, per_cryo + layer)
            store(work, out + layer, linear + load(work, least_ + layer))


@njit(**COMPILED)
def advective_mixing(work, n_layer, advection):
    """As :func:`mixing`, with CLM's power-law scheme for a downward velocity (Patankar 1980).

    advection : downward velocity of carbon [m d-1], where the ground is no permafrost
    """
    mixing(work, n_layer)
    diffus, zero = load(work, DIFFUS), spread(0.0)
    speed = abs(advection)
    store(work, ln.UP, zero)
    store(work, ln.OUT, zero)
    store(work, ln.UP_SLOPE, zero)
    for layer in range(n_layer - 1):
        share = load(work, ln.ADVECTIVE + layer)
        unit = load(work, ln.DOWN_BIO + layer) / most(share, spread(1e-9))
        g = unit * diffus
        damped = most(1.0 - 0.1 * speed / most(g, spread(1e-300)), zero)
        fourth = damped * damped * damped * damped
        left = share * g * fourth * damped
        slope = (
            share
            * unit
            * fourth
            * (damped + where_less(zero, damped, 0.5 * speed / most(g, spread(1e-300)), zero))
        )
        other = load(work, CRYO) * load(work, ln.DOWN_CRYO + layer) + load(work, ln.DOWN_LEAST + layer)
        store(work, ln.DOWN + layer, other + left + share * max(advection, 0.0))
        up = other + left + share * max(-advection, 0.0)
        store(work, ln.UP + layer + 1, up)
        store(work, ln.OUT + layer + 1, up)
        store(work, ln.DOWN_SLOPE + layer, slope)
        store(work, ln.UP_SLOPE + layer + 1, slope)
