"""Horizons of observations: their bounds as the source gives them, else derived from mid-depths.

Derived bounds are contiguous from the surface, ``bottom = 2 depth - top``, where every one of them comes to
lie between its own mid-depth and the next: so they come back exactly where a profile was sampled without
gaps. Otherwise they are halfway between neighbouring mid-depths, and the last horizon is as thick below its
middle as above. Given horizons stay as they are, also where they overlap or leave gaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.records.profiles import Profiles

SURFACE_DEPTH = 0.15  # m, deepest mid-depth of a first horizon that is taken to begin at the surface
THICKEST = 1.0  # m, of a derived horizon
_BELOW_COLUMN = 4  # of the flags of an observation; such depths are often mistakes


@dataclass(frozen=True, eq=False)
class Horizons:
    """Top and bottom (observation,) [m] of observations, and which are derived from mid-depths.

    NaN where nothing can be derived: at a depth that is not positive or lies below the soil column, and for
    a single observation deeper than :data:`SURFACE_DEPTH`.
    """

    top: np.ndarray
    bottom: np.ndarray
    derived: np.ndarray

    def __getitem__(self, part) -> Horizons:
        return Horizons(self.top[part], self.bottom[part], self.derived[part])


def horizons(profiles: Profiles) -> Horizons:
    """Return the horizons of all observations of all profiles, in their order."""
    ds = profiles.ds
    depth = ds["depth"].values
    top, bottom = (ds[name].values.astype(float) if name in ds else None for name in ("top", "bottom"))
    if top is None or bottom is None:
        top, bottom = np.full(len(depth), np.nan), np.full(len(depth), np.nan)
    known = (depth > 0) & (ds["usable"].values != _BELOW_COLUMN)
    end = np.cumsum(ds["row_size"].values)
    parts = [
        _completed(depth[part], top[part], bottom[part], known[part])
        for part in map(slice, end - ds["row_size"].values, end)
    ]
    nothing = np.zeros(0)
    tops, bottoms = ([part[i] for part in parts] for i in range(2))
    return Horizons(
        np.concatenate([nothing, *tops]), np.concatenate([nothing, *bottoms]), np.isnan(top) & known
    )


def usable_horizons(profiles: Profiles, site: int) -> Horizons:
    """Return the horizons of the usable observations of one site."""
    one = profiles.select([site])
    return horizons(one)[one.ds["usable"].values == 0]


def derived_bounds(depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return top and bottom (observation,) [m] of horizons with these mid-depths (observation,) [m], above 0.

    >>> derived_bounds(np.array([0.1, 0.3, 0.7]))  # sampled without gaps: 0-20, 20-40, 40-100 cm
    (array([0. , 0.2, 0.4]), array([0.2, 0.4, 1. ]))
    >>> derived_bounds(np.array([0.1, 0.15, 0.65]))  # 0-20 cm would hold the second: halfway
    (array([0.   , 0.125, 0.4  ]), array([0.125, 0.4  , 0.9  ]))
    """
    middle, where = np.unique(np.asarray(depth, float), return_inverse=True)
    edges = _contiguous(middle)
    if edges is None:
        edges = _halfway(middle)
    half = THICKEST / 2
    return np.maximum(edges[:-1], middle - half)[where], np.minimum(edges[1:], middle + half)[where]


def _contiguous(middle: np.ndarray) -> np.ndarray | None:
    """Edges (n + 1,) of horizons from the surface without gaps; None where they contradict the middles."""
    if len(middle) == 0 or middle[0] > SURFACE_DEPTH:
        return None
    edges = [0.0]
    for depth in middle:
        edges.append(round(2 * depth - edges[-1], 9))
    found, tolerance = np.array(edges), 1e-6
    inside = (found[:-1] < middle - tolerance).all() and (found[1:-1] < middle[1:] - tolerance).all()
    return found if inside and np.diff(found).max() <= THICKEST else None


def _halfway(middle: np.ndarray) -> np.ndarray:
    """Edges (n + 1,) halfway between neighbouring middles; NaN at the ends of a single deep one."""
    if len(middle) < 2:
        return np.full(len(middle) + 1, np.nan)
    inner = (middle[1:] + middle[:-1]) / 2
    first = max(2 * middle[0] - inner[0], middle[0] - SURFACE_DEPTH)
    first = 0.0 if middle[0] <= SURFACE_DEPTH else first
    return np.concatenate([[first], inner, [2 * middle[-1] - inner[-1]]])


def _completed(
    depth: np.ndarray, top: np.ndarray, bottom: np.ndarray, known: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return given bounds with the missing ones derived, and trimmed where a given horizon lies beside."""
    given = ~np.isnan(top)
    missing = known & ~given
    if not missing.any():
        return top, bottom
    new_top, new_bottom = top.copy(), bottom.copy()
    new_top[missing], new_bottom[missing] = (part[missing[known]] for part in derived_bounds(depth[known]))
    for i in np.flatnonzero(missing) if given.any() else ():
        above = given & (bottom <= depth[i]) & (bottom > new_top[i])
        below = given & (top >= depth[i]) & (top < new_bottom[i])
        new_top[i] = bottom[above].max(initial=new_top[i])
        new_bottom[i] = top[below].min(initial=new_bottom[i])
    return new_top, new_bottom
