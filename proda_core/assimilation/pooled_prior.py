"""A prior estimated from the posteriors of many profiles (empirical Bayes)."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from scipy.special import ndtri

from proda_core.records.checks import expect
from proda_core.records.posterior import Posterior
from proda_core.vocabulary.parameters import Prior

_INSIDE = 1e-9  # of the unit cube; stored draws are rounded and may be at a bound


def pooled_prior(posterior: Posterior, name: str = "pooled") -> Prior:
    """Return the prior under which the parameters of the sites of ``posterior`` are draws of one population.

    Location and scale of each parameter are mean and standard deviation of the normal scores of all draws of
    all kept sites: the step of the EM algorithm for a normal population (A. P. Dempster et al. 1977). The
    likelihood of the population rises with every step: assimilate again under the prior returned, and pool
    again, until it no longer changes. A parameter that no profile informs keeps the prior it had.

    Raises InputError without two kept sites with draws. Do not assimilate the same sites to judge the prior:
    leave some out.
    """
    prior = posterior.prior
    expect("draws" in posterior.ds, "pooled prior: expected the draws of every site, found none")
    kept = posterior.select(posterior.trained())
    expect(len(kept) >= 2, f"pooled prior: expected at least two kept sites, found {len(kept)}")
    draws = kept.ds["draws"].transpose("site", "chain", "draw", "parameter").values.astype(float)
    flat = draws.reshape(-1, draws.shape[-1])
    flat = flat[np.isfinite(flat).all(axis=1)]
    scores = ndtri(np.clip(prior.to_unit(flat), _INSIDE, 1.0 - _INSIDE))
    pairs = zip(scores.mean(axis=0).tolist(), scores.std(axis=0).tolist(), strict=True)
    return Prior(
        name,
        f"pooled from {len(kept)} sites assimilated under the prior {prior.name}",
        prior.bounds,
        MappingProxyType(dict(zip(prior.names, pairs, strict=True))),
    )
