"""Pairs of modelled and observed values: one row per observation, one column per method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.comparison.observed_stocks import measured_stocks
from proda_core.records.checks import expect
from proda_core.records.profiles import Profiles
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, interpolation_weights, stock_weights
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.soil_layers import LayerGrid

_KEYS = ("site", "depth", "interval", "observed", "extrapolated")
Carbon = Mapping[str, xr.DataArray]  # method -> soil organic carbon (site, layer) [gC m-3]


def densities(profiles: Profiles, carbon: Carbon, grid: LayerGrid) -> pd.DataFrame:
    """One row per usable observation: site, depth [m], observed and one column per method [kgC m-3].

    The model is interpolated to the mid-depth of the observation, linearly between layer nodes. Methods
    without a value at a site have NaN there.
    """
    usable = profiles.ds["usable"].values == 0
    site = profiles.site_of_observation[usable]
    depth = profiles.ds["depth"].values[usable]
    weights = interpolation_weights(depth, grid) if len(depth) else np.zeros((0, grid.size))
    table = {"site": site, "depth": depth, "observed": profiles.ds["carbon"].values[usable]}
    for method, values in carbon.items():
        table[method] = (weights * _at(values, site, method)).sum(axis=1)
    frame = pd.DataFrame(table)
    frame[["observed", *carbon]] /= GRAMS_PER_KILOGRAM
    return frame


def interval_stocks(profiles: Profiles, carbon: Carbon, grid: LayerGrid) -> pd.DataFrame:
    """One row per site and interval that its horizons cover: site, interval, observed, methods [kgC m-2].

    Observed stocks follow the rules of :mod:`proda_core.comparison.observed_stocks`, with the share of the
    interval that is ``extrapolated``; modelled ones are the exact integral of the layers.
    """
    frame = measured_stocks(profiles)
    number = {name: i for i, name in enumerate(INTERVALS)}
    frame = frame.sort_values("interval", key=lambda c: c.map(number), kind="stable", ignore_index=True)
    weights = stock_weights(grid)[frame["interval"].map(number).to_numpy(dtype=int)] / GRAMS_PER_KILOGRAM
    for method, values in carbon.items():
        frame[method] = (weights * _at(values, frame["site"].to_numpy(), method)).sum(axis=1)
    return frame


def methods(frame: pd.DataFrame) -> list[str]:
    """Names of the columns of methods."""
    return [name for name in frame.columns if name not in _KEYS]


def _at(values: xr.DataArray, sites: np.ndarray, method: str) -> np.ndarray:
    """Rows (n, layer) of a method's carbon for these sites, NaN where it has none."""
    expect(
        {"site", "layer"} <= set(values.dims),
        f"carbon of {method}: expected dimensions site and layer, found {values.dims}",
    )
    return values.transpose("site", "layer").reindex(site=np.unique(sites)).sel(site=sites).values
