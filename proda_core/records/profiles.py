"""Observed carbon: soil profiles as a CF contiguous ragged array (profile, observation)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, Variable, checked, expect, expect_unique, positions

MAX_DEPTH = 50.0  # m, no soil profile is sampled deeper
MIN_OBSERVATIONS = 2  # usable depths a profile needs to be assimilated [ch37]
USABLE_FLAGS: dict[int, str] = {
    0: "usable",
    1: "impossible",
    2: "carbon_not_positive",
    3: "depth_not_positive",
    4: "below_column",
    5: "missing",
    6: "below_bedrock",
}
BELOW_BEDROCK = 6  # the only flag that depends on the soil model: see proda_core.records.bedrock

_VARIABLES = (
    Variable("profile", ("profile",), kind="int", low=-1, long_name="site number: row of the data set"),
    Variable("lon", ("profile",), "degrees_east", -180, 180, long_name="longitude"),
    Variable("lat", ("profile",), "degrees_north", -90, 90, long_name="latitude"),
    Variable("profile_id", ("profile",), kind="int", long_name="number of the profile at its source"),
    Variable("place", ("profile",), kind="int", low=0, long_name="same number, same coordinates"),
    Variable("row_size", ("profile",), kind="int", low=0, long_name="observations of the profile"),
    Variable("depth", ("observation",), "m", 0, MAX_DEPTH, long_name="mid-depth, positive downward"),
    Variable("carbon", ("observation",), "gC m-3", long_name="soil organic carbon", missing=True),
    Variable("usable", ("observation",), kind="int", low=0, long_name="0 usable, others the reason why not"),
    Variable("vegetation", ("profile",), kind="int", low=-1, long_name="vegetation class", optional=True),
    *(
        Variable(name, ("observation",), "m", 0, 2 * MAX_DEPTH, long_name=words, missing=True, optional=True)
        for name, words in (("top", "upper depth of the horizon"), ("bottom", "lower depth of the horizon"))
    ),
)


@dataclass(frozen=True, eq=False)
class Profiles:
    """Soil organic carbon (observation) [gC m-3] at mid-depths (observation) [m] of many profiles.

    Observations of a profile follow one another, ``row_size(profile)`` of them. A source that knows the
    horizons gives their ``top`` and ``bottom`` (observation) [m] too, NaN where it does not;
    :mod:`proda_core.records.horizons` derives the others.
    """

    ds: xr.Dataset

    def __post_init__(self) -> None:
        ds = checked(self.ds, _VARIABLES, "Profiles")
        expect_unique(ds["profile"], "Profiles")
        total, found = int(ds["row_size"].sum()), ds.sizes["observation"]
        expect(total == found, f"Profiles: expected {total} observations (sum of row_size), found {found}")
        _check_usable(ds)
        _check_horizons(ds)
        ds["row_size"].attrs["sample_dimension"] = "observation"
        ds["depth"].attrs.setdefault("positive", "down")
        ds["usable"].attrs.setdefault("flag_values", list(USABLE_FLAGS))
        ds["usable"].attrs.setdefault("flag_meanings", " ".join(USABLE_FLAGS.values()))
        ds.attrs.setdefault("featureType", "profile")
        object.__setattr__(self, "ds", ds)

    def __len__(self) -> int:
        return self.ds.sizes["profile"]

    @cached_property
    def sites(self) -> np.ndarray:
        """Site numbers, shape (profile,)."""
        return self.ds["profile"].values

    @cached_property
    def _start(self) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(self.ds["row_size"].values)]).astype(int)

    @cached_property
    def site_of_observation(self) -> np.ndarray:
        """Site number of every observation, shape (observation,)."""
        return np.repeat(self.sites, self.ds["row_size"].values)

    def observations(self, site: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return depth [m], carbon [gC m-3] and usable flag of one site, each (observation,)."""
        i = int(positions(self.sites, [site], "Profiles")[0])
        part = slice(self._start[i], self._start[i + 1])
        return tuple(self.ds[name].values[part] for name in ("depth", "carbon", "usable"))

    def usable_observations(self, site: int) -> tuple[np.ndarray, np.ndarray]:
        """Return depth [m] and carbon [gC m-3] of the usable observations of one site."""
        depth, carbon, usable = self.observations(site)
        return depth[usable == 0], carbon[usable == 0]

    def usable_count(self) -> np.ndarray:
        """Return the number of usable observations, shape (profile,)."""
        total = np.concatenate([[0], np.cumsum(self.ds["usable"].values == 0)])
        return total[self._start[1:]] - total[self._start[:-1]]

    def select(self, sites: Iterable[int]) -> Profiles:
        """Return the profiles of these sites, in the order asked for."""
        index = positions(self.sites, sites, "Profiles")
        parts = [np.arange(self._start[i], self._start[i + 1]) for i in index]
        rows = np.concatenate(parts) if parts else np.zeros(0, int)
        return Profiles(self.ds.isel(profile=index, observation=rows))


def _check_usable(ds: xr.Dataset) -> None:
    """Raise :class:`InputError` unless every usable observation has a depth and carbon above zero."""
    usable = ds["usable"].values == 0
    for name in ("depth", "carbon"):
        values = ds[name].values
        bad = usable & ~(values > 0)
        _refuse(ds, bad, name, "more than 0 in a usable observation", values)


def _check_horizons(ds: xr.Dataset) -> None:
    """Raise :class:`InputError` unless horizons have a thickness and hold their observation's depth."""
    given = [name for name in ("top", "bottom") if name in ds]
    if not given:
        return
    expect(len(given) == 2, f"Profiles: expected both top and bottom or neither, found {given[0]}")
    depth, top, bottom = (ds[name].values for name in ("depth", "top", "bottom"))
    one = np.isnan(top) != np.isnan(bottom)
    _refuse(ds, one & np.isnan(top), "top", "a number where bottom is given", top)
    _refuse(ds, one, "bottom", "a number where top is given", bottom)
    _refuse(ds, bottom <= top, "bottom", "more than top", bottom)
    _refuse(ds, (depth < top) | (depth > bottom), "depth", "a number from top to bottom", depth)


def _refuse(ds: xr.Dataset, bad: np.ndarray, name: str, expected: str, values: np.ndarray) -> None:
    """Raise :class:`InputError` for the first bad value (observation), naming its site."""
    if bad.any():
        i = int(np.argmax(bad))
        site = np.repeat(ds["profile"].values, ds["row_size"].values)[i]
        raise InputError(
            f"Profiles: {name}: expected {expected}, found {values[i]} at site {site}, observation {i}"
        )
