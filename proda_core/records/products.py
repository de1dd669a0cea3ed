"""Reference products: carbon stocks mapped by others, on a grid or on cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, Variable, checked, expect, expect_unique, one_of
from proda_core.records.maps import KG_PER_PG
from proda_core.vocabulary.depth_intervals import INTERVALS

PROVENANCE = ("source", "version", "licence", "url", "synthetic")
AREAS = {"valid": "valid_fraction", "land": "land_fraction"}


def _variables(place: tuple[str, ...]) -> tuple[Variable, ...]:
    every = ("interval", *place)
    axis = place if place == ("cell",) else None
    return (
        Variable(
            "lon", axis or ("lon",), "degrees_east", -180, 180, long_name="longitude of the cell centre"
        ),
        Variable("lat", axis or ("lat",), "degrees_north", -90, 90, long_name="latitude of the cell centre"),
        Variable("stock", every, "kgC m-2", 0, missing=True, long_name="soil organic carbon stock"),
        Variable("cell_area", place, "m2", 0, long_name="area of the grid cell"),
        Variable("land_fraction", place, "1", 0, 1, long_name="land share of the grid cell"),
        Variable("valid_fraction", every, "1", 0, 1, long_name="share of the grid cell with a value"),
    )


@dataclass(frozen=True, eq=False)
class Product:
    """Stocks (interval, lat, lon) or (interval, cell) [kgC m-2] with the area they refer to.

    ``stock`` is the mean over the part of a cell that has a value; that part is
    ``valid_fraction`` (same dimensions), and ``land_fraction`` (lat, lon) is the part that is land.
    The attributes hold the provenance: source, version, licence, url, and synthetic (0 or 1).
    """

    ds: xr.Dataset

    def __post_init__(self) -> None:
        place = ("cell",) if "cell" in self.ds.dims else ("lat", "lon")
        ds = checked(self.ds, _variables(place), "Product")
        for name in PROVENANCE:
            expect(
                name in ds.attrs,
                f"Product: expected an attribute '{name}', found {', '.join(ds.attrs) or 'none'}",
            )
        expect(
            ds.attrs["synthetic"] in (0, 1),
            f"Product: synthetic: expected 0 or 1, found {ds.attrs['synthetic']!r}",
        )
        expect("interval" in ds.coords, "Product: expected coordinate 'interval', found none")
        expect_unique(ds["interval"], "Product")
        for interval in ds["interval"].values:
            one_of(str(interval), INTERVALS, "Product: interval")
        object.__setattr__(self, "ds", ds)

    @property
    def intervals(self) -> tuple[str, ...]:
        """Depth intervals, e.g. 0-30, 0-100, 0-200 (cm)."""
        return tuple(map(str, self.ds["interval"].values))

    @property
    def synthetic(self) -> bool:
        """Return whether the product is synthetic, generated for teaching."""
        return bool(self.ds.attrs["synthetic"])

    @cached_property
    def gridded(self) -> bool:
        """Return whether the product is on a grid (lat, lon) rather than on a list of cells."""
        return "cell" not in self.ds.dims

    def totals(self, area: str = "valid") -> xr.DataArray:
        """Return carbon of all cells (interval) [PgC] over their ``valid`` or their ``land`` area.

        ``valid`` is what the source itself holds; ``land`` spreads each cell's mean over all its land.
        """
        share = self.ds[AREAS[one_of(area, AREAS, "Product.totals: area")]]
        stock = self.ds["stock"] * self.ds["cell_area"] * share
        total = stock.sum([dim for dim in stock.dims if dim != "interval"]) / KG_PER_PG
        return total.assign_attrs(units="PgC", long_name="total soil organic carbon")

    def on_cells(
        self, lon: Iterable[float], lat: Iterable[float], cell: Iterable[int] | None = None
    ) -> Product:
        """Return the product in the grid cells that hold these points; no value outside the grid.

        lon, lat : (cell,) degrees; ``cell`` numbers them, from 0 where not given.
        """
        expect(self.gridded, "Product.on_cells: expected a product on a grid, found one on cells")
        lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        cell = np.arange(len(lon)) if cell is None else np.asarray(list(cell))
        column, in_columns = _containing(self.ds["lon"].values, lon, "lon")
        row, in_rows = _containing(self.ds["lat"].values, lat, "lat")
        picked = self.ds.isel(lat=xr.DataArray(row, dims="cell"), lon=xr.DataArray(column, dims="cell"))
        inside = xr.DataArray(in_columns & in_rows, dims="cell")
        picked = picked.assign(
            stock=picked["stock"].where(inside), valid_fraction=picked["valid_fraction"].where(inside, 0.0)
        )
        picked = picked.drop_vars(["lon", "lat"]).assign(lon=("cell", lon), lat=("cell", lat))
        return Product(picked.assign_coords(cell=("cell", cell)))


def _containing(centres: np.ndarray, points: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the cell that holds each point along one axis, and whether there is one."""
    if len(centres) < 2:
        raise InputError(f"Product: {name}: expected at least two cells, found {len(centres)}")
    order = np.argsort(centres)
    ascending = centres[order]
    middles = 0.5 * (ascending[1:] + ascending[:-1])
    ends = 1.5 * ascending[[0, -1]] - 0.5 * ascending[[1, -2]]
    index = np.searchsorted(middles, points)
    return order[index], (points >= ends[0]) & (points <= ends[1])
