"""Reference products on the cells of a run, and the cell of each site."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.spatial import cKDTree

from proda_core.records.maps import CarbonMap
from proda_core.records.products import Product
from proda_core.vocabulary.depth_intervals import INTERVALS

CELL_SIZE = 0.5  # degrees
_WITHIN = {"30-100": ("0-100", "0-30"), "100-200": ("0-200", "0-100")}


def reference_on_cells(product: Product, carbon: CarbonMap, name: str) -> CarbonMap:
    """Return a reference on the cells of ``carbon`` as a map of one product; NaN where it has no such cell.

    The slices below 30 cm are the differences of the stocks from the surface.
    """
    ds = carbon.ds
    if product.gridded:
        product = product.on_cells(ds["lon"].values, ds["lat"].values, carbon.cells)
        stock = product.ds["stock"].transpose("interval", "cell").values
    else:
        there = cell_of(
            ds["lon"].values, ds["lat"].values, product.ds["lon"].values, product.ds["lat"].values
        )
        values = product.ds["stock"].transpose("interval", "cell").values
        stock = np.where(there >= 0, values[:, there], np.nan)
    found = dict(zip(product.intervals, stock))
    for thin, (whole, above) in _WITHIN.items():
        if thin not in found and whole in found and above in found:
            found[thin] = np.maximum(found[whole] - found[above], 0.0)
    kept = [interval for interval in INTERVALS if interval in found]
    values = np.stack([found[interval] for interval in kept])[None]
    place = ds[["lon", "lat", "cell_area", "land_fraction"]].reset_coords(drop=False)
    made = place.assign(stock=(("product", "interval", "cell"), values))
    return CarbonMap(made.assign_coords(product=[name], interval=kept, cell=carbon.cells).drop_attrs())


def cell_of(lon: np.ndarray, lat: np.ndarray, cell_lon: np.ndarray, cell_lat: np.ndarray) -> np.ndarray:
    """Position of the cell that contains each point, -1 where there is none, shape (point,).

    Cells are half a degree wide; a point on the edge of two belongs to either.

    >>> cell_of(np.array([0.3, 5.0]), np.array([0.1, 0.0]), np.array([-0.25, 0.25]), np.array([0.25, 0.25]))
    array([ 1, -1])
    """
    points = np.column_stack([lon, lat]).astype(float)
    tree = cKDTree(np.column_stack([cell_lon, cell_lat]))
    away, nearest = tree.query(points, p=np.inf)
    return np.where(away <= CELL_SIZE / 2 + 1e-9, nearest, -1)


def covered_area(carbon: CarbonMap) -> xr.DataArray:
    """Land with a value of every product and interval [m2]."""
    area = carbon.ds["cell_area"] * carbon.ds["land_fraction"]
    return area.where(carbon.ds["stock"].notnull()).sum("cell")
