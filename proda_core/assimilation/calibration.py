"""Simulation-based calibration of the width of posteriors.

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
    """Return the number of truths per tenth of the ranks 0..ranked, shape (BINS,).

    >>> histogram(np.arange(100), 99).tolist()
    [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
    """
    return np.bincount(np.asarray(ranks) * BINS // (ranked + 1), minlength=BINS)


def uniformity(found: xr.Dataset, ranked: int) -> pd.DataFrame:
    """Test the uniformity of the truth's rank; return one row per parameter, and per stock if any.

    found : of a twin experiment; ``rank`` (site, parameter) and ``stock_rank`` (site, interval)
    ``chi_square`` and ``p_value`` judge the histogram of the ranks, ``ends`` is the share of truths in the
    outermost tenths, 0.2 where the posterior is right; ``bias`` is the median of ln(mean / truth) of a stock,
    ``coverage_90`` the share of truths within the 90 % interval.
    """
    rows = [_row(found, "parameter", "", name, ranked) for name in map(str, found["parameter"].values)]
    if "interval" in found.dims:
        rows += [
            _row(found, "interval", "stock_", name, ranked) for name in map(str, found["interval"].values)
        ]
    return pd.DataFrame(rows)


def _row(found: xr.Dataset, group: str, prefix: str, name: str, ranked: int) -> dict:
    one = found.sel({group: name})
    counts = histogram(one[f"{prefix}rank"].values, ranked)
    test = stats.chisquare(counts)
    row = {
        "parameter": name,
        "group": group,
        "chi_square": float(test.statistic),
        "p_value": float(test.pvalue),
        "ends": float((counts[0] + counts[-1]) / counts.sum()),
        "n": int(counts.sum()),
    }
    if f"{prefix}planted" in one:
        truth = one[f"{prefix}planted"]
        held = (one[f"{prefix}q05"] <= truth) & (truth <= one[f"{prefix}q95"])
        row["coverage_90"] = float(held.mean())
        row["bias"] = float(np.log(one[f"{prefix}mean"] / truth).median()) if prefix else np.nan
    return row
