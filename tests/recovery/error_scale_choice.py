"""The prior of the error scale: ``PRODA_REAL_DATA=DIR python -m tests.recovery.error_scale_choice``.

Leaves one observation out at each of some real profiles, assimilates the others, and scores the logarithm of
the posterior predictive density of ln carbon at the one left out (A. Vehtari et al. 2017).
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from scipy.stats import multivariate_t

from proda_core.assimilation.chain import Case
from proda_core.assimilation.misfit import observed
from proda_core.assimilation.phases import evenly_spaced, run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import spec_of
from proda_core.records.study import Study
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import interpolate
from proda_core.sources import northeast
from proda_core.vocabulary.parameters import Prior

SITES, FEWEST, DRAWS = 160, 4, 200  # sites drawn, observations a profile needs, posterior draws averaged over
SCALES, WEIGHTS, CORRELATIONS = (0.2, 0.35, 0.55), (2.0, 4.0, 8.0), (0.0, 0.3, 0.6)
BASE = SCHEDULES["quick"].with_(
    name="choice",
    test_iterations=10_000,
    formal_iterations=16_000,
    errors="lognormal_estimated",
    weights="none",
)


def log_density(residuals: np.ndarray, schedule: Schedule) -> np.ndarray:
    """Log density of residuals (draw, observation) of ln carbon, their scale integrated out."""
    n, rho = residuals.shape[-1], schedule.error_correlation
    shape = schedule.error_scale**2 * ((1.0 - rho) * np.eye(n) + rho)
    return np.atleast_1d(multivariate_t(np.zeros(n), shape, schedule.error_scale_weight).logpdf(residuals))


def scores(
    study: Study,
    sites: np.ndarray,
    left_out: dict[int, int],
    schedule: Schedule,
    prior: str | Prior = "proda",
) -> np.ndarray:
    """Log predictive density of the observation left out at each site, (site,)."""
    forcing = study.forcing.select(sites)
    spec = spec_of(forcing, schedule, prior, None, 1)
    columns = steady_state.prepare(forcing, spec.settings)
    cases, profiles = [], {}
    for column, site in enumerate(map(int, sites)):
        if site in left_out:
            depth, carbon = study.profiles.usable_observations(site)
            used = np.arange(len(depth)) != left_out[site]
            cases.append(Case(site, column, observed(depth[used], carbon[used], schedule)))
            profiles[site] = depth, carbon, used
    found = []
    for chains in run_phases(Runner(SoilTarget(columns, spec.prior, schedule), schedule), cases, 1):
        depth, carbon, used = profiles[chains.case.site]
        unit = evenly_spaced(chains.posterior().reshape(1, -1, len(spec.prior.names)), DRAWS)[0]
        parameters = spec.prior.full(spec.prior.to_physical(unit))
        modelled = interpolate(
            steady_state.soc(columns, parameters, np.full(len(unit), chains.case.column)), depth, columns.grid
        )
        if (modelled <= 0).any():  # below bedrock
            continue
        residuals = np.log(modelled) - np.log(carbon)
        ratio = log_density(residuals, schedule) - log_density(residuals[:, used], schedule)
        found.append(logsumexp(ratio) - np.log(len(unit)))
    return np.array(found)


def main() -> None:
    """Print the mean score of every combination and its standard error."""
    study = northeast.load(Path(os.environ["PRODA_REAL_DATA"]) / "northeast")
    random = np.random.default_rng(0)
    sites = np.sort(random.choice(study.assimilable(), SITES, replace=False))
    counts = {int(site): len(study.profiles.usable_observations(int(site))[0]) for site in sites}
    left_out = {site: int(random.integers(1, n)) for site, n in counts.items() if n >= FEWEST}
    rows = []
    for weight, scale, correlation in itertools.product(WEIGHTS, SCALES, CORRELATIONS):
        choices = {"error_scale_weight": weight, "error_scale": scale, "error_correlation": correlation}
        found = scores(study, sites, left_out, BASE.with_(**choices))
        rows.append(choices | {"score": found.mean(), "se": found.std() / len(found) ** 0.5, "n": len(found)})
        print(pd.DataFrame(rows[-1:]).to_string(index=False, header=len(rows) == 1), flush=True)


if __name__ == "__main__":
    main()
