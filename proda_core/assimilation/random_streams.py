"""Random numbers for eight chains at once: one xoshiro256++ generator per lane.

Each chain has its own stream, seeded by NumPy's SeedSequence from (seed, site, chain, part), so what
a chain draws depends on nothing else. Generator: D. Blackman and S. Vigna, Scrambled linear
pseudorandom number generators, 2021; normal numbers by Box and Muller.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from proda_core.assimilation.special import log, sine_cosine_of_turn
from proda_core.assimilation.vectors import as_floats, bits, load_words, square_root, store, store_words
from proda_core.soil_model.compiled import COMPILED

STATE_ROWS = 4
_ONE = uint64(0x3FF0000000000000)  # the bits of 1.0


def stream(seed: int, *key: int) -> np.ndarray:
    """Return the initial state of the generator of ``key`` (e.g. site, chain, part), shape (4,) uint64.

    Negative numbers are allowed in the key (the site "batch" is -1).

    >>> stream(1, 12, 0, 0).tolist() == stream(1, 12, 0, 0).tolist() != stream(1, 12, 1, 0).tolist()
    True
    """
    words = [part & 0xFFFFFFFF for part in key]
    return np.random.SeedSequence(entropy=seed, spawn_key=words).generate_state(STATE_ROWS, np.uint64)


@njit(**COMPILED)
def _rotate(x, k):
    return (x << bits(uint64(k))) | (x >> bits(uint64(64 - k)))


@njit(**COMPILED)
def uniform(rng):
    """Return eight numbers uniform on [0, 1), 52 bits each; advance ``rng`` (4 * LANES,)."""
    s0, s1, s2, s3 = load_words(rng, 0), load_words(rng, 1), load_words(rng, 2), load_words(rng, 3)
    result = _rotate(s0 + s3, 23) + s0
    t = s1 << bits(uint64(17))
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    store_words(rng, 1, s1 ^ s2)
    store_words(rng, 0, s0 ^ s3)
    store_words(rng, 2, s2 ^ t)
    store_words(rng, 3, _rotate(s3, 45))
    return as_floats((result >> bits(uint64(12))) | bits(_ONE)) - 1.0


@njit(**COMPILED)
def normals(rng, out, row, n):
    """Fill ``n`` rows of ``out`` from ``row`` on with standard normal numbers."""
    for i in range(row, row + n, 2):
        radius = square_root(log(1.0 - uniform(rng)) * -2.0)
        sine, cosine = sine_cosine_of_turn(uniform(rng))
        store(out, i, radius * cosine)
        if i + 1 < row + n:
            store(out, i + 1, radius * sine)
