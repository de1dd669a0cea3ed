"""Synthetic profiles for benchmarks: the model at random parameters times noise."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import interpolate
from proda_core.vocabulary.parameters import PRIORS

_DEPTHS = np.array([0.05, 0.15, 0.3, 0.5, 0.8, 1.2])  # m, as many as a median profile has
_NOISE = 0.4  # standard deviation of the logarithm


def synthetic_profiles(forcing: Forcing, seed: int, columns: int | None = None) -> Profiles:
    """A profile of six depths at every site of the forcing.

    columns : number of sites after which the forcing repeats; only these are solved
    """
    random, n = np.random.default_rng(seed), len(forcing)
    prior = PRIORS["proda"]
    unit = random.uniform(0.2, 0.8, (n, len(prior.names)))
    ready = steady_state.prepare(forcing.select(forcing.sites[: columns or n]))
    index = np.arange(n) % (columns or n)
    carbon = interpolate(
        steady_state.soc(ready, prior.full(prior.to_physical(unit)), index), _DEPTHS, ready.grid
    )
    carbon = np.maximum(carbon, 1.0) * np.exp(_NOISE * random.standard_normal(carbon.shape))
    place = ("profile", np.arange(n))
    ds = xr.Dataset(
        {
            "lon": ("profile", forcing.ds["lon"].values),
            "lat": ("profile", forcing.ds["lat"].values),
            "profile_id": place,
            "place": place,
            "row_size": ("profile", np.full(n, len(_DEPTHS))),
            "depth": ("observation", np.tile(_DEPTHS, n)),
            "carbon": ("observation", carbon.ravel()),
            "usable": ("observation", np.zeros(carbon.size, dtype=np.int8)),
        },
        coords={"profile": forcing.sites},
        attrs={"title": "Made-up profiles for benchmarks"},
    )
    return Profiles(ds)
