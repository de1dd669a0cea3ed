"""Sampling depths of profiles: horizons, thin above and thick below."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

# Quantiles of real profiles (north-eastern US): mid-depth of the first and of the last horizon [m].
_QUANTILE = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_FIRST = (0.005, 0.015, 0.045, 0.075, 0.115, 0.155, 0.25)
_LAST = (0.12, 0.36, 0.71, 1.20, 1.58, 2.10, 2.85)
_COUNT = (3.0, 4.0, 7.0, 9.4, 11.4, 14.0, 15.4)  # 240,148 layers in 26,509 profiles are nine each [ch37]
STEP = 0.005  # m, to which mid-depths are rounded
LEAST_SPACING = 0.02  # m, between mid-depths


def horizons(size: int, deepest: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Mid-depths of ``size`` profiles, sampled no deeper than ``deepest`` (profile) [m].

    Returns (row_size (profile,), depth (observation,) [m]), sorted within each profile.
    """
    rank = rng.normal(0, 1, (3, size))
    first = np.interp(ndtr(rank[0]), _QUANTILE, _FIRST)
    last = np.minimum(np.interp(ndtr(rank[1]), _QUANTILE, _LAST), deepest)
    first = np.minimum(first, last / 3)
    # deep profiles have more horizons
    count = np.interp(ndtr(0.6 * rank[1] + 0.8 * rank[2]), _QUANTILE, _COUNT).round()
    count = np.clip(np.minimum(count, np.floor((last - first) / LEAST_SPACING)), 2, None).astype(int)
    profile = np.repeat(np.arange(size), count)
    order = np.arange(len(profile)) - np.repeat(np.cumsum(count) - count, count)
    share = order / np.repeat(count - 1, count)
    inner = (order > 0) & (share < 1)
    jitter = 0.6 * rng.uniform(-0.5, 0.5, len(profile)) / np.repeat(count - 1, count)
    share = np.where(inner, share + jitter, share)
    depth = first[profile] + (last - first)[profile] * share**1.35
    depth = np.maximum(np.round(depth / STEP), 1) * STEP
    return _distinct(count, profile, depth)


def _distinct(count: np.ndarray, profile: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Remove depths that rounding made equal."""
    again = np.zeros(len(depth), bool)
    again[1:] = (profile[1:] == profile[:-1]) & (np.diff(depth) < STEP / 2)
    return np.bincount(profile[~again], minlength=len(count)), depth[~again]
