"""Regrid fields between latitude-longitude grids: area-weighted and conservative.

The integral over the valid part of the source is conserved. Gaps are masked before any sum, and the valid
fraction of each target cell is returned with the mean.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.checks import expect
from proda_core.records.products import Product
from proda_core.sources.raster_aggregation import Categories, majority, means
from proda_core.sources.spherical_grid import LatLonGrid, from_field, integrate, overlaps


def regrid(field: xr.DataArray, target: LatLonGrid) -> xr.Dataset:
    """Means of ``field`` (..., lat, lon) over the target cells: mean, valid_fraction, cell_area.

    ``mean`` keeps the unit of the field and is NaN where a cell has no value at all.
    """
    field = _on_grid(field)
    rows, columns = overlaps(from_field(field), target)
    other = field.dims[:-2]
    layers = field.values.reshape(-1, *field.shape[-2:]).astype(float)
    valid = np.isfinite(layers)
    total = np.stack([integrate(np.where(v, x, 0.0), rows, columns) for x, v in zip(layers, valid)])
    area = np.stack([integrate(v.astype(float), rows, columns) for v in valid])
    found = means(total, area, target)
    shape, dims = (*field.shape[:-2], *target.shape), (*other, "lat", "lon")
    return xr.Dataset(
        {
            "mean": (dims, found.mean.reshape(shape), field.attrs),
            "valid_fraction": (dims, found.valid_fraction.reshape(shape), {"units": "1"}),
            "cell_area": (("lat", "lon"), target.cell_area, {"units": "m2"}),
        },
        coords=target.coords | {name: field[name] for name in other if name in field.coords},
    )


def regrid_categories(codes: xr.DataArray, target: LatLonGrid) -> Categories:
    """The code (lat, lon) that covers most of each target cell; codes are never averaged, -1 is none."""
    codes = _on_grid(codes)
    expect(codes.dtype.kind in "iu", f"regrid_categories: expected integer codes, found dtype {codes.dtype}")
    rows, columns = overlaps(from_field(codes), target)
    values = codes.values
    found = np.unique(values[values >= 0]).tolist()
    areas = {code: integrate((values == code).astype(float), rows, columns) for code in found}
    return majority(areas, target)


def regrid_product(product: Product, target: LatLonGrid) -> Product:
    """Regrid a product; its carbon and its land area are conserved."""
    expect(product.gridded, "regrid_product: expected a product on a grid, found one on cells")
    ds = product.ds
    rows, columns = overlaps(from_field(ds), target)
    shares = ds["valid_fraction"].values
    stock = np.where(shares > 0, ds["stock"].fillna(0.0).values, 0.0)
    total = np.stack([integrate(s * f, rows, columns) for s, f in zip(stock, shares)])
    area = np.stack([integrate(f, rows, columns) for f in shares])
    found = means(total, area, target)
    land = integrate(ds["land_fraction"].values, rows, columns) / target.cell_area
    places = ("interval", "lat", "lon")
    return Product(
        xr.Dataset(
            {
                "stock": (places, found.mean, {"units": "kgC m-2"}),
                "valid_fraction": (places, found.valid_fraction),
                "land_fraction": (places[1:], np.clip(land, 0.0, 1.0)),
                "cell_area": (places[1:], target.cell_area),
            },
            coords=target.coords | {"interval": ds["interval"]},
            attrs=ds.attrs,
        )
    )


def budget(field: xr.DataArray, fraction: xr.DataArray | None = None) -> xr.DataArray:
    """Integral of ``field`` (..., lat, lon) over its valid area or ``fraction`` of each cell [unit m2]."""
    field = _on_grid(field)
    area = xr.DataArray(from_field(field).cell_area, dims=("lat", "lon"))
    weights = area if fraction is None else area * fraction
    return (field * weights).sum(["lat", "lon"])


def _on_grid(field: xr.DataArray) -> xr.DataArray:
    for name in ("lat", "lon"):
        expect(
            name in field.coords,
            f"regrid: expected coordinate '{name}', found {', '.join(map(str, field.coords))}",
        )
    return field.transpose(..., "lat", "lon")
