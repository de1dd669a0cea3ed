"""Convergence diagnostics of chains: the chapter's Gelman-Rubin, and rank-normalised R-hat and ESS.

ArviZ computes the same numbers for one parameter at a time; here all parameters of a site are done
in one pass, because at 26,000 sites the diagnostics must not cost more than the sampling. The tests
hold these functions against ArviZ.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri

_CENTRAL = (0.05, 0.95)  # quantiles between which chains of one mode overlap
_FEWEST = 4  # draws per chain, two halves of two


def gelman_rubin(draws: np.ndarray) -> np.ndarray:
    """Return the potential scale reduction of draws (chain, draw, parameter), shape (parameter,) [1].

    A. Gelman and D. Rubin (1992), as in [ch37]: sqrt(((n - 1)/n W + B/n) / W) with the within-chain
    variance W and between-chain variance B; 1 where nothing varies, NaN for a single chain.
    """
    return _scale_reduction(_by_parameter(draws))


def modes(draws: np.ndarray) -> np.ndarray:
    """Return the number of the mode each chain of draws (chain, draw, parameter) is in, shape (chain,).

    Two chains are in different modes if the central 90 % intervals of their draws of any parameter do not
    overlap; chains linked by others that overlap with both are in one.

    >>> modes(np.array([[[0.0], [1.0]], [[0.5], [1.5]], [[7.0], [8.0]]])).tolist()
    [0, 0, 1]
    """
    low, high = np.quantile(draws, _CENTRAL, axis=1)
    overlap = ((low[:, None] <= high) & (low <= high[:, None])).all(axis=-1)
    return connected_components(overlap, directed=False)[1]


def rank_diagnostics(draws: np.ndarray) -> dict[str, np.ndarray]:
    """Return rank-normalised split ``rhat``, ``ess_bulk`` and ``ess_tail`` of draws (chain, draw, parameter).

    Each of shape (parameter,), NaN for fewer than four draws. R-hat is the larger of bulk and folded
    R-hat; the tail's effective sample size is the smaller of the 5 % and the 95 % quantile's
    (Vehtari et al. 2021).
    """
    draws = _by_parameter(draws)
    if draws.shape[2] < _FEWEST:
        return {name: np.full(len(draws), np.nan) for name in ("rhat", "ess_bulk", "ess_tail")}
    split = _split(draws)
    scores = _normal_scores(split)
    folded = _normal_scores(np.abs(split - np.median(split, axis=(1, 2), keepdims=True)))
    low, high = np.quantile(draws, [0.05, 0.95], axis=(1, 2))[..., None, None]
    return {
        "rhat": np.maximum(_scale_reduction(scores), _scale_reduction(folded)),
        "ess_bulk": _ess(scores),
        "ess_tail": np.minimum(_ess((split <= low).astype(float)), _ess((split <= high).astype(float))),
    }


def _by_parameter(draws: np.ndarray) -> np.ndarray:
    """Return draws (chain, draw, parameter) as (parameter, chain, draw), the layout all of this works in."""
    return np.ascontiguousarray(np.moveaxis(np.asarray(draws, dtype=float), -1, 0))


def _ratio(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    return np.divide(upper, lower, out=np.ones_like(upper), where=lower > 0)


def _variances(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean variance within chains, variance between their means; (parameter,) each."""
    within = draws.var(axis=2, ddof=1).mean(axis=1)
    between = draws.mean(axis=2).var(axis=1, ddof=1) if draws.shape[1] > 1 else np.zeros_like(within)
    return within, between


def _scale_reduction(draws: np.ndarray) -> np.ndarray:
    size, n_chain, n = draws.shape
    if n_chain < 2:
        return np.full(size, np.nan)
    within, between = _variances(draws)
    return np.sqrt(_ratio((n - 1) / n * within + between, within))


def _split(draws: np.ndarray) -> np.ndarray:
    """Return each chain as two halves, without the middle one of an odd number of draws."""
    half = draws.shape[2] // 2
    return np.concatenate([draws[:, :, :half], draws[:, :, -half:]], axis=1)


def _normal_scores(draws: np.ndarray) -> np.ndarray:
    """Return ranks over all chains as quantiles of the normal distribution (G. Blom 1958)."""
    size, n_chain, n = draws.shape
    rank = _average_ranks(draws.reshape(size, n_chain * n))
    return ndtri((rank - 0.375) / (n_chain * n + 0.25)).reshape(draws.shape)


def _average_ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks from 1 along the last axis, equal values sharing their mean rank (parameter, value).

    As ``scipy.stats.rankdata``, whose stable sort takes several times longer.

    >>> _average_ranks(np.array([[3.0, 1.0, 3.0, 0.0]]))
    array([[3.5, 2. , 3.5, 1. ]])
    """
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    begins = np.ones(values.shape, dtype=bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    start = np.flatnonzero(begins)
    count = np.diff(np.append(start, values.size))
    mean_rank = np.repeat(start % values.shape[1] + (count + 1) / 2.0, count).reshape(values.shape)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, mean_rank, axis=1)
    return ranks


def _ess(draws: np.ndarray) -> np.ndarray:
    """Return effective sample sizes by Geyer's initial monotone sequence (Vehtari et al. 2021, 3.2)."""
    size, n_chain, n = draws.shape
    within, between = _variances(draws)
    pooled = (within * (n - 1) / n + between)[:, None]
    covariance = _autocovariance(draws).mean(axis=1)
    rho = 1.0 - _ratio(within[:, None] - covariance, np.broadcast_to(pooled, covariance.shape))
    rho[:, 0] = 1.0
    pairs = rho[:, : n // 2 * 2].reshape(size, n // 2, 2).sum(axis=2)
    # Geyer: as long as pairs stay positive, and never larger than the one before.
    positive = np.logical_and.accumulate(pairs > 0, axis=1)
    monotone = np.minimum.accumulate(np.where(positive, pairs, 0.0), axis=1)
    tau = -1.0 + 2.0 * monotone.sum(axis=1) + _first_left_out(rho, positive)
    tau = np.maximum(tau, 1.0 / np.log10(n_chain * n))
    return np.where(pooled[:, 0] > 0, n_chain * n / tau, float(n_chain * n))


def _first_left_out(rho: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Return the even-lag correlation right after the last positive pair, 0 if it is negative."""
    lag = np.minimum(2 * positive.sum(axis=1), rho.shape[1] - 1)
    return np.maximum(np.take_along_axis(rho, lag[:, None], axis=1)[:, 0], 0.0)


def _autocovariance(draws: np.ndarray) -> np.ndarray:
    """Return autocovariance (parameter, chain, lag) by Fourier transform."""
    n = draws.shape[2]
    length = next_fast_len(2 * n, real=True)
    spectrum = rfft(draws - draws.mean(axis=2, keepdims=True), length, axis=2)
    return irfft(np.abs(spectrum) ** 2, length, axis=2)[:, :, :n] / n
