"""The image of a part of a fine map in the projection of the page, made in a worker process.

No more pixels of the GeoTIFF, or of its overviews, are read than a screen can show: whatever the size of the
map, one image takes some 20 MB while it is made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.jobs.messages import TaskContext
from proda_core.figures.projection import MERCATOR_POLE_DEGREES, Box, Projection
from proda_core.records.checks import InputError, expect

PIXELS = 400_000  # of an image, at most
FINER = 2  # pixels that are read for one that is drawn, along each axis, at most


@dataclass(frozen=True, eq=False)
class FineMapImage:
    """Stocks (row, column) [kgC m-2] from bottom to top between edges in the plane of the map."""

    values: np.ndarray
    edges: Box
    pixel: float  # degrees of the map in one pixel of the image


def shade(
    path: str, interval: str, box: Box | None, projection: Projection, context: TaskContext
) -> FineMapImage | None:
    """Return the image of the part of a map in a box, or of all of it; None where they do not meet."""
    import rasterio

    try:
        with rasterio.open(path) as file:
            expect(
                interval in file.descriptions,
                f"{path}: expected a band {interval}, found {', '.join(map(str, file.descriptions))}",
            )
            window, degrees = _window(file, box)
            if window is None:
                return None
            left, bottom, right, top = projection.covering_rectangle(degrees)
            size = _size(right - left, top - bottom, window)
            read = min(window.height, FINER * size[0]), min(window.width, FINER * size[1])
            values = file.read(
                file.descriptions.index(interval) + 1,
                window=window,
                out_shape=read,
                resampling=rasterio.enums.Resampling.average,
            )
    except rasterio.errors.RasterioError as error:
        raise InputError(f"The map cannot be read. {error}") from None
    draw = _draw_mesh if projection.rectilinear else _warp
    drawn, edges = draw(values[::-1], degrees, size, projection)
    return FineMapImage(drawn.astype(np.float32), edges, (degrees[2] - degrees[0]) / size[1])


def _window(file: object, box: Box | None) -> tuple[object, Box]:
    """Return the whole pixels that a box meets and their edges [degrees]; None where there are none."""
    from rasterio.windows import Window

    left, top = file.transform.c, file.transform.f
    step = file.transform.a
    west, south, east, north = box or (
        left,
        -MERCATOR_POLE_DEGREES,
        left + file.width * step,
        MERCATOR_POLE_DEGREES,
    )
    first = max(0, int(np.floor((west - left) / step)))
    last = min(file.width, int(np.ceil((east - left) / step)))
    upper = max(0, int(np.floor((top - min(north, MERCATOR_POLE_DEGREES)) / step)))
    lower = min(file.height, int(np.ceil((top - max(south, -MERCATOR_POLE_DEGREES)) / step)))
    if last <= first or lower <= upper:
        return None, (0.0, 0.0, 0.0, 0.0)
    edges = left + first * step, top - lower * step, left + last * step, top - upper * step
    return Window(first, upper, last - first, lower - upper), edges


def _size(width: float, height: float, window: object) -> tuple[int, int]:
    """Return rows and columns of an image: no more than are seen, and not many more than the map has."""
    share = min(1.0, np.sqrt(PIXELS / (width / height)) / (FINER * window.height))
    rows = max(1, round(FINER * window.height * share))
    return rows, max(1, round(rows * width / height))


def _draw_mesh(
    values: np.ndarray, degrees: Box, size: tuple[int, int], projection: Projection
) -> tuple[np.ndarray, Box]:
    """Return the mean of the values (row, column), south first, in each pixel of an image, and its edges."""
    import datashader

    mesh = _mesh(values, degrees, projection)
    x, y = _ends(mesh["x"].values), _ends(mesh["y"].values)
    canvas = datashader.Canvas(plot_width=size[1], plot_height=size[0], x_range=x, y_range=y)
    drawn = canvas.quadmesh(mesh, x="x", y="y", agg=datashader.mean("stock"))
    return drawn.values, (x[0], y[0], x[1], y[1])


def _warp(
    values: np.ndarray, degrees: Box, size: tuple[int, int], projection: Projection
) -> tuple[np.ndarray, Box]:
    """Return the value (row, column), south first, at the centre of each pixel of an image, and its edges."""
    west, south, east, north = degrees
    left, bottom, right, top = projection.covering_rectangle(degrees)
    x = left + (np.arange(size[1]) + 0.5) * (right - left) / size[1]
    y = bottom + (np.arange(size[0]) + 0.5) * (top - bottom) / size[0]
    lon, lat = projection.unproject(*np.meshgrid(x, y))
    inside = (lon >= west) & (lon < east) & (lat >= south) & (lat < north)
    row = ((lat[inside] - south) / (north - south) * values.shape[0]).astype(int)
    column = ((lon[inside] - west) / (east - west) * values.shape[1]).astype(int)
    image = np.full(size, np.nan, np.float32)
    image[inside] = values[row, column]
    return image, (left, bottom, right, top)


def _ends(centres: np.ndarray) -> tuple[float, float]:
    """Return both ends of a row of pixels, as Datashader derives them from their centres."""
    first, last = centres[1] - centres[0], centres[-1] - centres[-2]
    return float(centres[0] - first / 2), float(centres[-1] + last / 2)


def _mesh(values: np.ndarray, degrees: Box, projection: Projection) -> xr.DataArray:
    """Return values (row, column), south first, at the centres of their pixels in the plane of the map."""
    for axis in (0, 1):
        values = values if values.shape[axis] > 1 else values.repeat(2, axis)  # a mesh needs two of each
    rows, columns = values.shape
    west, south, east, north = degrees
    lon = west + (np.arange(columns) + 0.5) * (east - west) / columns
    lat = south + (np.arange(rows) + 0.5) * (north - south) / rows
    x, _ = projection.project(lon, np.zeros(columns))
    _, y = projection.project(np.zeros(rows), lat)
    return xr.DataArray(values, coords={"y": y, "x": x}, dims=("y", "x"), name="stock")
