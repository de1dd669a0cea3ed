"""The derivative of a weighted sum of SOC with respect to every parameter: one transposed solve.

For J = sum_j c_j SOC_j and a steady state T X = b, dJ/dp = Lambda . (db/dp - dT/dp X) with
T^t Lambda = c. The factors of T that the forward elimination left behind serve the transposed
system as well, so a gradient costs about as much as another steady state or two.

Call :func:`gradient` right after :func:`proda_core.soil_model.kernel.steady_state` on the same
work buffer, with the weights c in the COTANGENT rows; the result is in the GRADIENT rows, in the
order of the vocabulary and per physical unit. The texture-dependent default run has none.
"""

from __future__ import annotations

from numba import njit

from proda_core.soil_model import coefficients as co
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.elimination import sum_of_products
from proda_core.soil_model.lanes import MAX_LAYERS
from proda_core.soil_model.vector import exp, fused, least, load, most, spread, store, where_less
from proda_core.vocabulary.constants import DAYS_PER_YEAR, MONTHS

# Rows of the adjoint's own work.
LAMBDA = ln.ADJOINT  # three rows a layer: Lambda of the soil pools
LITTER_BAR = LAMBDA + 3 * MAX_LAYERS  # two rows a layer: dJ / d flux out of litr1, out of litr2 and litr3
SHARE_BAR = LITTER_BAR + 2 * MAX_LAYERS
# Mixing, layer by layer, summed over pools. Differences are taken before sums: where mixing is fast,
# x and Lambda hardly differ between layers, and only differences of each say what mixing does.
EXCHANGE_BAR, UPWARD_BAR, LOSS_BAR = (SHARE_BAR + i * MAX_LAYERS for i in (1, 2, 3))
ROUNDING = 1e-12  # 1, what is left of a difference of equal numbers


@njit(**COMPILED)
def gradient(work, model):
    """Fill the GRADIENT rows of all lanes."""
    n_layer = len(model.thickness)
    for p in range(ln.N_PARAMETERS):
        store(work, ln.GRADIENT + p, spread(0.0))
    _transposed_soil(work, n_layer)
    _soil_parameters(work, n_layer)
    _litter(work, n_layer)
    _mixing_parameters(work, n_layer, model.advection)
    _scalar_parameters(work, model)
    _input_parameter(work, model.bottom, n_layer)


@njit(**COMPILED)
def _add(work, parameter, value):
    """Add to the derivative with respect to a parameter, given by its row of PARAM."""
    r = ln.GRADIENT + parameter - ln.PARAM
    store(work, r, load(work, r) + value)


@njit(**COMPILED)
def _times_transposed(work, layer, g1, g2, g3):
    """Multiply by the transposed inverse of a layer's block."""
    n = ln.PIVOT_SOIL + 9 * layer
    return (
        sum_of_products(load(work, n), g1, load(work, n + 3), g2, load(work, n + 6), g3),
        sum_of_products(load(work, n + 1), g1, load(work, n + 4), g2, load(work, n + 7), g3),
        sum_of_products(load(work, n + 2), g1, load(work, n + 5), g2, load(work, n + 8), g3),
    )


@njit(**COMPILED)
def _transposed_soil(work, n_layer):
    """Compute Lambda of the soil pools: the factors in reverse, upward and then downward."""
    h1 = h2 = h3 = spread(0.0)
    for layer in range(n_layer - 1, -1, -1):
        c, down = load(work, ln.COTANGENT + layer), load(work, ln.DOWN + layer)
        h1, h2, h3 = _times_transposed(
            work, layer, fused(down, h1, c), fused(down, h2, c), fused(down, h3, c)
        )
        store(work, LAMBDA + 3 * layer, h1)
        store(work, LAMBDA + 3 * layer + 1, h2)
        store(work, LAMBDA + 3 * layer + 2, h3)
    for layer in range(1, n_layer):
        up = load(work, ln.UP + layer)
        d1, d2, d3 = _times_transposed(work, layer, up * h1, up * h2, up * h3)
        h1, h2, h3 = (
            load(work, LAMBDA + 3 * layer) + d1,
            load(work, LAMBDA + 3 * layer + 1) + d2,
            load(work, LAMBDA + 3 * layer + 2) + d3,
        )
        store(work, LAMBDA + 3 * layer, h1)
        store(work, LAMBDA + 3 * layer + 1, h2)
        store(work, LAMBDA + 3 * layer + 2, h3)


@njit(**COMPILED)
def _soil_parameters(work, n_layer):
    """Add derivatives of rates and transfers of the soil pools, their scalar and their mixing."""
    k1, m12, m13 = load(work, co.KS1), load(work, co.M12), load(work, co.M13)
    m21, m31, m32 = load(work, co.M21), load(work, co.M31), load(work, co.M32)
    f12, f13 = load(work, co.FS1S2), load(work, co.FS1S3)
    f21, f23, f31 = load(work, co.FS2S1), load(work, co.FS2S3), load(work, co.FS3S1)
    k2 = 1.0 / (load(work, co.TAU4S2) * DAYS_PER_YEAR)
    k3 = 1.0 / (load(work, co.TAU4S3) * DAYS_PER_YEAR)
    zero = spread(0.0)
    g11 = g21 = g31 = g12 = g22 = g32 = g13 = g33 = zero  # - dJ / d(entry of the 3 x 3 matrix)
    p1 = p2 = p3 = x1 = x2 = x3 = zero  # the layer above
    for layer in range(n_layer):
        h, y = LAMBDA + 3 * layer, ln.SOIL + 3 * layer
        h1, h2, h3 = load(work, h), load(work, h + 1), load(work, h + 2)
        y1, y2, y3 = load(work, y), load(work, y + 1), load(work, y + 2)
        xi = load(work, ln.XI_SOIL + layer)
        a1, a2, a3 = xi * y1, xi * y2, xi * y3
        g11, g21, g31 = fused(h1, a1, g11), fused(h2, a1, g21), fused(h3, a1, g31)
        g12, g22, g32 = fused(h1, a2, g12), fused(h2, a2, g22), fused(h3, a2, g32)
        g13, g33 = fused(h1, a3, g13), fused(h3, a3, g33)
        leaving = h1 * (k1 * y1 - m12 * y2 - m13 * y3) + h2 * (k2 * y2 - m21 * y1)
        store(work, ln.XI_SOIL_BAR + layer, -(leaving + h3 * (k3 * y3 - m31 * y1 - m32 * y2)))
        store(work, LOSS_BAR + layer, h1 * y1 + h2 * y2 + h3 * y3)
        if layer > 0:
            d1, d2, d3 = h1 - p1, h2 - p2, h3 - p3
            store(work, EXCHANGE_BAR + layer - 1, d1 * (x1 - y1) + d2 * (x2 - y2) + d3 * (x3 - y3))
            store(work, UPWARD_BAR + layer - 1, p1 * y1 + p2 * y2 + p3 * y3)
        p1, p2, p3, x1, x2, x3 = h1, h2, h3, y1, y2, y3
    _add(work, co.TAU4S1, (g11 - f12 * g21 - f13 * g31) * k1 / load(work, co.TAU4S1))
    _add(work, co.TAU4S2, (g22 - f21 * g12 - f23 * g32) * k2 / load(work, co.TAU4S2))
    _add(work, co.TAU4S3, (g33 - f31 * g13) * k3 / load(work, co.TAU4S3))
    _add(work, co.FS1S2, k1 * g21)
    _add(work, co.FS1S3, k1 * g31)
    _add(work, co.FS2S1, k2 * g12)
    _add(work, co.FS2S3, k2 * g32)
    _add(work, co.FS3S1, k3 * g13)


@njit(**COMPILED)
def _litter(work, n_layer):
    """Add derivatives of litter's transfers and rates; solve its two transposed systems."""
    _litter_transfers(work, n_layer)
    _transposed_litter(work, n_layer, 0, ln.PIVOT_METABOLIC, ln.METABOLIC, co.K1, co.TAUL1, load(work, co.U1))
    _transposed_litter(work, n_layer, 1, ln.PIVOT_STRUCTURAL, ln.STRUCTURAL, co.K2, co.TAUL2, spread(1.0))


@njit(**COMPILED)
def _litter_transfers(work, n_layer):
    k1, k2 = load(work, co.K1), load(work, co.K2)
    f1, f2, f3 = load(work, co.F1), load(work, co.F2), load(work, co.F3)
    zero = spread(0.0)
    to_1 = to_2 = metabolic_to_1 = zero
    for layer in range(n_layer):
        h1, h2 = load(work, LAMBDA + 3 * layer), load(work, LAMBDA + 3 * layer + 1)
        xi = load(work, ln.XI_LITTER + layer)
        metabolic = xi * k1 * load(work, ln.METABOLIC + layer)
        structural = xi * k2 * load(work, ln.STRUCTURAL + layer)
        metabolic_to_1 = metabolic_to_1 + metabolic * h1
        to_1, to_2 = to_1 + structural * h1, to_2 + structural * h2
        store(work, LITTER_BAR + 2 * layer, f1 * h1)
        store(work, LITTER_BAR + 2 * layer + 1, f2 * h1 + f3 * h2)
        store(work, SHARE_BAR + layer, zero)
        store(work, ln.XI_LITTER_BAR + layer, zero)
    _add(work, co.FL1S1, metabolic_to_1)
    _add(work, co.FL2S1, load(work, co.U2) * to_1)
    _add(work, co.FL3S2, load(work, co.U3) * to_2)
    difference = load(work, co.FL2S1) * to_1 - load(work, co.FL3S2) * to_2
    _add(work, co.FCWDL2, load(work, ln.INPUT) * difference)


@njit(**COMPILED)
def _transposed_litter(work, n_layer, which, pivot, state, rate, turnover, scale):
    """Solve one transposed litter system; add its derivatives of rate, scalar, mixing and input."""
    k = load(work, rate)
    flux_bar = LITTER_BAR + which
    adjoint = ln.COTANGENT  # the weights are used up by now
    h = spread(0.0)
    for layer in range(n_layer - 1, -1, -1):
        c = load(work, ln.XI_LITTER + layer) * k * load(work, flux_bar + 2 * layer)
        h = load(work, pivot + layer) * (c + load(work, ln.DOWN + layer) * h)
        store(work, adjoint + layer, h)
    h = above = x_above = rate_bar = spread(0.0)
    for layer in range(n_layer):
        up = load(work, ln.UP + layer)
        h = load(work, adjoint + layer) + load(work, pivot + layer) * (up * h)
        x, xi = load(work, state + layer), load(work, ln.XI_LITTER + layer)
        decomposed = x * (load(work, flux_bar + 2 * layer) - h)
        rate_bar = rate_bar + xi * decomposed
        store(work, ln.XI_LITTER_BAR + layer, load(work, ln.XI_LITTER_BAR + layer) + k * decomposed)
        store(work, SHARE_BAR + layer, load(work, SHARE_BAR + layer) + scale * h)
        store(work, LOSS_BAR + layer, load(work, LOSS_BAR + layer) + h * x)
        if layer > 0:
            exchange, upward = EXCHANGE_BAR + layer - 1, UPWARD_BAR + layer - 1
            store(work, exchange, load(work, exchange) + (h - above) * (x_above - x))
            store(work, upward, load(work, upward) + above * x)
        above, x_above = h, x
    _add(work, turnover, -(rate_bar * k) / load(work, turnover))


@njit(**COMPILED)
def _mixing_parameters(work, n_layer, advection):
    """Add the derivatives of diffus and cryo from the exchange between layers."""
    bio = cryo = spread(0.0)
    for layer in range(n_layer - 1):
        exchange = load(work, EXCHANGE_BAR + layer)
        cryo = cryo + exchange * load(work, ln.DOWN_CRYO + layer)
        if advection == 0.0:
            bio = bio + exchange * load(work, ln.DOWN_BIO + layer)
        else:
            bio = bio + exchange * load(work, ln.DOWN_SLOPE + layer)
    cryo = cryo + _one_sided(work, n_layer, ln.UP_CRYO, ln.DOWN_CRYO, ln.OUT_CRYO)
    if advection == 0.0:
        bio = bio + _one_sided(work, n_layer, ln.UP_BIO, ln.DOWN_BIO, ln.OUT_BIO)
    _add(work, co.DIFFUS, bio)
    _add(work, co.CRYO, cryo)


@njit(**COMPILED)
def _one_sided(work, n_layer, up, down, out):
    """Return the change by mixing without an exchange: bedrock in the scheme `authors`, else 0."""
    total = above = spread(0.0)
    for layer in range(n_layer):
        total = total - _beyond(load(work, out + layer), above) * load(work, LOSS_BAR + layer)
        above = load(work, down + layer)
        if layer < n_layer - 1:
            total = total + _beyond(load(work, up + layer + 1), above) * load(work, UPWARD_BAR + layer)
    return total


@njit(**COMPILED)
def _beyond(whole, part):
    """Return the difference of two positive numbers, 0 where it is rounding."""
    rest = whole - part
    return where_less(ROUNDING * part, rest, rest, spread(0.0))


@njit(**COMPILED)
def _scalar_parameters(work, model):
    """Add derivatives of the monthly scalars with respect to q10, efolding and the water parameter."""
    water, depth = load(work, co.WATER), load(work, co.DEPTH)
    full, dry, zero = spread(1.0), spread(model.water_floor), spread(0.0)
    by_ln_q10 = by_water = by_depth = zero
    for layer in range(len(model.thickness)):
        soil_bar, litter_bar = load(work, ln.XI_SOIL_BAR + layer), load(work, ln.XI_LITTER_BAR + layer)
        soil, litter = load(work, ln.XI_SOIL + layer), load(work, ln.XI_LITTER + layer)
        by_depth = by_depth + (soil_bar * soil + litter_bar * litter) * model.node[layer]
        xi_d = exp(depth * model.node[layer]) * model.thickness[layer]
        warmer = wetter = zero
        for month in range(layer * MONTHS, (layer + 1) * MONTHS):
            warmth, wetness = load(work, ln.WARMTH + month), load(work, ln.WETNESS + month)
            oxygen, nitrogen = load(work, ln.OXYGEN + month), load(work, ln.NITROGEN + month)
            t = load(work, ln.WARM + month) * fused(soil_bar, oxygen, litter_bar * nitrogen)
            moist = water * wetness
            warmer = fused(t * most(least(moist, full), dry), warmth, warmer)
            limited = where_less(moist, full, where_less(dry, moist, wetness, zero), zero)
            wetter = fused(t, limited, wetter)
        by_ln_q10 = by_ln_q10 + warmer * xi_d
        by_water = by_water + wetter * xi_d
    _add(work, co.Q10, by_ln_q10 / load(work, co.Q10))
    _add(work, co.EFOLDING, by_depth * depth * depth)
    if model.potential:
        _add(work, co.MAXPSI, by_water * water * water / load(work, co.MAXPSI))
    else:
        _add(work, co.W_SCALING, by_water)


@njit(**COMPILED)
def _input_parameter(work, bottom, n_layer):
    """Add that of beta: share_j = s_j / sum s, s_j = rooted_j (beta^(100 z above) - beta^(100 z below))."""
    ln_beta = load(work, co.LN_BETA)
    total = slope_total = shared = weighted = spread(0.0)
    above, slope_above = spread(1.0), spread(0.0)
    for layer in range(n_layer):
        depth = 100.0 * bottom[layer]
        below = exp(ln_beta * depth)
        slope = below * depth  # d below / d ln beta
        rooted, bar = load(work, ln.ROOTED + layer), load(work, SHARE_BAR + layer)
        ds = rooted * (slope_above - slope)
        total, slope_total = total + rooted * (above - below), slope_total + ds
        shared, weighted = shared + bar * load(work, ln.SHARE + layer), weighted + bar * ds
        above, slope_above = below, slope
    _add(work, co.BETA, (weighted - shared * slope_total) / total / load(work, co.BETA))
