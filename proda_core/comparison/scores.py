"""Scores of modelled against observed values: every metric is ``f(modelled, observed) -> float``.

Pairs in which either value is not finite are left out, by every metric alike; ``n`` says how many
are left. Where a score is not defined (too few pairs, no spread) it is NaN.
Units are those of the input: in this project soil carbon density is compared in kgC m-3 and stocks
in kgC m-2.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from proda_core.records.checks import InputError

Metric = Callable[[ArrayLike, ArrayLike], float]


def _pairs(modelled: ArrayLike, observed: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The finite pairs of two arrays of one shape, as two float vectors of shape (n,)."""
    modelled, observed = np.asarray(modelled, dtype=float), np.asarray(observed, dtype=float)
    if modelled.shape != observed.shape:
        raise InputError(
            f"expected modelled and observed values of one shape, found {modelled.shape} and {observed.shape}"
        )
    both = np.isfinite(modelled) & np.isfinite(observed)
    return modelled[both], observed[both]


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson correlation of two vectors; NaN with fewer than two pairs or without spread."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    return float(np.corrcoef(x, y)[0, 1])


def n(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Number of finite pairs."""
    return float(len(_pairs(modelled, observed)[0]))


def r2(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Squared Pearson correlation: the R2 of the regression of modelled on observed (chapter 37).

    It is insensitive to bias and slope, unlike ``nse``.

    >>> r2([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    1.0
    """
    return _correlation(*_pairs(modelled, observed)) ** 2


def nse(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Nash-Sutcliffe efficiency, 1 - sum((obs - mod)^2) / sum((obs - mean(obs))^2) (eq. 37.3).

    >>> nse([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])
    0.0
    """
    modelled, observed = _pairs(modelled, observed)
    if len(observed) < 2 or np.ptp(observed) == 0:
        return np.nan
    return float(1 - np.sum((observed - modelled) ** 2) / np.sum((observed - observed.mean()) ** 2))


def rmse(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Root of the mean squared difference, in the unit of the input."""
    modelled, observed = _pairs(modelled, observed)
    return float(np.sqrt(np.mean((modelled - observed) ** 2))) if len(observed) else np.nan


def bias(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Mean of modelled minus observed, in the unit of the input: positive where the model has too much.

    >>> bias([3.0, 5.0], [1.0, 5.0])
    1.0
    """
    modelled, observed = _pairs(modelled, observed)
    return float(np.mean(modelled - observed)) if len(observed) else np.nan


def mae(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Mean absolute difference, in the unit of the input."""
    modelled, observed = _pairs(modelled, observed)
    return float(np.mean(np.abs(modelled - observed))) if len(observed) else np.nan


def log_r(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Pearson correlation of the logarithms, over the pairs in which both values are positive.

    >>> round(log_r([1.0, 10.0, 100.0], [2.0, 4.0, 8.0]), 12)
    1.0
    """
    modelled, observed = _pairs(modelled, observed)
    positive = (modelled > 0) & (observed > 0)
    return _correlation(np.log(modelled[positive]), np.log(observed[positive]))


METRICS: MappingProxyType[str, Metric] = MappingProxyType(
    {"r2": r2, "nse": nse, "rmse": rmse, "bias": bias, "mae": mae, "log_r": log_r, "n": n}
)


def score(modelled: ArrayLike, observed: ArrayLike) -> dict[str, float]:
    """All metrics of :data:`METRICS` by name.

    >>> score([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])["n"]
    3.0
    """
    return {name: metric(modelled, observed) for name, metric in METRICS.items()}
