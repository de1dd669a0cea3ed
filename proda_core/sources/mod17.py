"""MOD17A3 net primary production, mean of 2000-2015, 30 arc-seconds (NTSG, University of Montana).

GeoTIFF, uint16, x 0.0001 kgC m-2 yr-1; 65535 marks pixels without a value, and the highest numbers
below it kinds of land without vegetation.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr
from shapely.geometry.base import BaseGeometry

from proda_core.sources.locate import locate
from proda_core.sources.product_data import grid_for, hashes
from proda_core.sources.raster_aggregation import OnProgress, aggregate
from proda_core.sources.spherical_grid import LatLonGrid

FILE = "MOD17A3_Science_NPP_mean_00_15.tif"
GRAMS = 0.1  # gC m-2 yr-1 in one stored unit of 0.0001 kgC m-2 yr-1
LARGEST = 65500  # stored; above it only fill values (65535 and the land-cover fills beneath)


def load(
    directory: Path | str,
    *,
    grid: LatLonGrid | None = None,
    region: BaseGeometry | None = None,
    on_progress: OnProgress | None = None,
) -> xr.Dataset:
    """Net primary production npp (lat, lon) [gC m-2 yr-1], valid_fraction and cell_area."""
    path = Path(directory)
    path = path if path.is_file() else locate(path, FILE, "MOD17A3*NPP*mean*.tif", what="MOD17 NPP")
    target = grid_for(grid, region)
    means = aggregate([path], _npp, 1, target, region, on_progress)
    return xr.Dataset(
        {
            "npp": (
                ("lat", "lon"),
                means.mean[0],
                {"units": "gC m-2 yr-1", "long_name": "net primary production"},
            ),
            "valid_fraction": (("lat", "lon"), means.valid_fraction[0], {"units": "1"}),
            "cell_area": (("lat", "lon"), target.cell_area, {"units": "m2"}),
        },
        coords=target.coords,
        attrs={
            "Conventions": "CF-1.11",
            "title": "MOD17A3 net primary production, mean of 2000-2015",
            "source": "Running et al. 2004; Zhao & Running 2010; NTSG MOD17A3 version 5.5",
            "version": "5.5, mean 2000-2015",
            "licence": "NASA open data",
            "url": "http://files.ntsg.umt.edu/data/NTSG_Products/MOD17/GeoTIFF/MOD17A3/GeoTIFF_30arcsec/",
            "synthetic": 0,
            "input_sha256": json.dumps(hashes([path])),
        },
    )


def _npp(windows: list[np.ndarray]) -> np.ndarray:
    stored = windows[0]
    return np.where((stored >= 0) & (stored <= LARGEST), stored * GRAMS, np.nan)[None]
