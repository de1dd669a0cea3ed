"""Elimination from the deepest layer upward and back substitution downward, eight columns at once.

See :mod:`proda_core.soil_model.kernel` for the idea. Notation per layer: ``up`` what arrives from
it in the layer above, ``down`` in the layer below, ``out`` what leaves it other than downward
[m d-1]; ``out`` is ``up`` but in the bedrock scheme `authors`. After the layers below are
eliminated, a layer is its *excess*: its diagonal less ``up``. For one pool the excess is a number;
for the soil pools a 3 x 3 block, held as its six transfers n_ij (pool i gains from pool j) and
three losses r_j.
"""

from __future__ import annotations

from numba import njit

from proda_core.soil_model import lanes as ln
from proda_core.soil_model.coefficients import (
    F1,
    F2,
    F3,
    K1,
    K2,
    KS1,
    M12,
    M13,
    M21,
    M31,
    M32,
    R1,
    R2,
    R3,
    U1,
)  # fmt: skip
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.vector import fused, load, spread, store


@njit(**COMPILED)
def litter(work, n_layer):
    """Solve litr1 and the common profile of litr2 and litr3 (two tridiagonal systems)."""
    k1, k2, u1 = load(work, K1), load(work, K2), load(work, U1)
    e1 = e2 = b1 = b2 = spread(0.0)  # excess per pivot and input, passed upward
    for layer in range(n_layer - 1, -1, -1):
        xi, share = load(work, ln.XI_LITTER + layer), load(work, ln.SHARE + layer)
        up, down, out = load(work, ln.UP + layer), load(work, ln.DOWN + layer), load(work, ln.OUT + layer)
        e1, e2 = fused(down, e1, xi * k1), fused(down, e2, xi * k2)
        pivot1, pivot2 = 1.0 / (e1 + out), 1.0 / (e2 + out)
        x1, x2 = fused(share, u1, b1) * pivot1, (share + b2) * pivot2
        store(work, ln.PIVOT_METABOLIC + layer, pivot1)
        store(work, ln.PIVOT_STRUCTURAL + layer, pivot2)
        store(work, ln.METABOLIC + layer, x1)
        store(work, ln.STRUCTURAL + layer, x2)
        e1, e2 = (e1 + (out - up)) * pivot1, (e2 + (out - up)) * pivot2
        b1, b2 = up * x1, up * x2
    x1, x2 = load(work, ln.METABOLIC), load(work, ln.STRUCTURAL)
    for layer in range(1, n_layer):
        down = load(work, ln.DOWN + layer - 1)
        x1 = fused(load(work, ln.PIVOT_METABOLIC + layer), down * x1, load(work, ln.METABOLIC + layer))
        x2 = fused(load(work, ln.PIVOT_STRUCTURAL + layer), down * x2, load(work, ln.STRUCTURAL + layer))
        store(work, ln.METABOLIC + layer, x1)
        store(work, ln.STRUCTURAL + layer, x2)


@njit(**COMPILED)
def soil(work, n_layer):
    """Solve soil1..soil3 (one block-tridiagonal system) and add them up to SOC."""
    _eliminate(work, n_layer)
    zero = spread(0.0)
    f1 = f2 = f3 = zero
    for layer in range(n_layer):
        x1, x2, x3 = times_inverse(work, layer, f1, f2, f3)
        y = ln.SOIL + 3 * layer
        x1, x2, x3 = load(work, y) + x1, load(work, y + 1) + x2, load(work, y + 2) + x3
        store(work, y, x1)
        store(work, y + 1, x2)
        store(work, y + 2, x3)
        store(work, ln.SOC + layer, x1 + x2 + x3)
        down = load(work, ln.DOWN + layer)
        f1, f2, f3 = down * x1, down * x2, down * x3


@njit(**COMPILED)
def sum_of_products(a1, b1, a2, b2, a3, b3):
    """Return a1 b1 + a2 b2 + a3 b3."""
    return fused(a3, b3, fused(a2, b2, a1 * b1))


@njit(**COMPILED)
def times_inverse(work, layer, b1, b2, b3):
    """Multiply by the inverse of a layer's block."""
    n = ln.PIVOT_SOIL + 9 * layer
    return (
        sum_of_products(load(work, n), b1, load(work, n + 1), b2, load(work, n + 2), b3),
        sum_of_products(load(work, n + 3), b1, load(work, n + 4), b2, load(work, n + 5), b3),
        sum_of_products(load(work, n + 6), b1, load(work, n + 7), b2, load(work, n + 8), b3),
    )


@njit(**COMPILED)
def _eliminate(work, n_layer):
    """Write the inverse of every layer's block, and the layer's carbon without input from above."""
    m12, m13, m31, m32 = load(work, M12), load(work, M13), load(work, M31), load(work, M32)
    m21, s1, s2, s3, ks1 = load(work, M21), load(work, R1), load(work, R2), load(work, R3), load(work, KS1)
    k1, k2, f1, f2, f3 = load(work, K1), load(work, K2), load(work, F1), load(work, F2), load(work, F3)
    n12 = n13 = n21 = n23 = n31 = n32 = spread(0.0)
    r1 = r2 = r3 = b1 = b2 = b3 = spread(0.0)
    for layer in range(n_layer - 1, -1, -1):
        x, xl = load(work, ln.XI_SOIL + layer), load(work, ln.XI_LITTER + layer)
        u, d, out = load(work, ln.UP + layer), load(work, ln.DOWN + layer), load(work, ln.OUT + layer)
        # texture (default run) adds to fs1s2 and takes from what soil1 respires
        fine = load(work, ln.TEXTURE + layer) * ks1
        n12, n13, n23 = fused(d, n12, x * m12), fused(d, n13, x * m13), d * n23
        n21, n31, n32 = fused(d, n21, x * (m21 + fine)), fused(d, n31, x * m31), fused(d, n32, x * m32)
        r1, r2, r3 = fused(d, r1, x * (s1 - fine)), fused(d, r2, x * s2), fused(d, r3, x * s3)
        metabolic = xl * k1 * load(work, ln.METABOLIC + layer)
        structural = xl * k2 * load(work, ln.STRUCTURAL + layer)
        b1, b2 = fused(f1, metabolic, fused(f2, structural, b1)), fused(f3, structural, b2)

        # the inverse, without a subtraction: eliminate soil3, then soil2
        lost = r3 + out
        t3 = 1.0 / (lost + n13 + n23)
        g1, g2, v13, v23 = n31 * t3, n32 * t3, n13 * t3, n23 * t3
        c12, c21 = fused(n13, g2, n12), fused(n23, g1, n21)
        q1, q2 = fused(g1, lost, r1 + out), fused(g2, lost, r2 + out)
        t2 = 1.0 / (q2 + c12)
        a12, a21 = c12 * t2, c21 * t2
        i11 = 1.0 / fused(a21, q2, q1)
        i21 = a21 * i11
        i31 = fused(g2, i21, g1 * i11)
        i12 = a12 * i11
        i22 = fused(a21, i12, t2)
        i32 = fused(g2, i22, g1 * i12)
        i13 = fused(a12, v23, v13) * i11
        i23 = fused(a21, i13, v23 * t2)
        i33 = fused(g2, i23, fused(g1, i13, t3))

        n = ln.PIVOT_SOIL + 9 * layer
        store(work, n, i11)
        store(work, n + 1, i12)
        store(work, n + 2, i13)
        store(work, n + 3, i21)
        store(work, n + 4, i22)
        store(work, n + 5, i23)
        store(work, n + 6, i31)
        store(work, n + 7, i32)
        store(work, n + 8, i33)
        b1, b2, b3 = (
            sum_of_products(i11, b1, i12, b2, i13, b3),
            sum_of_products(i21, b1, i22, b2, i23, b3),
            sum_of_products(i31, b1, i32, b2, i33, b3),
        )
        y = ln.SOIL + 3 * layer
        store(work, y, b1)
        store(work, y + 1, b2)
        store(work, y + 2, b3)
        # passed upward: the input, and the excess times the inverse
        b1, b2, b3 = u * b1, u * b2, u * b3
        r1, r2, r3 = r1 + (out - u), r2 + (out - u), r3 + (out - u)
        r1, r2, r3 = (
            sum_of_products(r1, i11, r2, i21, r3, i31),
            sum_of_products(r1, i12, r2, i22, r3, i32),
            sum_of_products(r1, i13, r2, i23, r3, i33),
        )
        n12, n13, n21, n23, n31, n32 = u * i12, u * i13, u * i21, u * i23, u * i31, u * i32
