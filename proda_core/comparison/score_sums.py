"""Scores from sums over pairs, so that a bootstrap adds sums of profiles instead of joining their pairs.

Each score of :mod:`proda_core.comparison.scores` but ``n`` is a function of these sums.
"""

from __future__ import annotations

import numpy as np


def profile_sums(modelled: np.ndarray, observed: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Sums of each profile, shape (profile, 13); profiles in ascending order of their number.

    Values are relative to the mean observed value, and logarithms to theirs, to limit cancellation where a
    variance is the difference of two sums.
    """
    numbers, row = np.unique(profile, return_inverse=True)
    modelled, observed = np.asarray(modelled, float), np.asarray(observed, float)
    finite = np.isfinite(modelled) & np.isfinite(observed)
    positive = finite & (modelled > 0) & (observed > 0)
    m, o = modelled[finite], observed[finite]
    centre = o.mean() if len(o) else 0.0
    plain = np.column_stack([_moments(m - centre, o - centre), np.abs(m - o)])
    logs = np.log(modelled[positive]), np.log(observed[positive])
    middle = logs[1].mean() if len(logs[1]) else 0.0
    return np.column_stack(
        [
            _added(plain, row[finite], len(numbers)),
            _added(_moments(logs[0] - middle, logs[1] - middle), row[positive], len(numbers)),
        ]
    )


def scores_of_sums(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Scores (...,) of sums (..., 13); NaN where a score is not defined."""
    n, m, o, mm, oo, mo, absolute = np.moveaxis(sums[..., :7], -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = mm - 2 * mo + oo
        spread = oo - o * o / n
        return {
            "r2": _correlation(sums[..., :6]) ** 2,
            "nse": np.where(spread > _rounding_error(oo), 1 - squares / spread, np.nan),
            "rmse": np.sqrt(np.maximum(squares, 0) / n),
            "bias": (m - o) / n,
            "mae": absolute / n,
            "log_r": _correlation(sums[..., 7:]),
        }


def _moments(m: np.ndarray, o: np.ndarray) -> np.ndarray:
    """Columns 1, m, o, mm, oo, mo."""
    return np.column_stack([np.ones_like(m), m, o, m * m, o * o, m * o])


def _added(columns: np.ndarray, row: np.ndarray, size: int) -> np.ndarray:
    return np.column_stack([np.bincount(row, weights=c, minlength=size) for c in columns.T])


def _correlation(sums: np.ndarray) -> np.ndarray:
    n, m, o, mm, oo, mo = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = mm - m * m / n, oo - o * o / n
        defined = (n > 1) & (a > _rounding_error(mm)) & (b > _rounding_error(oo))
        return np.where(defined, (mo - m * o / n) / np.sqrt(np.where(defined, a * b, 1.0)), np.nan)


def _rounding_error(total: np.ndarray) -> np.ndarray:
    """Rounding error of a sum of squares that should be zero."""
    return 1e-12 * np.abs(total)
