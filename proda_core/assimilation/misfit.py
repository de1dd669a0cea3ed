"""The cost J of a profile: its observations, their weights and the model of their errors.

J = sum_i w_i (mod_i - obs_i)^2 / (2 sigma_i^2) [PRODA]; the target density is exp(-J) times the prior.
With an estimated scale, J = (nu + n) / 2 ln(1 + r' R^-1 r / (nu s^2)), where r = ln mod - ln obs and
R = (1 - rho) I + rho 1 1'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from proda_core.assimilation.schedules import Schedule
from proda_core.records.bedrock import soil_bottom
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.horizons import usable_horizons
from proda_core.records.profiles import Profiles
from proda_core.soil_model.observation import horizon_weights, interpolate
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.soil_layers import LayerGrid

Bounds = tuple[np.ndarray, np.ndarray]  # tops and bottoms of horizons, each (observation,) [m]
THINNEST = 1e-3  # m, of a horizon above bedrock that is still compared


@dataclass(frozen=True, eq=False)
class Observed:
    """The observations of one site that enter its cost, each (observation,).

    depth [m], carbon [gC m-3], weight [1], sigma [gC m-3, or of ln carbon with lognormal errors]
    power, coupling : of an estimated scale; J = power ln(1 + S), S = sum d^2 - coupling (sum d)^2 with
        d = (ln mod - ln obs) / (sqrt(2) sigma)
    top, bottom : of the horizons [m], for operator horizon; NaN where the profile does not give them
    """

    depth: np.ndarray
    carbon: np.ndarray
    weight: np.ndarray
    sigma: np.ndarray
    power: float = 0.0
    coupling: float = 0.0
    top: np.ndarray | None = None
    bottom: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name in ("top", "bottom"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, np.full(len(self.depth), np.nan))

    def __len__(self) -> int:
        return len(self.depth)


def horizon_bounds(profiles: Profiles, site: int) -> Bounds:
    """Return the bounds of the usable observations of one site, NaN where the profile does not give them."""
    found = usable_horizons(profiles, site)
    return tuple(np.where(found.derived, np.nan, bound) for bound in (found.top, found.bottom))


def observed_at(profiles: Profiles, site: int, schedule: Schedule, bedrock: float = np.inf) -> Observed:
    """Return the usable observations of one site, with horizons where the schedule's operator needs them.

    bedrock : its depth in the model [m]: horizons end there, and those below are left out
    """
    if schedule.operator != "horizon":
        return observed(*profiles.usable_observations(site), schedule)
    inside, bounds = horizons_in_soil(profiles, site, bedrock)
    return observed(*profiles.usable_observations(site), schedule, inside, bounds)


def soil_bottoms(forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return how deep the model holds carbon, shape (site,) [m]; infinite where nothing closes a column."""
    return soil_bottom(forcing) if settings.bedrock == "closed" else np.full(len(forcing), np.inf)


def horizons_in_soil(profiles: Profiles, site: int, bedrock: float) -> tuple[np.ndarray, Bounds]:
    """Return whether horizons (observation,) begin above the bedrock of the model, 1 or 0, and their bounds.

    The model holds no carbon below; a horizon that crosses it is observed above it. Observations without
    bounds are flagged by their mid-depth already.
    """
    top, bottom = horizon_bounds(profiles, site)
    inside = np.isnan(top) | (top < bedrock - THINNEST)
    return inside.astype(float), (top, np.minimum(bottom, bedrock))


def observed(
    depth: np.ndarray,
    carbon: np.ndarray,
    schedule: Schedule,
    factor: np.ndarray | None = None,
    bounds: Bounds | None = None,
) -> Observed:
    """Return the observations of one site with their weights; zero, negative or missing ones are left out.

    factor : (observation,) multiplies the weight that the schedule gives each observation, 1 where it is
        not given; 0 removes an observation from the cost and does not change the weights of the others
    bounds : of the horizons, NaN where not known

    >>> from proda_core.assimilation.schedules import SCHEDULES
    >>> observed(np.array([0.1, 0.5, 1.0]), np.array([3e4, 0.0, 2e3]), SCHEDULES["chapter"]).sigma
    array([18000.,  1200.])
    """
    depth, carbon = np.asarray(depth, dtype=float), np.asarray(carbon, dtype=float)
    factor = np.ones(len(depth)) if factor is None else _factors(factor, len(depth))
    enters = np.isfinite(depth) & (depth >= 0) & np.isfinite(carbon) & (carbon > 0)
    weight = np.zeros(len(depth))
    weight[enters] = weights(depth[enters], schedule) * factor[enters]
    enters &= factor > 0
    found = _with_errors(depth[enters], carbon[enters], weight[enters], schedule)
    if bounds is None:
        return found
    top, bottom = (np.asarray(bound, dtype=float)[enters] for bound in bounds)
    return replace(found, top=top, bottom=bottom)


def _with_errors(depth: np.ndarray, carbon: np.ndarray, weight: np.ndarray, schedule: Schedule) -> Observed:
    """Return observations with the error model of the schedule."""
    if schedule.errors == "lognormal_estimated":
        return _with_estimated_scale(depth, carbon, weight, schedule)
    if schedule.errors == "lognormal":
        # the log-normal distribution whose coefficient of variation is the fraction
        sigma = np.full(len(carbon), np.sqrt(np.log1p(schedule.sigma_fraction**2)))
    else:
        sigma = schedule.sigma_fraction * carbon
    return Observed(depth, carbon, weight, sigma)


def _with_estimated_scale(
    depth: np.ndarray, carbon: np.ndarray, weight: np.ndarray, schedule: Schedule
) -> Observed:
    """Return observations whose error scale is integrated out under its scaled inverse chi-square prior.

    With nu = error_scale_weight, s = error_scale, rho = error_correlation and n observations, the residuals
    r of ln carbon have a multivariate t density, proportional to (1 + r' R^-1 r / (nu s^2))^(-(nu + n) / 2),
    and R^-1 = (I - rho / (1 - rho + n rho) 1 1') / (1 - rho) (Sherman and Morrison 1950).
    """
    n, nu, rho = len(carbon), schedule.error_scale_weight, schedule.error_correlation
    sigma = np.full(n, schedule.error_scale * np.sqrt(nu * (1.0 - rho) / 2.0))
    power = power_of(n, schedule) if n else 0.0
    return Observed(depth, carbon, weight, sigma, power, rho / (1.0 - rho + n * rho))


def power_of(count: int, schedule: Schedule) -> float:
    """Return the exponent (nu + n) / 2 of a likelihood with estimated scale of ``count`` observations."""
    return (schedule.error_scale_weight + count) / 2.0


def _factors(factor: np.ndarray, count: int) -> np.ndarray:
    factor = np.asarray(factor, dtype=float)
    expect(factor.shape == (count,), f"factor: expected {count} numbers, found shape {factor.shape}")
    good = np.isfinite(factor) & (factor >= 0)
    expect(bool(good.all()), f"factor: expected numbers from 0 on, found {factor[~good][:3]}")
    return factor


def weights(depth: np.ndarray, schedule: Schedule) -> np.ndarray:
    """Return the weight of each observation, shape (observation,) [1]: see :class:`Schedule`."""
    if schedule.weights == "none" or len(depth) == 0:
        return np.ones(len(depth))
    if schedule.weights == "rank":
        return np.exp(-np.argsort(np.argsort(depth, kind="stable")).astype(float))
    weight = np.exp(-np.abs(depth))
    weight[[np.argmin(depth), np.argmax(depth)]] = schedule.end_weight
    return weight


def modelled(
    profile: np.ndarray, depth: np.ndarray, bounds: Bounds, grid: LayerGrid, operator: str
) -> np.ndarray:
    """Return modelled observations (..., observation) [gC m-3] of carbon (..., layer) [gC m-3].

    bounds : for operator horizon; where they are NaN, carbon is interpolated linearly to the mid-depth
    """
    if operator != "horizon":
        return interpolate(profile, depth, grid, operator)
    found, known = interpolate(profile, depth, grid), np.isfinite(bounds[0])
    weights = horizon_weights(*(bound[known] for bound in bounds), grid)
    found[..., known] = np.asarray(profile, dtype=float) @ weights.T
    return found


def cost(profile: np.ndarray, site: Observed, grid: LayerGrid, schedule: Schedule) -> np.ndarray:
    """Return J of modelled carbon (..., layer) [gC m-3], shape (...): the equation in plain NumPy.

    The compiled target computes the same number; the tests hold one against the other.
    """
    found = modelled(profile, site.depth, (site.top, site.bottom), grid, schedule.operator)
    if schedule.errors == "lognormal_estimated":
        scaled = np.sqrt(site.weight / 2.0) * (np.log(found) - np.log(site.carbon)) / site.sigma
        square = np.sum(scaled**2, axis=-1) - site.coupling * np.sum(scaled, axis=-1) ** 2
        return site.power * np.log1p(square)
    if schedule.errors == "lognormal":
        difference = np.log(found) - np.log(site.carbon)
    else:
        difference = found - site.carbon
    return np.sum(site.weight * difference**2 / (2.0 * site.sigma**2), axis=-1)


def efficiency(modelled: np.ndarray, carbon: np.ndarray) -> float:
    """Return modelling efficiency, E = 1 - sum (obs - mod)^2 / sum (obs - mean obs)^2 (37.3), or NaN.

    >>> efficiency(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    1.0
    """
    spread = np.sum((carbon - carbon.mean()) ** 2)
    return float(1.0 - np.sum((carbon - modelled) ** 2) / spread) if spread > 0 else float("nan")
