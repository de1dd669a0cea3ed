"""Covariates of a site or grid cell: climate, soil, vegetation, place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import InputError, Variable, checked, expect, expect_unique, positions

UNKNOWN = -1  # code of a category that is missing or in no legend


@dataclass(frozen=True, eq=False)
class Covariates:
    """One variable (site) per covariate: floats with a unit, or codes with ``flag_values``.

    A category is an integer variable with the attributes ``flag_values`` and ``flag_meanings``;
    -1 means unknown. Missing continuous values are NaN.
    """

    ds: xr.Dataset

    def __post_init__(self) -> None:
        ds = checked(self.ds, (Variable("site", ("site",), kind="int", low=-1),), "Covariates")
        expect_unique(ds["site"], "Covariates")
        expect(len(ds.data_vars) > 0, "Covariates: expected at least one covariate, found none")
        for name in ds.data_vars:
            _check_covariate(ds[name])
        object.__setattr__(self, "ds", ds)

    def __len__(self) -> int:
        return self.ds.sizes["site"]

    @cached_property
    def sites(self) -> np.ndarray:
        """Site numbers, shape (site,)."""
        return self.ds["site"].values

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All covariates, in the order of the data set."""
        return tuple(map(str, self.ds.data_vars))

    @cached_property
    def categorical(self) -> tuple[str, ...]:
        """Covariates that are codes."""
        return tuple(name for name in self.names if "flag_values" in self.ds[name].attrs)

    @cached_property
    def continuous(self) -> tuple[str, ...]:
        """Covariates that are measured numbers."""
        return tuple(name for name in self.names if "flag_values" not in self.ds[name].attrs)

    @cached_property
    def complete(self) -> xr.DataArray:
        """Whether every covariate of a site is known (site) bool."""
        known = [np.isfinite(self.ds[n].values) for n in self.continuous]
        known += [self.ds[n].values != UNKNOWN for n in self.categorical]
        return xr.DataArray(np.logical_and.reduce(known), dims="site", coords={"site": self.sites})

    def select(self, sites: Iterable[int]) -> Covariates:
        """Return the covariates of these sites, in the order asked for."""
        return Covariates(self.ds.isel(site=positions(self.sites, sites, "Covariates")))

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per site and one column per covariate."""
        return pd.DataFrame(
            {name: self.ds[name].values for name in self.names}, index=pd.Index(self.sites, name="site")
        )

    def meaning(self, name: str, code: int) -> str:
        """Return the meaning of a category's code; "unknown" for -1."""
        attrs = self.ds[name].attrs
        codes = np.atleast_1d(attrs["flag_values"]).tolist()
        meanings = str(attrs["flag_meanings"]).split()
        return meanings[codes.index(code)].replace("_", " ") if code in codes else "unknown"


def _check_covariate(array: xr.DataArray) -> None:
    where = f"Covariates: {array.name}"
    expect(array.dims == ("site",), f"{where}: expected dimensions ('site',), found {array.dims}")
    if "flag_values" not in array.attrs:
        expect(array.dtype.kind in "fiu", f"{where}: expected numbers, found dtype {array.dtype}")
        expect(not np.isinf(array.values.astype(float)).any(), f"{where}: expected finite numbers, found inf")
        expect("units" in array.attrs, f"{where}: expected an attribute 'units', found none")
        return
    expect(array.dtype.kind in "iu", f"{where}: expected integer codes, found dtype {array.dtype}")
    codes = np.atleast_1d(array.attrs["flag_values"])
    expect("flag_meanings" in array.attrs, f"{where}: expected an attribute 'flag_meanings', found none")
    meanings = str(array.attrs["flag_meanings"]).split()
    expect(
        len(meanings) == len(codes), f"{where}: expected {len(codes)} flag_meanings, found {len(meanings)}"
    )
    bad = ~np.isin(array.values, np.append(codes, UNKNOWN))
    if bad.any():
        i = int(np.argmax(bad))
        raise InputError(
            f"{where}: expected a code of its legend or {UNKNOWN} (unknown), found {array.values[i]}"
            f" at site {array['site'].values[i]}"
        )
