"""Bootstrap intervals of scores, resampling whole profiles.

The observations of one profile are not independent of each other; drawing single observations
would make every interval too narrow.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from proda_core.comparison.score_sums import profile_sums, scores_of_sums
from proda_core.comparison.scores import Metric
from proda_core.records.checks import InputError


def interval(
    metric: Metric,
    modelled: ArrayLike,
    observed: ArrayLike,
    profile: ArrayLike,
    *,
    level: float = 0.9,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile interval of any metric; ``profile`` (n,) is the profile of each pair.

    Returns (low, high); both NaN with fewer than two profiles.
    """
    modelled, observed, profile = _arrays(modelled, observed, profile)
    members = _members(profile)
    if len(members) < 2:
        return np.nan, np.nan

    def of_drawn(drawn: np.ndarray) -> float:
        chosen = np.concatenate([members[i] for i in drawn])
        return metric(modelled[chosen], observed[chosen])

    with warnings.catch_warnings():
        # NaN: a score undefined in some draw has no interval
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (np.arange(len(members)),),
            of_drawn,
            n_resamples=draws,
            confidence_level=level,
            method="percentile",
            vectorized=False,
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)


def intervals(
    modelled: ArrayLike,
    observed: ArrayLike,
    profile: ArrayLike,
    *,
    level: float = 0.9,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """Percentile intervals of all metrics but ``n``, from the same draws as :func:`interval`.

    All these metrics follow from sums over pairs, so a draw is a sum over its profiles: a hundred
    times faster than computing every metric of every draw from its pairs.
    """
    modelled, observed, profile = _arrays(modelled, observed, profile)
    sums = profile_sums(modelled, observed, profile)
    size = len(sums)
    if size < 2:
        return {name: (np.nan, np.nan) for name in scores_of_sums(sums)}
    rng = np.random.default_rng(seed)
    drawn = np.stack([np.bincount(rng.integers(0, size, size), minlength=size) @ sums for _ in range(draws)])
    ends = np.array([(1 - level) / 2, (1 + level) / 2])
    return {
        name: tuple(float(v) for v in np.quantile(values, ends))
        for name, values in scores_of_sums(drawn).items()
    }


def _arrays(*arrays: ArrayLike) -> tuple[np.ndarray, ...]:
    modelled, observed, profile = (np.asarray(a) for a in arrays)
    if not modelled.shape == observed.shape == profile.shape:
        raise InputError(
            "expected modelled, observed and profile of one shape, "
            f"found {modelled.shape}, {observed.shape} and {profile.shape}"
        )
    return modelled, observed, profile


def _members(profile: np.ndarray) -> list[np.ndarray]:
    """Positions of the pairs of each profile."""
    order = np.argsort(profile, kind="stable")
    starts = np.flatnonzero(np.diff(profile[order])) + 1
    return np.split(order, starts)
