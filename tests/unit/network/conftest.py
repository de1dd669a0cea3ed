"""A made-up world in which the parameters follow from the covariates by a known smooth rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr

from proda_core.network.settings import PRESETS, NetworkSettings
from proda_core.network.split import split
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.vocabulary.parameters import PRIORS

SITES, CODES = 120, 4


@dataclass(frozen=True)
class World:
    """Covariates, posterior, profiles and split of the same sites, and the true parameters (unit cube)."""

    covariates: Covariates
    posterior: Posterior
    profiles: Profiles
    split: xr.Dataset
    truth: np.ndarray

    @property
    def brief(self) -> NetworkSettings:
        """Settings that train in a second."""
        return PRESETS["modern"].changed(max_epochs=60, patience=60, hidden=(32,), learning_rate=5e-3)


def covariates_of(numbers: np.ndarray, codes: np.ndarray) -> Covariates:
    """Covariates a, b, c, ... and one category ``kind``."""
    site = np.arange(len(numbers))
    ds = xr.Dataset(coords={"site": site})
    for j in range(numbers.shape[1]):
        ds["abcdefgh"[j]] = ("site", numbers[:, j], {"units": "1"})
    flags = {"flag_values": list(range(CODES + 2)), "flag_meanings": "k0 k1 k2 k3 k4 k5"}
    ds["kind"] = ("site", codes, flags)
    return Covariates(ds)


def posterior_of(draws: np.ndarray, verdict: np.ndarray) -> Posterior:
    """A posterior of draws (site, chain, draw, parameter) in the unit cube."""
    prior = PRIORS["proda"]
    physical = prior.to_physical(draws)
    return Posterior(
        xr.Dataset(
            {
                "draws": (("site", "chain", "draw", "parameter"), physical),
                "mean": (("site", "parameter"), physical.mean(axis=(1, 2))),
                "sd": (("site", "parameter"), physical.std(axis=(1, 2))),
                "verdict": ("site", verdict),
            },
            coords={"site": np.arange(len(draws)), "parameter": list(prior.names)},
            attrs={"prior": prior.name},
        )
    )


def profiles_of(lon: np.ndarray, lat: np.ndarray) -> Profiles:
    """Two observations a profile; sites with the same coordinates share a place."""
    n = len(lon)
    place = np.unique(np.stack([lon, lat], axis=1), axis=0, return_inverse=True)[1].ravel()
    return Profiles(
        xr.Dataset(
            {
                "lon": ("profile", lon),
                "lat": ("profile", lat),
                "profile_id": ("profile", np.arange(n)),
                "place": ("profile", place),
                "row_size": ("profile", np.full(n, 2)),
                "depth": ("observation", np.tile([0.1, 0.5], n)),
                "carbon": ("observation", np.full(2 * n, 1e4)),
                "usable": ("observation", np.zeros(2 * n, dtype=np.int8)),
            },
            coords={"profile": np.arange(n)},
        )
    )


@pytest.fixture(scope="session")
def world() -> World:
    """120 sites; every twentieth was rejected by assimilation."""
    rng = np.random.default_rng(7)
    numbers, codes = rng.normal(size=(SITES, 3)), rng.integers(0, CODES, SITES)
    slope, shift = rng.normal(size=(3, 21)), rng.normal(size=(CODES, 21))
    truth = 1 / (1 + np.exp(-0.5 * (numbers @ slope + shift[codes])))
    draws = np.clip(truth[:, None, None] + 0.05 * rng.normal(size=(SITES, 2, 40, 21)), 0.001, 0.999)
    numbers[rng.random(numbers.shape) < 0.03] = np.nan
    verdict = np.where(np.arange(SITES) % 20 == 0, 1, 0)
    lon = -75 + 0.1 * rng.integers(0, 12, SITES)
    lat = 42 + 0.1 * rng.integers(0, 12, SITES)
    profiles = profiles_of(lon, lat)
    return World(
        covariates_of(numbers, codes),
        posterior_of(draws, verdict),
        profiles,
        split(profiles, seed=1, validation=0.2),
        truth,
    )
