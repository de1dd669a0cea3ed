"""Summaries of the chains of a site: moments, quantiles, diagnostics, predicted profile."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.assimilation import convergence
from proda_core.assimilation.misfit import Observed, efficiency
from proda_core.assimilation.phases import SiteChains, evenly_spaced
from proda_core.assimilation.schedules import Schedule
from proda_core.records.posterior import VERDICT_FLAGS
from proda_core.soil_model import steady_state
from proda_core.soil_model.columns import Columns
from proda_core.soil_model.observation import interpolate
from proda_core.vocabulary.parameters import Prior

VERDICT = {meaning: number for number, meaning in VERDICT_FLAGS.items()}
QUANTILES = (5, 25, 50, 75, 95)
_DIMENSIONS = {
    "draws": ("chain", "draw", "parameter"),
    "covariance": ("parameter", "parameter_2"),
    "acceptance": ("chain",),
    "reruns": ("chain",),
    **{name: ("layer",) for name in ("carbon_mean", "carbon_q05", "carbon_q95")},
    **{name: () for name in ("efficiency", "r2", "rmse", "verdict", "chosen_chain", "observations")},
}
_OF_BATCH = {  # variables that sites do not have
    "cost": ("chain",),
    "mode_parameters": ("mode", "parameter"),
    **{f"mode_{name}": ("mode",) for name in ("cost", "log_evidence", "probability", "starts", "efficiency")},
}
_INTEGERS = ("verdict", "chosen_chain", "reruns", "observations", "mode_starts")


def summarise(site: SiteChains, columns: Columns, prior: Prior) -> dict[str, np.ndarray]:
    """Return every variable of the Posterior for one site, by name, in physical units."""
    unit = site.posterior()
    chosen = choose_chain(site)
    pooled = pool(unit, site, chosen)
    physical = prior.to_physical(pooled)
    stored = prior.to_physical(evenly_spaced(unit, site.schedule.draws_of_chain))
    result = {"draws": stored.astype(np.float32), **moments(physical), **diagnostics(site, unit)}
    result["sd_ratio"] = sd_ratio(pooled, prior)
    result["chosen_chain"] = chosen
    result |= predicted(
        evenly_spaced(pooled[None], 300)[0], site.case.column, site.case.observed, columns, prior
    )
    result["observations"] = len(site.case.observed)
    result["verdict"] = verdict(site, result)
    return result


def choose_chain(site: SiteChains) -> int:
    """Return one chain at random among those not rejected, from (seed, site) alone; -1 if all are pooled."""
    if site.schedule.pooling == "all_chains":
        return -1
    valid = np.flatnonzero(site.valid) if site.valid.any() else np.arange(len(site.chains))
    key = (site.case.site & 0xFFFFFFFF, 0xC401CE)
    return int(
        np.random.default_rng(np.random.SeedSequence(site.chains[0].seed, spawn_key=key)).choice(valid)
    )


def pool(unit: np.ndarray, site: SiteChains, chosen: int) -> np.ndarray:
    """Return the draws that make the posterior, (draw, parameter)."""
    if chosen >= 0:
        return unit[chosen]
    valid = site.valid if site.valid.any() else np.ones(len(unit), dtype=bool)
    return unit[valid].reshape(-1, unit.shape[-1])


def moments(physical: np.ndarray) -> dict[str, np.ndarray]:
    """Return mean, standard deviation, quantiles and covariance of draws (draw, parameter)."""
    quantiles = np.quantile(physical, np.array(QUANTILES) / 100.0, axis=0)
    deviation = physical - physical.mean(axis=0)
    # einsum, as a threaded matrix product of this size costs more in waiting than in work
    covariance = np.einsum("di,dj->ij", deviation, deviation) / max(len(physical) - 1, 1)
    return {
        "mean": physical.mean(axis=0),
        "sd": np.sqrt(np.diag(covariance)),
        "covariance": covariance,
        **{f"q{q:02d}": values for q, values in zip(QUANTILES, quantiles, strict=True)},
    }


def sd_ratio(unit: np.ndarray, prior: Prior) -> np.ndarray:
    """Return posterior over prior standard deviation from draws (draw, parameter) of the cube."""
    return unit.std(axis=0, ddof=1) / prior.sd_of_unit


def diagnostics(site: SiteChains, unit: np.ndarray) -> dict[str, np.ndarray]:
    """Return acceptance, re-runs and convergence per chain and per parameter."""
    draws = evenly_spaced(unit, site.schedule.diagnosed_draws)
    return {
        "acceptance": site.acceptance,
        "reruns": np.array([chain.reruns for chain in site.chains]),
        "gelman_rubin": convergence.gelman_rubin(draws),
        **site.rank_diagnostics(),
    }


def costs(site: SiteChains) -> np.ndarray:
    """Return the mean cost J of the states kept of each chain of the formal run, shape (chain,)."""
    discard = site.schedule.discard
    return np.array([chain.cost[int(len(chain.cost) * discard) :].mean() for chain in site.chains])


def predicted(
    unit: np.ndarray, column: int, observed: Observed, columns: Columns, prior: Prior
) -> dict[str, np.ndarray]:
    """Return posterior predictive carbon of the layers, and the fit of its mean to the observations."""
    parameters = prior.full(prior.to_physical(unit))
    soc = steady_state.soc(columns, parameters, np.full(len(unit), column), n_threads=1)
    mean = soc.mean(axis=0)
    low, high = np.quantile(soc, [0.05, 0.95], axis=0)
    return {"carbon_mean": mean, "carbon_q05": low, "carbon_q95": high} | agreement(mean, observed, columns)


def agreement(profile: np.ndarray, observed: Observed, columns: Columns) -> dict[str, float]:
    """Return E of eq. 37.3, squared correlation and root mean square error of one modelled profile."""
    modelled, carbon = interpolate(profile, observed.depth, columns.grid), observed.carbon
    varied = len(carbon) > 1 and np.ptp(carbon) > 0 and np.ptp(modelled) > 0
    return {
        "efficiency": efficiency(modelled, carbon),
        "r2": float(min(np.corrcoef(modelled, carbon)[0, 1] ** 2, 1.0)) if varied else np.nan,
        "rmse": float(np.sqrt(np.mean((modelled - carbon) ** 2))),
    }


def verdict(site: SiteChains, result: dict[str, np.ndarray]) -> int:
    """Return whether the site may train a network, or the first reason against it."""
    schedule = site.schedule
    if not site.valid.any():
        return VERDICT["acceptance_out_of_range"]
    if not result["efficiency"] >= schedule.least_efficiency:
        return VERDICT["negative_efficiency"]
    return VERDICT["kept" if schedule.limits.met(result) else "not_converged"]


def missing(reason: str, schedule: Schedule, size: int, layers: int) -> dict[str, np.ndarray]:
    """Return the entry of a site that was not assimilated: NaN and the reason."""
    sizes = {
        **{"chain": schedule.chains, "draw": schedule.draws_of_chain, "parameter": size},
        **{"parameter_2": size, "layer": layers},
    }
    result = {
        name: np.full([sizes[d] for d in dimensions(name)], 0 if name in _INTEGERS else np.nan)
        for name in (*_DIMENSIONS, "mean", "sd", "sd_ratio", "gelman_rubin", "rhat", "ess_bulk", "ess_tail")
    }
    result |= {f"q{q:02d}": np.full(size, np.nan) for q in QUANTILES}
    return result | {"chosen_chain": -1, "verdict": VERDICT[reason]}


def dimensions(name: str) -> tuple[str, ...]:
    """Return dimensions of one site's entry of this name."""
    return (_DIMENSIONS | _OF_BATCH).get(name, ("parameter",))


def stacked(sites: np.ndarray, results: list[dict[str, np.ndarray]], prior: Prior) -> xr.Dataset:
    """Return the entries of many sites as one Dataset (site, ...)."""
    variables = {}
    for name in results[0]:
        values = np.stack([np.asarray(result[name]) for result in results])
        kind = (
            np.int32 if name in _INTEGERS else np.float32 if name in ("draws", "covariance") else np.float64
        )
        variables[name] = (("site", *dimensions(name)), values.astype(kind))
    names = list(prior.names)
    return xr.Dataset(variables, coords={"site": np.asarray(sites), "parameter": names, "parameter_2": names})
