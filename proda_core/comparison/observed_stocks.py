"""Carbon stocks of measured profiles, from densities at a few depths.

A stock is computed only where the measurements cover the interval from ``top`` to ``base``:

- the deepest usable observation is at or below ``base``: nothing is extrapolated downward;
- the shallowest one is at or above ``max(top, FIRST_DEPTH)``: the density above it is assumed to be
  that of the first observation, which is justified for a surface horizon of ordinary thickness only.

Between observations the density is linear in depth (trapezoids), so that the integral is exact for
the piecewise linear profile. Observations at one depth are averaged.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from proda_core.records.profiles import Profiles
from proda_core.vocabulary.depth_intervals import INTERVALS

FIRST_DEPTH = 0.15  # m, deepest mid-depth of a first observation that represents the surface


def stock(depth: np.ndarray, carbon: np.ndarray, interval: tuple[float, float]) -> float:
    """Stock [kgC m-2] of one profile in an interval [m], NaN where the profile does not cover it.

    depth : mid-depths of the usable observations, shape (observation,) [m]
    carbon : densities there, shape (observation,) [gC m-3]

    >>> stock(np.array([0.1, 0.5]), np.array([16000.0, 16000.0]), (0.0, 0.3))
    4.8
    >>> stock(np.array([0.1, 0.5]), np.array([16000.0, 16000.0]), (0.0, 1.0))
    nan
    """
    top, base = interval
    depth, carbon = _one_per_depth(np.asarray(depth, float), np.asarray(carbon, float))
    if len(depth) == 0 or depth[-1] < base or depth[0] > max(top, FIRST_DEPTH):
        return float("nan")
    inside = depth[(depth > top) & (depth < base)]
    corners = np.concatenate([[top], inside, [base]])
    return float(np.trapezoid(np.interp(corners, depth, carbon), corners)) / 1000


def stocks(profiles: Profiles) -> pd.DataFrame:
    """Stocks [kgC m-2] of all profiles: one row per site, one column per interval of the vocabulary."""
    rows = {}
    for site in profiles.sites:
        depth, carbon = profiles.usable_observations(int(site))
        rows[int(site)] = {name: stock(depth, carbon, interval) for name, interval in INTERVALS.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(INTERVALS))
    frame.index.name = "site"
    return frame


def _one_per_depth(depth: np.ndarray, carbon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted depths without repeats and the mean density at each."""
    unique, where, count = np.unique(depth, return_inverse=True, return_counts=True)
    return unique, np.bincount(where, weights=carbon, minlength=len(unique)) / count
