"""Stocks measured on horizons are those that were planted: what is integrated, is known here."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.comparison.observed_stocks import measured_stocks
from proda_core.records.horizons import horizons
from proda_core.records.profiles import Profiles
from proda_core.soil_model.observation import interpolation_weights
from proda_core.teaching.forcing import GRID
from proda_core.vocabulary.depth_intervals import INTERVALS, SLICES

STEP = 0.005  # m
DEPTHS = np.arange(0, 4 + STEP / 2, STEP)


@pytest.fixture(scope="module")
def cumulative(world) -> np.ndarray:
    """Planted carbon (site, depth) [gC m-2] from the surface to DEPTHS, without structural error."""
    middle = (DEPTHS[1:] + DEPTHS[:-1]) / 2
    density = world.truth["carbon"].values[:1500] @ interpolation_weights(middle, GRID).T
    return np.concatenate([np.zeros((len(density), 1)), np.cumsum(density * STEP, axis=1)], axis=1)


def at(cumulative: np.ndarray, site: np.ndarray, depth: np.ndarray) -> np.ndarray:
    return np.array([np.interp(d, DEPTHS, cumulative[s]) for s, d in zip(site, depth)])


@pytest.fixture(scope="module")
def sampled(world, cumulative) -> Profiles:
    """The profiles of the continent, each horizon with the mean density of what was planted in it."""
    profiles = world.study.profiles.select(world.study.sites[: len(cumulative)])
    found, site = horizons(profiles), profiles.site_of_observation
    mass = at(cumulative, site, found.bottom) - at(cumulative, site, found.top)
    variables = {"top": found.top, "bottom": found.bottom, "carbon": mass / (found.bottom - found.top)}
    return Profiles(profiles.ds.assign({name: ("observation", v) for name, v in variables.items()}))


@pytest.mark.parametrize("interval", SLICES)
def test_stocks_of_horizons_are_the_planted_ones(sampled, cumulative, interval):
    # found: mean error -0.1, 0.1 and 0.3 %, root mean square 0.6, 0.9 and 0.9 % of the mean
    low, high = INTERVALS[interval]
    found = measured_stocks(sampled).query("interval == @interval")
    site = found["site"].to_numpy()
    ends = [at(cumulative, site, np.full(len(site), depth)) for depth in (low, high)]
    planted = (ends[1] - ends[0]) / 1000
    off = (found["observed"].to_numpy() - planted) / planted.mean()
    assert abs(off.mean()) < 0.005 and np.sqrt(np.mean(off**2)) < 0.015


def test_a_quarter_of_the_profiles_has_a_stock_to_two_metres(world):
    # where horizons had to be below the deepest mid-depth, it was a twentieth
    found = measured_stocks(world.study.profiles)
    share = found["interval"].value_counts() / len(world.study.profiles)
    assert share["0-30"] > 0.9 and share["0-100"] > 0.65 and share["0-200"] > 0.2
    assert found.groupby("interval")["extrapolated"].mean().max() < 0.1
