"""Build a Product from aggregated rasters, with its provenance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from shapely.geometry.base import BaseGeometry

from proda_core.records.products import Product
from proda_core.records.store import file_hash
from proda_core.sources.raster_aggregation import Means
from proda_core.sources.spherical_grid import LatLonGrid, regular

MAX_HASHED = 512 * 2**20  # bytes; a larger file is identified by its size


def grid_for(grid: LatLonGrid | None, region: BaseGeometry | None) -> LatLonGrid:
    """The given grid, or the half-degree grid that covers the region or the world."""
    if grid is not None:
        return grid
    return regular(0.5) if region is None else regular(0.5, region.bounds)


def product_from(
    means: Means,
    intervals: Sequence[str],
    grid: LatLonGrid,
    paths: Sequence[Path],
    land_fraction: np.ndarray | None = None,
    **attrs: str | int,
) -> Product:
    """A product from means (interval, lat, lon) [kgC m-2].

    land_fraction (lat, lon): where a source does not distinguish land without a value from water, it is
    the largest valid fraction of the intervals.
    """
    land = means.valid_fraction.max(axis=0) if land_fraction is None else land_fraction
    places = ("interval", "lat", "lon")
    ds = xr.Dataset(
        {
            "stock": (places, means.mean, {"units": "kgC m-2"}),
            "valid_fraction": (places, means.valid_fraction),
            "land_fraction": (places[1:], np.clip(land, 0.0, 1.0)),
            "cell_area": (places[1:], grid.cell_area),
        },
        coords=grid.coords | {"interval": list(intervals)},
        attrs={
            "Conventions": "CF-1.11",
            "synthetic": 0,
            **attrs,
            "input_sha256": json.dumps(hashes(paths), sort_keys=True),
        },
    )
    return Product(ds)


def hashes(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file by name; of a very large file its size."""
    return {Path(path).name: _mark(Path(path)) for path in paths}


def _mark(path: Path) -> str:
    size = path.stat().st_size
    return file_hash(path) if size <= MAX_HASHED else f"{size} bytes"
