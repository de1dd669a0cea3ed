"""Simulation-based calibration: is the posterior as wide as it should be?

If truths are drawn from the prior and observations from the truths, then the rank of a truth among
draws of its posterior is uniform, for every parameter (S. Talts et al. 2018). A sampler whose
posteriors are too narrow puts too many truths at the ends.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

BINS = 10


def histogram(ranks: np.ndarray, ranked: int) -> np.ndarray:
    """Number of truths per tenth of the ranks 0..ranked, shape (BINS,).

    >>> histogram(np.arange(100), 99).tolist()
    [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
    """
    return np.bincount(np.asarray(ranks) * BINS // (ranked + 1), minlength=BINS)


def uniformity(found: xr.Dataset, ranked: int) -> pd.DataFrame:
    """One row per parameter of a twin experiment: chi-square of the ranks' histogram and its p-value.

    ``ends`` is the share of truths in the outermost tenths, 0.2 where the posterior is right.
    """
    rows = []
    for name in map(str, found["parameter"].values):
        counts = histogram(found["rank"].sel(parameter=name).values, ranked)
        test = stats.chisquare(counts)
        rows.append(
            {
                "parameter": name,
                "chi_square": float(test.statistic),
                "p_value": float(test.pvalue),
                "ends": float((counts[0] + counts[-1]) / counts.sum()),
                "n": int(counts.sum()),
            }
        )
    return pd.DataFrame(rows)
