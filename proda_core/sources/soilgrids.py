"""SoilGrids: version 2017 (250 m, latitude-longitude) and version 2.0 (Homolosine), CC BY 4.0.

2017: OCSTHA_M_sd1..6 [t ha-1] of 0-5, 5-15, 15-30, 30-60, 60-100, 100-200 cm, or sums.
2.0: ocd [hg m-3] of the same layers, and ocs [t ha-1] of 0-30 cm. Nodata -32768 in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from proda_core.records.checks import InputError, one_of
from proda_core.records.products import Product
from proda_core.sources.locate import holds, locate
from proda_core.sources.product_data import grid_for, product_from
from proda_core.sources.raster_aggregation import Compute, OnProgress, aggregate
from proda_core.sources.spherical_grid import LatLonGrid
from proda_core.vocabulary.depth_intervals import MAIN_INTERVALS

LAYERS = ((0, 5), (5, 15), (15, 30), (30, 60), (60, 100), (100, 200))  # cm
LAYERS_TO = {"0-30": 3, "0-100": 5, "0-200": 6}  # how many layers make an interval
T_PER_HA = 0.1  # kg m-2
HG_PER_M3 = 0.1  # kg m-3
SURFACES = ("ocd", "ocs")
SOURCE_2017 = "Hengl et al. 2017, PLoS ONE 12:e0169748, doi 10.1371/journal.pone.0169748"
URL_2017 = "https://files.isric.org/soilgrids/former/2017-03-10/data/"
URL_2020 = "https://files.isric.org/soilgrids/latest/data/"
SOURCE_2020 = "Poggio et al. 2021, SOIL 7:217, doi 10.5194/soil-7-217-2021"


def load(
    directory: Path | str,
    *,
    grid: LatLonGrid | None = None,
    region: BaseGeometry | None = None,
    surface: str = "ocd",
    on_progress: OnProgress | None = None,
) -> Product:
    """Stocks to 30, 100 and 200 cm from whichever version the directory holds.

    surface : source of the 0-30 cm of version 2.0: densities (ocd) or the provider's stock map (ocs)
    """
    one_of(surface, SURFACES, "soilgrids: surface")
    if holds(directory, "OCSTHA_M_*_ll.tif"):
        paths, compute, words = _version_2017(directory)
    elif holds(directory, "ocd_*_mean*"):
        paths, compute, words = _version_2020(directory, surface)
    else:
        raise InputError(
            f"{directory}: expected OCSTHA_M_*_ll.tif (SoilGrids 2017) or ocd_*_mean* (2.0), found neither"
        )
    target = grid_for(grid, region)
    means = aggregate(paths, compute, len(MAIN_INTERVALS), target, region, on_progress)
    return product_from(means, MAIN_INTERVALS, target, paths, licence="CC BY 4.0", **words)


def _version_2017(directory: Path | str) -> tuple[list[Path], Compute, dict[str, str]]:
    words = {"title": "SoilGrids250m 2017", "source": SOURCE_2017, "url": URL_2017}
    if holds(directory, "OCSTHA_M_sd1_*_ll.tif"):
        paths = [locate(directory, f"OCSTHA_M_sd{i}_*_ll.tif", what="SoilGrids 2017") for i in range(1, 7)]
        return paths, lambda windows: stocks(windows, [T_PER_HA] * 6), words | {"version": "2017, layers"}
    sums = [f"OCSTHA_M_{interval.split('-')[1]}cm_*_ll.tif" for interval in MAIN_INTERVALS]
    paths = [locate(directory, name, what="SoilGrids 2017") for name in sums]
    return paths, _ready_sums, words | {"version": "2017, sums"}


def _version_2020(directory: Path | str, surface: str) -> tuple[list[Path], Compute, dict[str, str]]:
    words = {"title": "SoilGrids 2.0", "source": SOURCE_2020, "url": URL_2020}
    words |= {"version": f"2.0, 0-30 cm from {surface}"}
    deep = LAYERS if surface == "ocd" else LAYERS[3:]
    paths = [_layer_2020(directory, f"ocd_{top}-{bottom}cm") for top, bottom in deep]
    thickness = [HG_PER_M3 * (bottom - top) / 100 for top, bottom in deep]
    if surface == "ocd":
        return paths, lambda windows: stocks(windows, thickness), words
    paths = [_layer_2020(directory, "ocs_0-30cm"), *paths]
    return paths, lambda windows: stocks(windows, [T_PER_HA, *thickness], (1, 3, 4)), words


def _layer_2020(directory: Path | str, name: str) -> Path:
    return locate(directory, f"{name}_mean*.tif", f"{name}_mean.vrt", what="SoilGrids 2.0")


def stocks(
    windows: Sequence[np.ndarray], factors: Sequence[float], layers: Sequence[int] = tuple(LAYERS_TO.values())
) -> np.ndarray:
    """Stocks (interval, row, column) [kgC m-2] from layers as stored; a gap in a layer is a gap in the sum.

    factors : kg m-2 per stored unit of each layer; layers : how many of them make each interval

    >>> w = [np.array([[10]]), np.array([[-32768]])]
    >>> stocks(w, [0.1, 0.1], (1, 2)).ravel().tolist()
    [1.0, nan]
    """
    parts = [np.where(w >= 0, w * factor, np.nan) for w, factor in zip(windows, factors, strict=True)]
    sums = np.cumsum(np.stack(parts), axis=0)
    return sums[[n - 1 for n in layers]]


def _ready_sums(windows: list[np.ndarray]) -> np.ndarray:
    return np.stack([np.where(w >= 0, w * T_PER_HA, np.nan) for w in windows])
