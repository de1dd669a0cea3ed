"""Carbon stocks of measured profiles, integrated over their horizons.

The density of a horizon is its mean: its carbon is density times thickness. Cumulative carbon at the bounds
of all horizons is interpolated by a monotone cubic (PCHIP, F. N. Fritsch and J. Butland 1984), whose
derivative is a density that is nowhere negative and keeps the carbon of every horizon: a mass-preserving
quadratic spline, as that of Bishop et al. (1999) is without its smoothing.

- Where horizons overlap, densities are averaged; an unusable observation is a gap.
- In a gap, density is linear between the horizons beside it; above the first horizon it is that horizon's;
  below the last it falls as between the last two, and does not rise.
- An interval has a stock where no more than :data:`MOST_EXTRAPOLATED` of its thickness is without a horizon,
  and no more than :data:`TOP_GAP` of that above the first. The share is given with the stock.

Bounds that a source does not give are derived from mid-depths (:mod:`proda_core.records.horizons`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from proda_core.records.horizons import horizons
from proda_core.records.profiles import Profiles
from proda_core.vocabulary.depth_intervals import INTERVALS

MOST_EXTRAPOLATED = 0.2  # of the thickness of an interval
TOP_GAP = 0.05  # m, above the first horizon
COLUMNS = ("site", "interval", "observed", "extrapolated")
_STEP = 0.1  # m, in which the density below the last horizon is extrapolated
_STEPS = round(MOST_EXTRAPOLATED * max(base - top for top, base in INTERVALS.values()) / _STEP)
_DECIMALS = 6  # of bounds in metres: what is nearer is one bound
_TOLERANCE = 1e-9


def stock(
    top: np.ndarray, bottom: np.ndarray, carbon: np.ndarray, interval: tuple[float, float]
) -> tuple[float, float]:
    """Stock [kgC m-2] of one profile in an interval [m], and the share of its thickness extrapolated.

    top, bottom : of the horizons, shape (horizon,) [m]; those without bounds are left out
    carbon : their mean densities, shape (horizon,) [gC m-3]

    NaN, and the share, where the horizons do not cover the interval.

    >>> top, bottom, carbon = np.array([0.0, 0.2]), np.array([0.2, 0.9]), np.array([16000.0, 16000.0])
    >>> [round(value, 3) for value in stock(top, bottom, carbon, (0.0, 1.0))]
    [16.0, 0.1]
    >>> [round(value, 3) for value in stock(top, bottom, carbon, (0.0, 2.0))]
    [nan, 0.55]
    """
    return _stocks(top, bottom, carbon, [interval])[0]


def measured_stocks(profiles: Profiles) -> pd.DataFrame:
    """One row per site and interval of the vocabulary that its horizons cover, with COLUMNS.

    observed [kgC m-2]; extrapolated : share of the interval's thickness without a usable horizon [1]
    """
    found, usable = horizons(profiles), profiles.ds["usable"].values == 0
    carbon, size = profiles.ds["carbon"].values, profiles.ds["row_size"].values
    end, rows = np.cumsum(size), []
    for site, first, last in zip(profiles.sites, end - size, end):
        here = first + np.flatnonzero(usable[first:last])
        values = _stocks(found.top[here], found.bottom[here], carbon[here], list(INTERVALS.values()))
        rows += [(int(site), name, *pair) for name, pair in zip(INTERVALS, values) if np.isfinite(pair[0])]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"site": int, "observed": float, "extrapolated": float})


def stocks(profiles: Profiles) -> pd.DataFrame:
    """Stocks [kgC m-2] of all profiles: one row per site, one column per interval of the vocabulary.

    NaN where the horizons of a profile do not cover the interval.
    """
    frame = measured_stocks(profiles).pivot(index="site", columns="interval", values="observed")
    frame = frame.reindex(index=profiles.sites, columns=list(INTERVALS))
    frame.index.name, frame.columns.name = "site", None
    return frame


def _stocks(
    top: np.ndarray, bottom: np.ndarray, carbon: np.ndarray, intervals: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    known = np.isfinite(top)
    if not known.any():
        return [(float("nan"), 1.0)] * len(intervals)
    edges, density = _slabs(top[known], bottom[known], carbon[known])
    slab_top, slab_bottom = edges[:-1][np.isfinite(density)], edges[1:][np.isfinite(density)]
    edges, density = _extended(edges, density)
    above = PchipInterpolator(edges, np.concatenate([[0.0], np.cumsum(density * np.diff(edges))]) / 1000)
    found = []
    for low, high in intervals:
        covered = np.clip(np.minimum(slab_bottom, high) - np.maximum(slab_top, low), 0, None).sum()
        share = float(np.clip(1 - covered / (high - low), 0, 1))
        share = 0.0 if share < _TOLERANCE else share
        without = slab_top[0] - low > TOP_GAP + _TOLERANCE or share > MOST_EXTRAPOLATED + _TOLERANCE
        value = float("nan") if without else float(above(high) - above(low))
        found.append((value, share))
    return found


def _slabs(top: np.ndarray, bottom: np.ndarray, carbon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds (slab + 1,) of all horizons in order, and densities (slab,) between them; NaN in a gap."""
    edges = np.unique(np.round(np.concatenate([top, bottom]), _DECIMALS))
    tolerance = 0.5 * 10.0**-_DECIMALS
    inside = (top <= edges[:-1, None] + tolerance) & (bottom >= edges[1:, None] - tolerance)
    count = inside.sum(axis=1)
    mean = (inside * carbon).sum(axis=1) / np.maximum(count, 1)
    return edges, np.where(count > 0, mean, np.nan)


def _extended(edges: np.ndarray, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill the gaps, and add slabs from the surface to the first and _STEPS below the last."""
    middle, known = (edges[1:] + edges[:-1]) / 2, np.isfinite(density)
    density = np.interp(middle, middle[known], density[known])
    below = edges[-1] + _STEP * np.arange(1, _STEPS + 1)
    fall = 0.0
    if len(density) > 1:
        fall = max(np.log(density[-2] / density[-1]) / (middle[-1] - middle[-2]), 0.0)
    deeper = density[-1] * np.exp(-fall * (below - _STEP / 2 - middle[-1]))
    above = [0.0] if edges[0] > 0 else []
    edges = np.concatenate([above, edges, below])
    return edges, np.concatenate([density[: len(above)], density, deeper])
