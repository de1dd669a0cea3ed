"""The pooled prior on the synthetic teaching continent: ``python -m tests.recovery.pooled_prior_choice``.

Pools the posteriors of some sites; compares stocks of others, whose profiles end above 1.2 m, with the truth
under three priors.
"""

from __future__ import annotations

import numpy as np

from proda_core import assimilate, open_study, pooled_prior
from proda_core.records.posterior import Posterior
from proda_core.records.study import Study
from proda_core.soil_model.observation import stock
from proda_core.teaching import cache
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.parameters import Prior
from tests.recovery.error_scale_choice import BASE

POOLED, JUDGED, SHALLOW = 300, 120, 1.2  # sites, sites, m
STEPS = 5


def sites_of(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Sites to pool, and shallow ones to judge the prior by."""
    sites = np.random.default_rng(0).permutation(study.assimilable())
    rest = [i for i in sites[POOLED:] if study.profiles.usable_observations(int(i))[0].max() < SHALLOW]
    return np.sort(sites[:POOLED]), np.sort(rest[:JUDGED])


def report(name: str, found: Posterior, study: Study) -> None:
    """Print mean and median ratio of the posterior mean stock to the true one."""
    carbon = cache.truth()["carbon"].sel(site=found.sites).values
    for interval in SLICES:
        true = stock(carbon, study.forcing.grid, interval)
        mean = stock(found.ds["carbon_mean"].values, study.forcing.grid, interval)
        held = true > 0
        ratio = np.median(mean[held] / true[held])
        print(
            f"{name}, {interval} cm: {mean.mean() / true.mean():.2f} of the truth, median {ratio:.2f}",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    study = open_study("teaching")
    pooled, judged = sites_of(study)

    def of(sites: np.ndarray, prior: str | Prior) -> Posterior:
        return assimilate(study.profiles.select(sites), study.forcing, BASE, seed=1, prior=prior, workers=2)

    for name in ("proda", "informed"):
        report(name, of(judged, name), study)
    prior: str | Prior = "informed"
    for _ in range(STEPS):
        prior = pooled_prior(of(pooled, prior))
    report("pooled", of(judged, prior), study)


if __name__ == "__main__":
    main()
