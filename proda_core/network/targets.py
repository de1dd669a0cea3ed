"""Training targets of a network: a centre and a weight matrix at each training site.

Every choice of ``targets`` is a quadratic form (f - c)' W (f - c) of the network's output f in the
unit cube, so that training has one loss:

- "mean": c is the posterior mean, W the prior's precision, 12 where it is uniform. As published.
  Most parameters are hardly identified by one profile; their posterior means are those of the prior, and
  have the same weight in the loss as identified parameters.
- "precision": c is the posterior mean and W = 1 / (s^2 + spread^2) with the posterior variance s^2 of
  each parameter by itself.
- "whitened": the whole posterior covariance S, with the prior (mean 1/2, precision 12) taken out.
  L = S^-1 - 12 is the information of the profile itself, L (c - 1/2) = S^-1 (m - 1/2) gives c, and
  W = (L^-1 + spread^2)^-1, finite where L is singular. Directions without information have no
  weight, and trade-offs between parameters are resolved by the other sites.

Under a prior that is not uniform, its mean and variances replace 1/2 and 1/12, and ``spread`` counts in
units in which the prior's standard deviation is that of the uniform one.

The prior can only be taken out of all parameters together. Taken out of each by itself, what they
explain jointly is counted once for every parameter, and modelled carbon comes out far too low; for
the same reason the correlations of S are never shrunk towards none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.network.settings import NetworkSettings
from proda_core.records.checks import InputError, expect
from proda_core.records.convergence import NOT_CONVERGED
from proda_core.records.posterior import VERDICT_FLAGS, Posterior
from proda_core.vocabulary.parameters import Prior
from proda_core.vocabulary.probit_normal import SD_OF_UNIFORM

PRIOR_PRECISION = 12.0  # of the uniform distribution on 0..1: 1 / variance
PRIOR_MEAN = 0.5
LEAST_INFORMATION = 1.0  # below this a posterior differs from its prior by no more than sampling noise
LEAST_SD = 1e-3  # in the unit cube; a chain that never moved has no information on spread


@dataclass(frozen=True)
class Targets:
    """Centres (site, parameter) in the unit cube and weights (site, parameter, parameter)."""

    sites: np.ndarray
    centre: np.ndarray
    weight: np.ndarray


def prior_of(posterior: Posterior) -> Prior:
    """Return the prior a posterior was sampled under."""
    return posterior.prior


def trainable(
    posterior: Posterior, sites: np.ndarray, train_on: str = "schedule"
) -> tuple[np.ndarray, dict[str, int]]:
    """Return those of ``sites`` that may train the network, and how many are left out, by reason.

    Left out are sites that were not assimilated, whose verdict is against it (rejected chains, E < 0, and
    chains that have not converged as far as ``train_on`` says) or whose mean is not finite.

    train_on : see :func:`proda_core.records.convergence.trains`
    """
    accepted = set(posterior.trained(train_on).tolist())
    verdict = dict(zip(posterior.sites.tolist(), posterior.ds["verdict"].values.tolist(), strict=True))
    finite = dict(
        zip(posterior.sites.tolist(), np.isfinite(posterior.ds["mean"].values).all(axis=1), strict=True)
    )
    keep, left_out = [], {}
    for site in np.asarray(sites).tolist():
        if site in accepted and finite[site]:
            keep.append(site)
        else:
            flag = verdict.get(site)
            reason = "not_assimilated" if flag is None else _reason(flag, site in accepted)
            left_out[reason] = left_out.get(reason, 0) + 1
    return np.array(keep, dtype=int), left_out


def _reason(flag: int, accepted: bool) -> str:
    """Return why a site is left out; one that its verdict accepts has a mean that is not finite."""
    return "failed" if accepted else VERDICT_FLAGS[flag]


def unconverged(posterior: Posterior, sites: np.ndarray) -> int:
    """Return how many of ``sites`` have chains that do not meet the limits of their schedule."""
    return int((posterior.select(sites).ds["verdict"].values == NOT_CONVERGED).sum())


def training_sentence(posterior: Posterior, sites: np.ndarray, train_on: str = "schedule") -> str:
    """Write how many of ``sites`` train, how many of these have not converged, and how many are left out."""
    used, left_out = trainable(posterior, sites, train_on)
    reasons = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in left_out.items())
    return (
        f"{len(used):,} of {len(sites):,} sites train, of which {unconverged(posterior, used):,} have not"
        f" converged; left out: {reasons or 'none'}"
    )


def targets(posterior: Posterior, sites: np.ndarray, settings: NetworkSettings) -> Targets:
    """Return the targets of these sites for ``settings.targets``."""
    if len(sites) == 0:
        raise InputError("network: expected at least one site with a kept posterior, found none")
    prior = prior_of(posterior)
    chosen = posterior.select(sites).ds
    mean, width = prior.to_unit(chosen["mean"].values), prior.sd_of_unit / SD_OF_UNIFORM
    if settings.targets == "mean":
        weight = np.broadcast_to(np.diag(width**-2.0), (*mean.shape, mean.shape[1]))
        return Targets(sites, mean, weight * PRIOR_PRECISION)
    if settings.chains == "all":
        chosen = _of_all_chains(chosen)
        mean = prior.to_unit(chosen["mean"].values)
    covariance = _covariance(chosen, prior)
    if settings.targets == "precision":
        variance = np.diagonal(covariance, axis1=1, axis2=2)
        weight = np.eye(mean.shape[1]) / (variance + (settings.spread * width) ** 2)[:, None, :]
        return Targets(sites, mean, weight)
    return Targets(sites, *_without_prior(mean, covariance, settings.spread, prior.mean_of_unit, width))


def _covariance(chosen: xr.Dataset, prior: Prior) -> np.ndarray:
    """Return posterior covariance in the unit cube (site, parameter, parameter)."""
    width = prior.upper - prior.lower
    if "covariance" not in chosen:
        chosen = _of_all_chains(chosen)
    covariance = chosen["covariance"].values.astype(float)
    return covariance / width[:, None] / width + LEAST_SD**2 * np.eye(len(width))


def _of_all_chains(chosen: xr.Dataset) -> xr.Dataset:
    """Return mean and covariance of the kept draws of all chains together."""
    expect("draws" in chosen, "Posterior: expected the draws of every chain, found none")
    draws = chosen["draws"].transpose("site", "chain", "draw", "parameter").values.astype(float)
    flat = draws.reshape(draws.shape[0], -1, draws.shape[-1])
    away = flat - flat.mean(axis=1, keepdims=True)
    covariance = np.einsum("sdp,sdq->spq", away, away) / max(flat.shape[1] - 1, 1)
    return chosen.assign(
        mean=(("site", "parameter"), flat.mean(axis=1)),
        covariance=(("site", "parameter", "parameter_2"), covariance),
    )


def _without_prior(
    mean: np.ndarray,
    covariance: np.ndarray,
    spread: float,
    prior_mean: np.ndarray | float = PRIOR_MEAN,
    width: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return centres and weights of each site's likelihood without the prior (see the module docstring).

    width : (parameter,) of the prior, relative to that of a uniform one
    """
    scales = np.outer(width, width)
    precision, axes = np.linalg.eigh(np.linalg.inv(covariance / scales))
    information = precision - PRIOR_PRECISION
    information = np.where(information > LEAST_INFORMATION, information, 0.0)
    along = np.einsum("sip,si->sp", axes, (mean - prior_mean) / width)
    centre = along * precision / np.where(information > 0, information, 1.0) * (information > 0)
    weight = information / (1 + information * spread**2)
    return (
        prior_mean + np.einsum("sip,sp->si", axes, centre) * width,
        np.einsum("sip,sp,sjp->sij", axes, weight, axes) / scales,
    )
