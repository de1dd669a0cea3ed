"""Vector functions and random numbers. Expected values: NumPy, SciPy and the published generator."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy import special as scipy_special
from scipy import stats

from proda_core.assimilation import random_streams, special
from proda_core.assimilation.vectors import LANES, load, store

N = 8_000


@njit
def apply(function, values, out):
    for row in range(len(values) // LANES):
        store(out, row, function(load(values, row)))


@njit
def apply_two(function, values, first, second):
    for row in range(len(values) // LANES):
        a, b = function(load(values, row))
        store(first, row, a)
        store(second, row, b)


@njit
def draw_uniform(rng, out):
    for row in range(len(out) // LANES):
        store(out, row, random_streams.uniform(rng))


def of(function, values: np.ndarray) -> np.ndarray:
    out = np.empty_like(values)
    apply(function, values, out)
    return out


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_log_is_exact_to_a_few_last_places(random) -> None:
    for values in (np.exp(random.uniform(-600, 600, N)), random.uniform(0.5, 2.0, N)):
        np.testing.assert_allclose(of(special.log, values), np.log(values), rtol=1e-15, atol=1e-16)


def test_sine_and_cosine_are_those_of_a_turn(random) -> None:
    turn, sine, cosine = random.uniform(0, 1, N), np.empty(N), np.empty(N)
    apply_two(special.sine_cosine_of_turn, turn, sine, cosine)
    np.testing.assert_allclose(sine, np.sin(2 * np.pi * turn), atol=2e-15)
    np.testing.assert_allclose(cosine, np.cos(2 * np.pi * turn), atol=2e-15)


def test_the_normal_distribution_keeps_its_relative_accuracy_in_the_tails(random) -> None:
    x = random.uniform(-7, 7, N)
    np.testing.assert_allclose(of(special.normal_distribution, x), scipy_special.ndtr(x), rtol=3e-9)


def test_the_normal_distribution_never_reaches_zero_or_one() -> None:
    ends = of(special.normal_distribution, np.array([-40.0, -8.0, 8.0, 40.0] * 2))
    assert (ends > 0).all() and (ends < 1).all()


def generators(seed: int = 1) -> np.ndarray:
    return np.stack([random_streams.stream(seed, lane, 0, 0) for lane in range(LANES)], axis=1).ravel()


def test_numbers_are_those_of_xoshiro256_plus_plus() -> None:
    """The published algorithm in plain integers, lane 3."""
    state = [int(word) for word in generators().reshape(4, LANES)[:, 3]]
    whole = 2**64 - 1

    def rotate(x: int, k: int) -> int:
        return ((x << k) | (x >> (64 - k))) & whole

    expected = []
    for _ in range(20):
        result = (rotate((state[0] + state[3]) & whole, 23) + state[0]) & whole
        t = (state[1] << 17) & whole
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotate(state[3], 45)
        expected.append((result >> 12) / 2**52)
    out = np.empty(20 * LANES)
    draw_uniform(generators(), out)
    assert out.reshape(20, LANES)[:, 3].tolist() == expected


def test_normals_are_normal_and_lanes_are_independent() -> None:
    rng, z = generators(), np.empty(21 * LANES)
    drawn = []
    for _ in range(2_000):
        random_streams.normals(rng, z, 0, 21)
        drawn.append(z.reshape(21, LANES).copy())
    drawn = np.array(drawn)
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-4
    between = np.corrcoef(drawn.reshape(-1, LANES).T) - np.eye(LANES)
    assert np.abs(between).max() < 5 / np.sqrt(drawn[..., 0].size)


def test_the_stream_of_the_batch_has_a_key_of_its_own() -> None:
    assert random_streams.stream(1, -1, 0, 0).tolist() != random_streams.stream(1, 1, 0, 0).tolist()
