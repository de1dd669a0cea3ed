"""Claims about the draws that make the batch product: a thousand, at random, the same for one seed."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.assimilation.phases import randomly_drawn
from proda_core.mapping.soil_carbon import BATCH_DRAWS, batch_draws
from proda_core.records.posterior import Posterior
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]
STORED = 4000


def batch(seed: int, stored: int = STORED) -> Posterior:
    """A batch of one chain whose draw i is i / stored of the way through the prior."""
    share = (np.arange(stored) + 0.5) / stored
    physical = PRIOR.to_physical(np.repeat(share[:, None], len(PRIOR.names), axis=1))[None, None]
    data = {
        "draws": (("site", "chain", "draw", "parameter"), physical),
        "mean": (("site", "parameter"), physical.mean(axis=(1, 2))),
        "sd": (("site", "parameter"), physical.std(axis=(1, 2))),
        "verdict": ("site", [0]),
        "chosen_chain": ("site", [0]),
    }
    coords = {"site": [-1], "parameter": list(PRIOR.names)}
    return Posterior(xr.Dataset(data, coords=coords, attrs={"prior": "proda", "seed": seed}))


def positions(found: xr.DataArray, stored: int = STORED) -> np.ndarray:
    unit = PRIOR.to_unit(found.transpose("draw", "parameter").values)[:, 0]
    return np.round(unit * stored - 0.5).astype(int)


def test_a_thousand_draws_are_taken_at_random_without_replacement() -> None:
    chosen = positions(batch_draws(batch(seed=1)))
    assert len(set(chosen)) == len(chosen) == BATCH_DRAWS == 1000
    gaps = np.diff(chosen)  # evenly spaced ones have a gap of 4 everywhere; random ones are geometric
    assert gaps.min() == 1 and gaps.std() == pytest.approx(3.5, abs=0.7)


def test_the_seed_of_the_assimilation_decides_them() -> None:
    first, again, other = (positions(batch_draws(batch(seed))) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_a_quick_batch_has_two_hundred_and_all_are_used() -> None:
    assert positions(batch_draws(batch(3, stored=200)), 200).tolist() == list(range(200))


def test_stored_draws_are_random_ones_of_each_chain_in_their_order() -> None:
    chains = np.stack([np.arange(5000.0), np.arange(5000.0)])[:, :, None]
    found = randomly_drawn(chains, 1000, seed=4)[:, :, 0]
    assert found.shape == (2, 1000) and (np.diff(found, axis=1) > 0).all()
    assert np.diff(found, axis=1).std() > 3 and not np.array_equal(*found)
    assert np.array_equal(randomly_drawn(chains, 1000, seed=4)[:, :, 0], found)
    assert np.array_equal(randomly_drawn(chains, 5000, seed=4), chains)
