"""Splits of sites into training, validation (early stopping) and test: a Dataset ``split(profile)``.

Sites that share coordinates share covariates and forcing. A random split that separates them
leaks test data into training; so by default places stay together.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from sklearn.cluster import KMeans
from sklearn.model_selection import GroupKFold, GroupShuffleSplit

from proda_core.records.checks import expect, one_of
from proda_core.records.profiles import Profiles

PARTS: tuple[str, ...] = ("train", "validation", "test")
BY: tuple[str, ...] = ("place", "site", "block")
BLOCK_SIZE = 0.5  # degrees; sites within one square of this size are never separated by blocks


def split(
    profiles: Profiles, *, seed: int, test: float = 0.2, validation: float = 0.1, by: str = "place"
) -> xr.Dataset:
    """Divide sites into train, validation and test, the same for the same seed.

    test, validation : shares of all groups
    by : "place" keeps sites of the same coordinates together, "site" separates every site
        (the chapter's random split), "block" keeps half-degree squares together
    Returns ``split(profile)``, one of :data:`PARTS`, with the settings as attributes.
    """
    expect(0 < test < 1 and 0 < validation < 1, f"split: expected shares in 0..1, found {test}, {validation}")
    expect(test + validation < 1, f"split: expected test + validation < 1, found {test + validation:g}")
    groups = _groups(profiles, by)
    found = len(np.unique(groups))
    expect(found >= 3, f"split: expected at least 3 groups of sites to divide, found {found} (by {by})")
    parts = np.full(len(profiles), "train", dtype="<U10")
    rest, held_out = _shuffle(groups, test, seed)
    parts[held_out] = "test"
    _, stop = _shuffle(groups[rest], validation / (1 - test), seed + 1)
    parts[rest[stop]] = "validation"
    return _dataset(profiles, parts, {"seed": seed, "test": test, "validation": validation, "by": by})


def folds(
    profiles: Profiles, *, seed: int, k: int = 5, by: str = "block", validation: float = 0.1
) -> list[xr.Dataset]:
    """Return k splits in which every site is held out exactly once.

    by : "place", "site" or "block" deal groups out evenly; "region" cuts the map into k
        contiguous regions (k-means of the coordinates), the strictest test of the four
    """
    one_of(by, (*BY, "region"), "folds by")
    groups = _groups(profiles, "place" if by == "region" else by)
    found = len(np.unique(groups))
    expect(2 <= k <= found, f"folds: expected k from 2 to {found}, the number of groups, found {k}")
    fold = _regions(profiles, k, seed) if by == "region" else _deal(groups, k, seed)
    attrs = {"k": k, "by": by}
    return [_one_fold(profiles, fold == i, seed + i, validation, attrs | {"fold": i}) for i in range(k)]


def sites_in(parts: xr.Dataset, *names: str) -> np.ndarray:
    """Return site numbers of one or several parts of a split, in the order of the data set."""
    for name in names:
        one_of(name, PARTS, "part of a split")
    return parts["profile"].values[np.isin(parts["split"].values.astype(str), names)]


def _shuffle(groups: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    splitter = GroupShuffleSplit(n_splits=1, test_size=share, random_state=seed)
    return next(splitter.split(groups, groups=groups))


def _groups(profiles: Profiles, by: str) -> np.ndarray:
    """Return the number of the group of each profile, shape (profile,)."""
    if one_of(by, BY, "split by") == "site":
        return np.arange(len(profiles))
    if by == "place":
        return profiles.ds["place"].values
    square = np.floor(np.stack([profiles.ds["lon"], profiles.ds["lat"]], axis=1) / BLOCK_SIZE)
    return np.unique(square, axis=0, return_inverse=True)[1].ravel()


def _deal(groups: np.ndarray, k: int, seed: int) -> np.ndarray:
    fold = np.zeros(len(groups), dtype=int)
    dealer = GroupKFold(n_splits=k, shuffle=True, random_state=seed)
    for i, (_, held_out) in enumerate(dealer.split(groups, groups=groups)):
        fold[held_out] = i
    return fold


def _regions(profiles: Profiles, k: int, seed: int) -> np.ndarray:
    lon, lat = profiles.ds["lon"].values, profiles.ds["lat"].values
    plane = np.stack([lon * np.cos(np.deg2rad(lat.mean())), lat], axis=1)
    return KMeans(k, n_init=10, random_state=seed).fit_predict(plane)


def _one_fold(
    profiles: Profiles, held_out: np.ndarray, seed: int, validation: float, attrs: dict
) -> xr.Dataset:
    parts = np.where(held_out, "test", "train").astype("<U10")
    rest = np.flatnonzero(~held_out)
    _, stop = _shuffle(_groups(profiles, "place")[rest], validation, seed)
    parts[rest[stop]] = "validation"
    return _dataset(profiles, parts, {"seed": seed, "validation": validation} | attrs)


def _dataset(profiles: Profiles, parts: np.ndarray, attrs: dict) -> xr.Dataset:
    ds = xr.Dataset(
        {"split": ("profile", parts)}, coords={"profile": ("profile", profiles.sites)}, attrs=attrs
    )
    ds["split"].attrs["long_name"] = "part of the data a site belongs to"
    return ds
