"""Observations below the bedrock of the model's column, where it holds no carbon at all."""

from __future__ import annotations

import numpy as np

from proda_core.records.forcing import Forcing
from proda_core.records.profiles import BELOW_BEDROCK, Profiles


def is_below_bedrock(profiles: Profiles, forcing: Forcing) -> np.ndarray:
    """Return whether the model is exactly 0 at each observation's mid-depth, shape (observation,).

    Where the column is closed at bedrock, no carbon gets below the deepest of its twelve monthly layers
    ``nbedrock``. Interpolated linearly between nodes, the model is 0 from the first node below it. Sites
    without forcing have no bedrock.
    """
    grid, sites = forcing.grid, profiles.site_of_observation
    layers = forcing.ds["nbedrock"].fillna(grid.size).max("month").astype(float)
    layers = layers.reindex(site=profiles.sites, fill_value=grid.size).sel(site=sites).values
    node = np.interp(profiles.ds["depth"].values, grid.layer_node, np.arange(grid.size, dtype=float))
    return np.floor(node) >= np.floor(layers)


def soil_bottom(forcing: Forcing) -> np.ndarray:
    """Return how deep the closed column holds carbon, shape (site,) [m]; infinite without bedrock.

    The interface under the deepest of the twelve monthly layers ``nbedrock``.
    """
    grid = forcing.grid
    layers = forcing.ds["nbedrock"].fillna(grid.size).max("month").values.astype(int)
    interface = grid.layer_bottom[np.clip(layers, 1, grid.size) - 1]
    return np.where(layers < grid.size, interface, np.inf)


def with_bedrock_flags(profiles: Profiles, forcing: Forcing, *, closed: bool = True) -> Profiles:
    """Return the profiles with observations below bedrock flagged; the same object where nothing changes.

    closed : whether the model's column ends at bedrock; where it does not, such flags are lifted
    """
    usable = profiles.ds["usable"].values
    lifted = np.where(usable == BELOW_BEDROCK, 0, usable)
    below = is_below_bedrock(profiles, forcing) if closed else np.zeros(len(usable), dtype=bool)
    flags = np.where(below & (lifted == 0), BELOW_BEDROCK, lifted).astype(usable.dtype)
    if (flags == usable).all():
        return profiles
    return Profiles(profiles.ds.assign(usable=profiles.ds["usable"].copy(data=flags)))


def bedrock_sentence(profiles: Profiles) -> str:
    """Return how many observations are left out because of bedrock; "" where there are none."""
    below = profiles.ds["usable"].values == BELOW_BEDROCK
    if not below.any():
        return ""
    sites = len(np.unique(profiles.site_of_observation[below]))
    return (
        f"{int(below.sum()):,} observations of {sites:,} profiles lie below the bedrock of the model column,"
        " where it holds no carbon, and are left out"
    )
