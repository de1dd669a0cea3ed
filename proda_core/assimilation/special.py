"""Functions of eight numbers at once: logarithm, sine and cosine of a turn, the normal distribution.

Branch-free polynomials with a relative error of a few units in the last place; their coefficients
are Taylor series on ranges short enough for that, and Hart's rational form of the normal
distribution (J. F. Hart et al., Computer Approximations, 1968, algorithm 5666, as given by
G. West, Better approximations to cumulative normal functions, 2005; relative error 3e-9).
"""

from __future__ import annotations

from math import factorial, pi

from numba import njit, uint64

from proda_core.assimilation.vectors import absolute, as_floats, as_words, bits, exp, floor, select, spread
from proda_core.soil_model.compiled import COMPILED

_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 split in two, W. J. Cody and W. Waite
_LN2_LOW = 1.90821492927058770002e-10
_SQRT_HALF = uint64(0x3FE6A09E667F3BCD)  # bits of sqrt(1/2)
_MANTISSA = uint64(0x000FFFFFFFFFFFFF)
_BIAS = uint64(1023 << 52)
_TWO_52 = uint64(0x4330000000000000)  # bits of 2**52
_ATANH = tuple(2.0 / k for k in range(21, 0, -2))
_SINE = tuple((-1) ** (k // 2) / factorial(k) for k in range(17, 0, -2))
_COSINE = tuple((-1) ** (k // 2) / factorial(k) for k in range(16, -1, -2))
_HART_UPPER = (
    *(3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383),
    *(112.079291497871, 221.213596169931, 220.206867912376),
)
_HART_LOWER = (
    *(8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461),
    *(296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752),
)
#: Beyond this many standard deviations the normal distribution is held constant (mass 1.5e-12).
FARTHEST = 7.07


@njit(**COMPILED)
def horner(coefficients, x):
    """Return the polynomial of x, highest power first."""
    value = spread(coefficients[0])
    for c in coefficients[1:]:
        value = value * x + c
    return value


@njit(**COMPILED)
def log(x):
    """Return the natural logarithm of positive, normal numbers."""
    shifted = as_words(x) - bits(_SQRT_HALF)
    # The exponent, biased so that it is positive, becomes a float through the low bits of 2**52.
    exponent = (shifted + bits(_BIAS)) >> bits(uint64(52))
    n = as_floats(exponent | bits(_TWO_52)) - (4503599627370496.0 + 1023.0)
    mantissa = as_floats((shifted & bits(_MANTISSA)) + bits(_SQRT_HALF))
    f = mantissa - 1.0
    s = f / (f + 2.0)
    return n * _LN2_HIGH + (s * horner(_ATANH, s * s) + n * _LN2_LOW)


@njit(**COMPILED)
def sine_cosine_of_turn(t):
    """Return sine and cosine of 2 pi t, 0 <= t < 1."""
    quarter = floor(t * 4.0 + 0.5)
    a = (t - quarter * 0.25) * (2.0 * pi)
    square = a * a
    s, c = a * horner(_SINE, square), horner(_COSINE, square)
    past_half, past_one = quarter > spread(0.5), quarter > spread(1.5)
    past_two, past_three = quarter > spread(2.5), quarter > spread(3.5)
    sine = select(past_half, c, s)
    sine = select(past_one, -s, sine)
    sine = select(past_two, -c, sine)
    sine = select(past_three, s, sine)
    cosine = select(past_half, -s, c)
    cosine = select(past_one, -c, cosine)
    cosine = select(past_two, s, cosine)
    cosine = select(past_three, c, cosine)
    return sine, cosine


@njit(**COMPILED)
def normal_distribution(x):
    """Return the probability that a standard normal number is below x, x held within +-:data:`FARTHEST`."""
    z = absolute(x)
    z = select(z > spread(FARTHEST), spread(FARTHEST), z)
    tail = exp(z * z * -0.5) * horner(_HART_UPPER, z) / horner(_HART_LOWER, z)
    return select(x > spread(0.0), 1.0 - tail, tail)
