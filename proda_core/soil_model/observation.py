"""Observation operators: carbon at a depth, stocks of an interval, totals of a region.

Linear operators are given as weight matrices too, so that others (a cost, a gradient, a torch
network) can apply them without this module.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.interpolate import PchipInterpolator

from proda_core.records.checks import InputError, expect, one_of
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.soil_layers import LayerGrid

METHODS: tuple[str, ...] = ("linear", "pchip")
GRAMS_PER_KILOGRAM = 1e3
GRAMS_PER_PETAGRAM = 1e15


def interpolation_weights(depth: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Return weights of the layers in the carbon at each depth, (observation, layer) [1]; rows add up to 1.

    Linear between nodes; above the first and below the last node their value [ch37].

    >>> from proda_core.vocabulary.soil_layers import GRIDS
    >>> interpolation_weights([0.0, 0.025], GRIDS["clm5_20"])[:, :3].round(3).tolist()
    [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
    """
    depth = _checked_depth(depth)
    node = grid.layer_node
    position = np.interp(depth, node, np.arange(grid.size, dtype=float))
    above = np.minimum(position.astype(int), grid.size - 2)
    weights = np.zeros((depth.size, grid.size))
    rows = np.arange(depth.size)
    weights[rows, above] = 1.0 - (position - above)
    weights[rows, above + 1] = position - above
    return weights


def horizon_weights(top: np.ndarray, bottom: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Return weights of the layers in the mean carbon of each horizon, (observation, layer) [1].

    The share of the horizon that lies in each layer, so that the mean is the exact integral of the layers'
    carbon over the thickness; rows add up to 1. Below the column the last layer's carbon continues.

    >>> from proda_core.vocabulary.soil_layers import GRIDS
    >>> horizon_weights([0.0, 0.04], [0.02, 0.12], GRIDS["clm5_20"])[:, :3].round(3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.25, 0.75]]
    """
    top, bottom = _checked_depth(top), _checked_depth(bottom)
    thin = ~(bottom > top)
    expect(not thin.any(), f"horizon: expected bottoms below tops, found {bottom[thin][:1]}")
    ends = np.concatenate([[0.0], grid.layer_bottom[:-1], [np.inf]])
    shared = np.minimum(ends[1:], bottom[:, None]) - np.maximum(ends[:-1], top[:, None])
    return np.maximum(shared, 0.0) / (bottom - top)[:, None]


def interpolate(
    profile: np.ndarray, depth: np.ndarray, grid: LayerGrid, method: str = "linear"
) -> np.ndarray:
    """Return carbon at the given depths from carbon in layers: (..., layer) -> (..., observation).

    ``linear`` between nodes is the default; ``pchip`` is smooth and keeps what is monotone
    monotone [PRODA]. Both are clamped at the first and last node.
    """
    one_of(method, METHODS, "interpolation method")
    profile, depth = _checked_profile(profile, grid), _checked_depth(depth)
    if method == "linear":
        return profile @ interpolation_weights(depth, grid).T
    node = grid.layer_node
    return PchipInterpolator(node, profile, axis=-1)(np.clip(depth, node[0], node[-1]))


def stock_weights(grid: LayerGrid, intervals: tuple[str, ...] | None = None) -> np.ndarray:
    """Return thickness that each layer shares with each interval, (interval, layer) [m].

    >>> from proda_core.vocabulary.soil_layers import GRIDS
    >>> stock_weights(GRIDS["clm5_20"], ("0-30",))[0, :6].round(2).tolist()
    [0.02, 0.04, 0.06, 0.08, 0.1, 0.0]
    """
    bottom = grid.layer_bottom
    top = bottom - grid.thickness
    chosen = tuple(INTERVALS) if intervals is None else intervals
    bounds = np.array([INTERVALS[one_of(name, INTERVALS, "depth interval")] for name in chosen])
    shared = np.minimum(bottom, bounds[:, 1:]) - np.maximum(top, bounds[:, :1])
    return np.maximum(shared, 0.0)


def stock(profile: np.ndarray, grid: LayerGrid, interval: str) -> np.ndarray:
    """Return the carbon stock of a depth interval, (..., layer) [gC m-3] -> (...) [kgC m-2].

    The exact integral of the layers' carbon; a layer counts as far as it lies in the interval.
    """
    weights = stock_weights(grid, (interval,))[0]
    return _checked_profile(profile, grid) @ weights / GRAMS_PER_KILOGRAM


def total(stock: xr.DataArray | np.ndarray, cell_area, land_fraction) -> float | xr.DataArray:
    """Return carbon of a region [PgC]: sum of stock [kgC m-2] x cell area [m2] x land fraction [1].

    Summed over the last dimension (named ``cell`` or ``site`` in a DataArray); missing cells count
    for nothing.

    >>> float(total(np.array([10.0, 20.0]), np.array([1e12, 1e12]), np.array([1.0, 0.5])))
    20.0
    """
    carbon = stock * cell_area * land_fraction * (GRAMS_PER_KILOGRAM / GRAMS_PER_PETAGRAM)
    if isinstance(carbon, xr.DataArray):
        dimension = next(d for d in ("cell", "site") if d in carbon.dims)
        return carbon.sum(dimension).assign_attrs(units="PgC", long_name="total carbon")
    return np.nansum(carbon, axis=-1)


def _checked_depth(depth) -> np.ndarray:
    depth = np.atleast_1d(np.asarray(depth, dtype=float))
    bad = depth[~(np.isfinite(depth) & (depth >= 0))]
    expect(bad.size == 0, f"depth: expected metres below the surface, at least 0, found {bad[:1]}")
    return depth


def _checked_profile(profile, grid: LayerGrid) -> np.ndarray:
    profile = np.asarray(profile, dtype=float)
    if profile.ndim == 0 or profile.shape[-1] != grid.size:
        raise InputError(f"profile: expected {grid.size} layers of {grid.name}, found shape {profile.shape}")
    return profile
