"""Rasters aggregated to a coarser grid: area-weighted, masked before any sum, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from proda_core.records.progress import Progress
from proda_core.sources.raster_placement import placement
from proda_core.sources.raster_windows import opened, read, strips
from proda_core.sources.spherical_grid import LatLonGrid

UNKNOWN = -1  # code of a pixel without a category

Compute = Callable[[list[np.ndarray]], np.ndarray]
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Means:
    """``mean`` (field, lat, lon) over the valid part of a cell, ``valid_fraction`` that part's share [1]."""

    mean: np.ndarray
    valid_fraction: np.ndarray


@dataclass(frozen=True)
class Categories:
    """What covers most of each cell (lat, lon).

    code : -1 where nothing; share : of the cell it covers; valid_fraction : of the cell with any code
    """

    code: np.ndarray
    share: np.ndarray
    valid_fraction: np.ndarray


def aggregate(
    paths: Sequence[Path | str],
    compute: Compute,
    fields: int,
    target: LatLonGrid,
    region: BaseGeometry | None = None,
    on_progress: OnProgress | None = None,
) -> Means:
    """Area-weighted means over the target cells of ``fields`` numbers made from the rasters' pixels.

    compute : takes the windows as numbers, one (row, column) per path, NaN where the file declares
        no data, and returns (field, row, column) with NaN where there is no value
    region : pixels with their centre outside it do not count
    on_progress : called with rows of pixels done and in all
    """
    total = np.zeros((fields, *target.shape))
    area = np.zeros_like(total)
    with opened(paths) as datasets:
        place = placement(datasets[0], target, region)
        row_bytes = place.window.width * (8 * (3 * fields + 3 * len(datasets)) + place.pixel_bytes)
        for window in strips(place.window, row_bytes, datasets[0].block_shapes[0][0]):
            values = compute([read(dataset, window) for dataset in datasets])
            inside = place.inside(window)
            for i in range(fields):
                valid = np.isfinite(values[i]) & inside
                total[i] += place.integrate(np.where(valid, values[i], 0.0), window)
                area[i] += place.integrate(valid.astype(float), window)
            if on_progress is not None:
                done = int(window.row_off + window.height - place.window.row_off)
                on_progress(Progress(done, int(place.window.height), "rows of pixels"))
    return means(total, area, target)


def means(total: np.ndarray, area: np.ndarray, target: LatLonGrid) -> Means:
    """Means and valid fractions from integrals (field, lat, lon) [unit m2] and areas [m2]."""
    fraction = area / target.cell_area
    fraction[fraction < 1e-12] = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(fraction > 0, total / area, np.nan)
    return Means(mean, np.clip(fraction, 0.0, 1.0))


def aggregate_categories(
    path: Path | str,
    decode: Callable[[np.ndarray], np.ndarray],
    target: LatLonGrid,
    region: BaseGeometry | None = None,
) -> Categories:
    """The code that covers most of each cell; codes are never averaged.

    decode : turns a window of finite numbers into integer codes (row, column), -1 where there is none;
        where the file declares no data there is none
    """
    areas: dict[int, np.ndarray] = {}
    with opened([path]) as (dataset,):
        place = placement(dataset, target, region)
        for window in strips(
            place.window, place.window.width * (40 + place.pixel_bytes), dataset.block_shapes[0][0]
        ):
            stored = read(dataset, window)
            known = np.isfinite(stored) & place.inside(window)
            codes = np.where(known, decode(np.where(known, stored, 0.0)), UNKNOWN)
            for code in np.unique(codes[codes != UNKNOWN]).tolist():
                covered = place.integrate((codes == code).astype(float), window)
                areas[code] = areas.get(code, 0.0) + covered
    return majority(areas, target)


def majority(areas: dict[int, np.ndarray], target: LatLonGrid) -> Categories:
    """The code with the largest area (lat, lon) of each cell; of equals the smallest code."""
    if not areas:
        nothing = np.zeros(target.shape)
        return Categories(np.full(target.shape, UNKNOWN), nothing, nothing.copy())
    codes = np.array(sorted(areas))
    stack = np.stack([areas[code] for code in codes.tolist()])
    best = stack.argmax(axis=0)
    share = np.take_along_axis(stack, best[None], axis=0)[0] / target.cell_area
    code = np.where(share > 0, codes[best], UNKNOWN)
    return Categories(code, np.clip(share, 0, 1), np.clip(stack.sum(axis=0) / target.cell_area, 0, 1))
