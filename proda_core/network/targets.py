"""What the network is drawn to at each training site: a centre and a weight matrix.

Every choice of ``targets`` is a quadratic form (f - c)' W (f - c) of the network's output f in the
unit cube, so that training knows only one loss:

- "mean": c is the posterior mean, W = 1. As published. Most parameters are hardly identified by one
  profile; their posterior means are the middle of the prior, and pull the network there.
- "precision": the prior is taken out of each parameter's posterior. With posterior mean m and
  variance s^2 under a prior with mean 1/2 and variance 1/12, the site itself says
  l = 1/s^2 - 12 (precision) about c = (m/s^2 - 12/2) / l, and W = 1 / (1/l + spread^2).
- "whitened": the same with the whole posterior covariance S: L = S^-1 - 12 is the information of
  the profile, L c = S^-1 m - 12/2, and W = (L^-1 + spread^2)^-1, finite where L is singular.
  Directions in which the profile says nothing have no weight; trade-offs between parameters are
  left to the other sites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.network.settings import NetworkSettings
from proda_core.records.checks import InputError, expect, one_of
from proda_core.records.posterior import VERDICT_FLAGS, Posterior
from proda_core.vocabulary.parameters import PRIORS, Prior

PRIOR_PRECISION = 12.0  # of the uniform distribution on 0..1: 1 / variance
PRIOR_MEAN = 0.5
LEAST_INFORMATION = 2.0  # below this a posterior differs from its prior by no more than sampling noise


@dataclass(frozen=True)
class Targets:
    """Centres (site, parameter) in the unit cube and weights (site, parameter, parameter)."""

    sites: np.ndarray
    centre: np.ndarray
    weight: np.ndarray


def prior_of(posterior: Posterior) -> Prior:
    """The prior a posterior was sampled under."""
    name = posterior.ds.attrs.get("prior")
    prior = PRIORS[one_of(name, PRIORS, "Posterior: attribute prior")]
    expect(
        posterior.parameters == prior.names,
        f"Posterior: expected the parameters of prior {name} in their order, found {posterior.parameters}",
    )
    return prior


def trainable(posterior: Posterior, sites: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Those of ``sites`` that may train the network, and how many are left out, by reason.

    Left out are sites that were not assimilated, whose verdict is not "kept" (rejected chains,
    E < 0) or whose mean is not finite.
    """
    verdict = dict(zip(posterior.sites.tolist(), posterior.ds["verdict"].values.tolist(), strict=True))
    finite = dict(
        zip(posterior.sites.tolist(), np.isfinite(posterior.ds["mean"].values).all(axis=1), strict=True)
    )
    keep, left_out = [], {}
    for site in np.asarray(sites).tolist():
        if verdict.get(site) == 0 and finite[site]:
            keep.append(site)
        else:
            flag = verdict.get(site)
            reason = "not_assimilated" if flag is None else VERDICT_FLAGS[flag] if flag else "failed"
            left_out[reason] = left_out.get(reason, 0) + 1
    return np.array(keep, dtype=int), left_out


def targets(posterior: Posterior, sites: np.ndarray, settings: NetworkSettings) -> Targets:
    """The targets of these sites as ``settings.targets`` says."""
    if len(sites) == 0:
        raise InputError("network: expected at least one site with a kept posterior, found none")
    prior = prior_of(posterior)
    chosen = posterior.select(sites).ds
    mean = prior.to_unit(chosen["mean"].values)
    if settings.targets == "mean":
        weight = np.broadcast_to(np.eye(mean.shape[1]), (*mean.shape, mean.shape[1]))
        return Targets(sites, mean, weight * PRIOR_PRECISION)
    covariance = _covariance(chosen, prior)
    if settings.targets == "precision":
        covariance = covariance * np.eye(mean.shape[1])
    return Targets(sites, *_without_prior(mean, covariance, settings.spread))


def _covariance(chosen: xr.Dataset, prior: Prior) -> np.ndarray:
    """Posterior covariance in the unit cube (site, parameter, parameter), sd from the summary."""
    width = prior.upper - prior.lower
    sd = np.clip(chosen["sd"].values / width, 1e-3, None)
    correlation = np.broadcast_to(np.eye(sd.shape[1]), (*sd.shape, sd.shape[1]))
    if "draws" in chosen:
        correlation = _correlation(chosen["draws"].values)
    return correlation * sd[:, :, None] * sd[:, None, :]


def _correlation(draws: np.ndarray, shrink: float = 0.05) -> np.ndarray:
    """Correlations of the draws (site, chain, draw, parameter), shrunk a little to the identity."""
    flat = draws.reshape(draws.shape[0], -1, draws.shape[-1])
    centred = flat - flat.mean(axis=1, keepdims=True)
    scale = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    unit = centred / np.where(scale > 0, scale, 1.0)
    correlation = np.einsum("sdp,sdq->spq", unit, unit) / flat.shape[1]
    return (1 - shrink) * correlation + shrink * np.eye(draws.shape[-1])


def _without_prior(mean: np.ndarray, covariance: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres and weights of what each site says without the prior (see the top of the file)."""
    precision, axes = np.linalg.eigh(np.linalg.inv(covariance))
    information = precision - PRIOR_PRECISION
    information = np.where(information > LEAST_INFORMATION, information, 0.0)
    along = np.einsum("sip,si->sp", axes, mean - PRIOR_MEAN)
    centre = along * precision / np.where(information > 0, information, 1.0) * (information > 0)
    weight = information / (1 + information * spread**2)
    return (
        PRIOR_MEAN + np.einsum("sip,sp->si", axes, centre),
        np.einsum("sip,sp,sjp->sij", axes, weight, axes),
    )
