"""Climate and carbon input that drive the soil model: (site, layer, month)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import (
    InputError,
    Variable,
    checked,
    expect,
    expect_dataset,
    expect_unique,
    one_of,
    positions,
)
from proda_core.vocabulary.constants import MONTHS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

_COLUMN, _SURFACE = ("site", "layer", "month"), ("site", "month")
_VARIABLES = (
    Variable("site", ("site",), kind="int", low=-1, long_name="site or cell number"),
    Variable("lon", ("site",), "degrees_east", -180, 180, long_name="longitude"),
    Variable("lat", ("site",), "degrees_north", -90, 90, long_name="latitude"),
    Variable("soil_temperature", _COLUMN, "K", 150, 350, missing=True, long_name="soil temperature"),
    Variable("water_scalar", _COLUMN, "1", 0, 1, missing=True, optional=True, long_name="CLM5 W_SCALAR"),
    Variable(
        "soil_water_potential", _COLUMN, "MPa", high=0, missing=True, optional=True, long_name="CLM5 SOILPSI"
    ),
    Variable("oxygen_scalar", _COLUMN, "1", 0, 1, missing=True, long_name="CLM5 O_SCALAR"),
    Variable("nitrogen_scalar", _COLUMN, "1", 0, 1, missing=True, long_name="CLM5 FPI_vr"),
    Variable("sand", ("site", "layer"), "%", 0, 100, missing=True, optional=True, long_name="sand content"),
    Variable(
        "carbon_input",
        ("site", "input_pool", "month"),
        "gC m-2 month-1",
        0,
        missing=True,
        long_name="carbon input to debris and litter",
    ),
    Variable("altmax", _SURFACE, "m", 0, missing=True, long_name="deepest thaw of the year"),
    Variable("altmax_last_year", _SURFACE, "m", 0, missing=True, long_name="deepest thaw of last year"),
    Variable("nbedrock", _SURFACE, "1", 1, missing=True, long_name="last layer above bedrock, from 1"),
    Variable("cell_area", ("site",), "m2", 0, optional=True, long_name="area of the grid cell"),
    Variable("land_fraction", ("site",), "1", 0, 1, optional=True, long_name="land share of the grid cell"),
)
_NEEDED = (
    "soil_temperature",
    "water_scalar",
    "soil_water_potential",
    "oxygen_scalar",
    "nitrogen_scalar",
    "sand",
    "carbon_input",
    "altmax",
    "altmax_last_year",
    "nbedrock",
)


@dataclass(frozen=True, eq=False)
class Forcing:
    """Monthly forcing of many sites (or grid cells); NaN marks what a source did not give.

    Carries ``water_scalar`` or ``soil_water_potential`` or both. ``attrs["grid"]`` names the layers.
    """

    ds: xr.Dataset

    def __post_init__(self) -> None:
        expect_dataset(self.ds, "Forcing")
        grid = GRIDS[one_of(self.ds.attrs.get("grid", "none"), GRIDS, "Forcing: grid")]
        _check_sizes(self.ds, grid)
        ds = checked(_labelled(self.ds, grid), _VARIABLES, "Forcing")
        expect_unique(ds["site"], "Forcing")
        _check_bedrock(ds["nbedrock"], grid)
        expect(
            "water_scalar" in ds or "soil_water_potential" in ds,
            "Forcing: expected water_scalar or soil_water_potential, found neither",
        )
        object.__setattr__(self, "ds", ds)

    def __len__(self) -> int:
        return self.ds.sizes["site"]

    @property
    def grid(self) -> LayerGrid:
        """The layers of the soil columns."""
        return GRIDS[self.ds.attrs["grid"]]

    @cached_property
    def sites(self) -> np.ndarray:
        """Site numbers, shape (site,)."""
        return self.ds["site"].values

    def select(self, sites: Iterable[int]) -> Forcing:
        """Return the forcing of these sites, in the order asked for."""
        return Forcing(self.ds.isel(site=positions(self.sites, sites, "Forcing")))

    @cached_property
    def complete(self) -> xr.DataArray:
        """Whether every value of a site is there (site) bool."""
        return xr.DataArray(
            np.logical_and.reduce([present(self.ds[name]) for name in _NEEDED if name in self.ds]),
            dims="site",
            coords={"site": self.sites},
        )

    def missing(self, site: int) -> tuple[str, ...]:
        """Return names of the variables of which a site lacks values."""
        one = self.ds.isel(site=positions(self.sites, [site], "Forcing"))
        return tuple(name for name in _NEEDED if name in one and not present(one[name]).all())

    @cached_property
    def annual_input(self) -> xr.DataArray:
        """Carbon input of a year (site) [gC m-2 yr-1], NaN where a month is missing."""
        total = self.ds["carbon_input"].sum(["input_pool", "month"], skipna=False)
        return total.assign_attrs(units="gC m-2 yr-1", long_name="annual carbon input")


def present(array: xr.DataArray) -> np.ndarray:
    """Return whether all values of a site are finite, shape (site,)."""
    return np.isfinite(array.values).reshape(array.sizes["site"], -1).all(axis=1)


def _check_sizes(ds: xr.Dataset, grid: LayerGrid) -> None:
    layers, months = ds.sizes.get("layer", 0), ds.sizes.get("month", 0)
    expect(layers == grid.size, f"Forcing: expected {grid.size} layers of grid {grid.name}, found {layers}")
    expect(months == MONTHS, f"Forcing: expected {MONTHS} months, found {months}")
    found = tuple(map(str, ds["input_pool"].values)) if "input_pool" in ds.coords else ()
    expect(found == INPUT_POOLS, f"Forcing: expected input_pool {INPUT_POOLS}, found {found or 'no labels'}")


def _check_bedrock(nbedrock: xr.DataArray, grid: LayerGrid) -> None:
    values = nbedrock.values
    bad = (values != np.floor(values)) | (values > grid.size)
    bad &= np.isfinite(values)
    if bad.any():
        site, month = np.argwhere(bad)[0]
        raise InputError(
            f"Forcing: nbedrock: expected a layer number 1 to {grid.size}, found {values[site, month]}"
            f" at site {nbedrock['site'].values[site]}, month {month + 1}"
        )


def _labelled(ds: xr.Dataset, grid: LayerGrid) -> xr.Dataset:
    return ds.assign_coords(
        layer=("layer", np.arange(1, grid.size + 1), {"long_name": "soil layer, from the surface"}),
        month=("month", np.arange(1, MONTHS + 1), {"long_name": "month of the year"}),
        node=("layer", grid.layer_node, {"units": "m", "long_name": "depth of the node", "positive": "down"}),
    )
