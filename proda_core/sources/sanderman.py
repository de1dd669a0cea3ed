"""Sanderman et al. 2017: soil carbon stocks of the year 2010 to 30, 100 and 200 cm, 5 arc-minutes.

GeoTIFF, EPSG:4326, int16, Mg C ha-1, nodata -32767 (whrc/Soil-Carbon-Debt, MIT licence).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from proda_core.records.products import Product
from proda_core.sources.locate import locate
from proda_core.sources.product_data import grid_for, product_from
from proda_core.sources.raster_aggregation import OnProgress, aggregate
from proda_core.sources.spherical_grid import LatLonGrid
from proda_core.vocabulary.depth_intervals import MAIN_INTERVALS

KG_PER_M2 = 0.1  # kg m-2 in one Mg ha-1
FILES = {interval: f"SOCS_0_{interval.split('-')[1]}cm_year_{{year}}_10km.tif" for interval in MAIN_INTERVALS}


def load(
    directory: Path | str,
    *,
    grid: LatLonGrid | None = None,
    region: BaseGeometry | None = None,
    year: str = "2010AD",
    on_progress: OnProgress | None = None,
) -> Product:
    """Stocks to 30, 100 and 200 cm on ``grid`` (half a degree where not given), inside ``region``."""
    paths = [
        locate(directory, name.format(year=year), what="Sanderman et al. 2017") for name in FILES.values()
    ]
    target = grid_for(grid, region)
    means = aggregate(paths, _stocks, len(paths), target, region, on_progress)
    return product_from(
        means,
        tuple(FILES),
        target,
        paths,
        title="Soil organic carbon stocks (Sanderman et al. 2017)",
        source="Sanderman, Hengl & Fiske 2017, PNAS 114:9575, doi 10.1073/pnas.1706103114",
        version=f"year {year}, 10 km",
        licence="MIT",
        url="https://github.com/whrc/Soil-Carbon-Debt",
    )


def _stocks(windows: list[np.ndarray]) -> np.ndarray:
    """Stocks (interval, row, column) [kgC m-2]; negative values are gaps (-32767 in the files)."""
    return np.stack([np.where(w >= 0, w * KG_PER_M2, np.nan) for w in windows])
