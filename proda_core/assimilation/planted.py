"""Sites with a known truth: parameters drawn from the prior, and observations made from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from proda_core.assimilation.chain import Case
from proda_core.assimilation.misfit import Observed, horizon_bounds, modelled, observed, weights
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.records.profiles import Profiles
from proda_core.soil_model import steady_state
from proda_core.soil_model.columns import Columns

_TYPICAL = 64  # draws of the prior whose median is a site's typical carbon
_KEY = 0x7217  # names the random stream of planting


@dataclass(frozen=True, eq=False)
class Planted:
    """A site with synthetic observations, computed from ``unit`` (parameter,) in the prior's cube."""

    case: Case
    unit: np.ndarray


def plant(
    profiles: Profiles, columns: Columns, spec: AssimilationSpec, noise: float | None = None
) -> list[Planted]:
    """Plant a truth at every site, observed at the site's own depths.

    noise : None draws errors exactly as the cost assumes them (normal, of standard deviation
        sigma / sqrt(weight), sigma a fraction of the site's typical carbon under the prior), so that
        the posterior can be judged; a number multiplies with log-normal errors of that coefficient of
        variation, and weighs the result as if it were measured
    """
    return [_plant_one(int(site), i, profiles, columns, spec, noise) for i, site in enumerate(profiles.sites)]


def _plant_one(
    site: int, column: int, profiles: Profiles, columns: Columns, spec: AssimilationSpec, noise: float | None
) -> Planted:
    random = np.random.default_rng(np.random.SeedSequence(spec.seed, spawn_key=(site & 0xFFFFFFFF, _KEY)))
    depth, _ = profiles.usable_observations(site)
    uniform = random.uniform(size=(1 + _TYPICAL, len(spec.prior.names)))
    unit = uniform if spec.prior.is_uniform else spec.prior.unit_of_scores(ndtri(uniform))
    parameters = spec.prior.full(spec.prior.to_physical(unit))
    carbon = steady_state.soc(columns, parameters, np.full(len(unit), column), n_threads=1)
    bounds = horizon_bounds(profiles, site)
    at_depth = modelled(carbon, depth, bounds, columns.grid, spec.schedule.operator)
    holds = np.median(at_depth[1:], axis=0) > 0
    # under bedrock the model has no carbon whatever its parameters: nothing to observe
    depth, at_depth = depth[holds], at_depth[:, holds]
    truth, typical = at_depth[0], np.median(at_depth[1:], axis=0)
    if noise is None:
        seen = _as_the_cost_assumes(depth, truth, typical, spec, random)
    else:
        spread = np.sqrt(np.log1p(noise**2))
        seen = observed(depth, truth * np.exp(spread * random.standard_normal(len(depth))), spec.schedule)
    top, bottom = (bound[holds] for bound in bounds)
    return Planted(Case(site, column, replace(seen, top=top, bottom=bottom)), unit[0])


def _as_the_cost_assumes(
    depth: np.ndarray,
    truth: np.ndarray,
    typical: np.ndarray,
    spec: AssimilationSpec,
    random: np.random.Generator,
) -> Observed:
    schedule, weight = spec.schedule, weights(depth, spec.schedule)
    if schedule.errors == "lognormal_estimated":
        return observed(depth, truth * np.exp(_correlated_errors(len(depth), schedule, random)), schedule)
    error = random.standard_normal(len(depth)) / np.sqrt(weight)
    if schedule.errors == "lognormal":
        sigma = np.full(len(depth), np.sqrt(np.log1p(schedule.sigma_fraction**2)))
        return Observed(depth, truth * np.exp(sigma * error), weight, sigma)
    sigma = schedule.sigma_fraction * typical
    return Observed(depth, truth + sigma * error, weight, sigma)


def _correlated_errors(n: int, schedule: Schedule, random: np.random.Generator) -> np.ndarray:
    """Draw errors (observation,) of ln carbon: the scale from its prior, part of the variance in common."""
    nu, rho = schedule.error_scale_weight, schedule.error_correlation
    scale = schedule.error_scale * np.sqrt(nu / random.chisquare(nu))
    own, common = random.standard_normal(n), random.standard_normal()
    return scale * (np.sqrt(1.0 - rho) * own + np.sqrt(rho) * common)
