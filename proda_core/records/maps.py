"""Maps on grid cells: parameters, and carbon stocks of one or more products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import Variable, checked, expect, expect_unique, one_of, positions
from proda_core.records.posterior import with_parameter_units
from proda_core.vocabulary.depth_intervals import INTERVALS

KG_PER_PG = 1e12

_CELL = (
    Variable("cell", ("cell",), kind="int", low=0, long_name="cell number"),
    Variable("lon", ("cell",), "degrees_east", -180, 180, long_name="longitude of the cell centre"),
    Variable("lat", ("cell",), "degrees_north", -90, 90, long_name="latitude of the cell centre"),
)
_PARAMETER_MAP = (
    *_CELL,
    Variable("mean", ("cell", "parameter"), missing=True, long_name="predicted parameter"),
    Variable(
        "sd", ("cell", "parameter"), low=0, missing=True, optional=True, long_name="spread between members"
    ),
    Variable(
        "sd_site",
        ("cell", "parameter"),
        low=0,
        missing=True,
        optional=True,
        long_name="spread left open by sites and covariates",
    ),
)
_CARBON_MAP = (
    *_CELL,
    Variable(
        "stock",
        ("product", "interval", "cell"),
        "kgC m-2",
        0,
        missing=True,
        long_name="soil organic carbon stock",
    ),
    *(
        Variable(
            f"stock_sd_{source}",
            ("product", "interval", "cell"),
            "kgC m-2",
            0,
            missing=True,
            optional=True,
            long_name=f"spread of the stock, {source}",
        )
        for source in ("network", "site")
    ),
    Variable(
        "outside", ("cell",), kind="int", low=0, optional=True, long_name="0 inside what was trained on"
    ),
    Variable("cell_area", ("cell",), "m2", 0, long_name="area of the grid cell"),
    Variable("land_fraction", ("cell",), "1", 0, 1, long_name="land share of the grid cell"),
)


@dataclass(frozen=True, eq=False)
class ParameterMap:
    """Predicted parameters (cell, parameter), physical units, by name; ``sd`` and ``sd_site`` where known."""

    ds: xr.Dataset

    def __post_init__(self) -> None:
        ds = checked(with_parameter_units(self.ds, "ParameterMap"), _PARAMETER_MAP, "ParameterMap")
        expect_unique(ds["cell"], "ParameterMap")
        object.__setattr__(self, "ds", ds)

    @cached_property
    def cells(self) -> np.ndarray:
        """Cell numbers, shape (cell,)."""
        return self.ds["cell"].values

    def select(self, cells: Iterable[int]) -> ParameterMap:
        """Return the map of these cells, in the order asked for."""
        return ParameterMap(self.ds.isel(cell=positions(self.cells, cells, "ParameterMap")))


@dataclass(frozen=True, eq=False)
class CarbonMap:
    """Carbon stocks (product, interval, cell) [kgC m-2] of several products on the same cells.

    Maps of a run also hold ``stock_sd_network`` and ``stock_sd_site`` (product, interval, cell), NaN for
    products without, and ``outside`` (cell): 0, or in what way a cell lies beyond the training sites.
    """

    ds: xr.Dataset

    def __post_init__(self) -> None:
        ds = checked(self.ds, _CARBON_MAP, "CarbonMap")
        expect_unique(ds["cell"], "CarbonMap")
        for name in ("product", "interval"):
            expect(name in ds.coords, f"CarbonMap: expected coordinate '{name}', found none")
            expect_unique(ds[name], "CarbonMap")
        for interval in ds["interval"].values:
            one_of(str(interval), INTERVALS, "CarbonMap: interval")
        object.__setattr__(self, "ds", ds)

    @cached_property
    def cells(self) -> np.ndarray:
        """Cell numbers, shape (cell,)."""
        return self.ds["cell"].values

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Names of the products, e.g. default, batch, proda."""
        return tuple(map(str, self.ds["product"].values))

    def select(self, cells: Iterable[int]) -> CarbonMap:
        """Return the map of these cells, in the order asked for."""
        return CarbonMap(self.ds.isel(cell=positions(self.cells, cells, "CarbonMap")))

    def totals(self) -> xr.DataArray:
        """Return carbon of all cells (product, interval) [PgC]: stock x area x land fraction, no gaps."""
        area = self.ds["cell_area"] * self.ds["land_fraction"]
        total = (self.ds["stock"] * area).sum("cell") / KG_PER_PG
        return total.assign_attrs(units="PgC", long_name="total soil organic carbon")
