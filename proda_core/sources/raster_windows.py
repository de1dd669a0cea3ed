"""Raster files read window by window: opened, checked against each other, never held in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from proda_core.records.checks import InputError, expect
from proda_core.sources.git_lfs import expect_no_pointer

GDAL_CACHE = 64 * 2**20  # bytes; GDAL would otherwise take a twentieth of the machine's memory
STRIP_BYTES = 64 * 2**20  # of decoded numbers in one strip


@contextmanager
def opened(paths: Sequence[Path | str]) -> Iterator[list[DatasetReader]]:
    """Open rasters of the same grid and coordinate system."""
    with rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE), ExitStack() as stack:
        datasets = [stack.enter_context(_open(Path(path))) for path in paths]
        for other in datasets[1:]:
            _expect_aligned(datasets[0], other)
        yield datasets


def strips(window: Window, width_bytes: int, block_rows: int = 1) -> Iterator[Window]:
    """Cut a window into strips of whole rows of about ``STRIP_BYTES``; ``width_bytes`` is one row's.

    >>> [w.height for w in strips(Window(0, 0, 10, 5), STRIP_BYTES // 2)]
    [2, 2, 1]
    """
    rows = max(int(STRIP_BYTES // max(width_bytes, 1)), 1)
    rows = max(rows // block_rows * block_rows, 1) if rows > block_rows else rows
    for start in range(window.row_off, window.row_off + window.height, rows):
        height = min(rows, window.row_off + window.height - start)
        yield Window(window.col_off, start, window.width, height)


def read(dataset: DatasetReader, window: Window) -> np.ndarray:
    """First band of a window (row, column) float64 in the file's own unit, NaN where it declares no data."""
    try:
        return dataset.read(1, window=window, masked=True).astype(float).filled(np.nan)
    except RasterioError as error:
        place = f"rows {window.row_off} to {window.row_off + window.height - 1}"
        raise InputError(
            f"{dataset.name}: expected a complete raster, found it unreadable in {place}"
            f" (truncated or damaged: {error})"
        ) from error


def scaling_of(path: Path | str) -> tuple[float, float]:
    """Scale and offset a raster declares for its numbers, 1 and 0 where it declares none."""
    with opened([path]) as (dataset,):
        return float(dataset.scales[0]), float(dataset.offsets[0])


def sample(path: Path | str, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Numbers of the pixels that hold the points (point,), in the file's own unit.

    NaN outside the raster and where it declares no data.
    """
    with opened([path]) as (dataset,):
        x, y = _projected(dataset, np.asarray(lon, float), np.asarray(lat, float))
        row, column = rasterio.transform.rowcol(dataset.transform, x, y, op=np.floor)
        row, column = np.asarray(row, int), np.asarray(column, int)
        inside = (row >= 0) & (row < dataset.height) & (column >= 0) & (column < dataset.width)
        values = np.full(len(row), np.nan)
        block = dataset.block_shapes[0][0]
        for start in np.unique(row[inside] // block) * block:
            here = np.flatnonzero(inside & (row >= start) & (row < start + block))
            first, width = int(column[here].min()), int(np.ptp(column[here])) + 1
            height = min(block, dataset.height - int(start))
            part = read(dataset, Window(first, int(start), width, height))
            values[here] = part[row[here] - start, column[here] - first]
        return values


def _projected(dataset: DatasetReader, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if dataset.crs is None or dataset.crs.is_geographic:
        west = dataset.bounds.left
        return np.where(np.isfinite(lon), (lon - west) % 360.0 + west, -1e9), np.nan_to_num(lat, nan=-1e9)
    x, y = Transformer.from_crs("EPSG:4326", dataset.crs.to_wkt(), always_xy=True).transform(lon, lat)
    return np.where(np.isfinite(x), x, -1e12), np.where(np.isfinite(y), y, -1e12)


def _open(path: Path) -> DatasetReader:
    expect(path.exists(), f"{path}: expected a raster file, found no such file")
    expect_no_pointer(path)
    try:
        dataset = rasterio.open(path)
    except RasterioError as error:
        raise InputError(f"{path}: expected a raster file, found something unreadable ({error})") from error
    known = dataset.crs is not None
    if not known:
        dataset.close()
    expect(known, f"{path}: expected a raster with a coordinate system, found none in the file")
    return dataset


def _expect_aligned(first: DatasetReader, other: DatasetReader) -> None:
    same = first.shape == other.shape and first.transform.almost_equals(other.transform, 1e-9)
    expect(
        same and first.crs == other.crs,
        f"{other.name}: expected the grid of {Path(first.name).name} ({first.height} x {first.width}),"
        f" found {other.height} x {other.width} or another place",
    )
