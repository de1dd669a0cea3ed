"""A run's maps on four cells, small enough to be reckoned by hand."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.maps import CarbonMap
from proda_core.vocabulary.depth_intervals import INTERVALS

LON, LAT = np.array([-80.25, -79.75, -79.25, -79.75]), np.array([43.25, 43.25, 43.25, 43.75])  # degrees
AREA = np.full(4, 1e12)  # m2


def carbon_map() -> CarbonMap:
    """Two products on four cells: default 1, proda 3 times the number of the interval from one on."""
    factor = np.arange(1.0, len(INTERVALS) + 1)[None, :, None]
    stock = np.array([1.0, 3.0])[:, None, None] * factor * np.ones(4)
    return CarbonMap(
        xr.Dataset(
            {
                "stock": (("product", "interval", "cell"), stock),
                "stock_sd_network": (("product", "interval", "cell"), 0.1 * stock),
            },
            coords={
                "product": ["default", "proda"],
                "interval": list(INTERVALS),
                "cell": np.arange(10, 14),
                "lon": ("cell", LON),
                "lat": ("cell", LAT),
                "cell_area": ("cell", AREA),
                "land_fraction": ("cell", np.ones(4)),
            },
        )
    )
