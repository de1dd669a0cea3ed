"""The image of a part of a fine map, read and drawn by Datashader in a worker process.

No more pixels of the GeoTIFF, or of its overviews, are read than a screen can show: whatever the size of the
map, one image takes some 20 MB while it is made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.jobs.messages import TaskContext
from dashboard.state.viewport import MERCATOR_POLE_DEGREES, Box
from proda_core.records.checks import InputError, expect

PIXELS = 400_000  # of an image, at most
FINER = 2  # pixels that are read for one that is drawn, along each axis, at most


@dataclass(frozen=True, eq=False)
class FineMapImage:
    """Stocks (row, column) [kgC m-2] from south to north between edges in Web Mercator [m]."""

    values: np.ndarray
    edges: Box
    pixel: float  # degrees of the map in one pixel of the image


def shade(path: str, interval: str, box: Box | None, context: TaskContext) -> FineMapImage | None:
    """Return the image of the part of a map in a box, or of all of it; None where they do not meet."""
    import datashader
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
            x, y = _metres(degrees)
            size = _size(x[1] - x[0], y[1] - y[0], window)
            read = min(window.height, FINER * size[0]), min(window.width, FINER * size[1])
            values = file.read(
                file.descriptions.index(interval) + 1,
                window=window,
                out_shape=read,
                resampling=rasterio.enums.Resampling.average,
            )
    except rasterio.errors.RasterioError as error:
        raise InputError(f"The map cannot be read. {error}") from None
    mesh = _mesh(values[::-1], degrees)
    x, y = _ends(mesh["x"].values), _ends(mesh["y"].values)
    canvas = datashader.Canvas(plot_width=size[1], plot_height=size[0], x_range=x, y_range=y)
    drawn = canvas.quadmesh(mesh, x="x", y="y", agg=datashader.mean("stock"))
    edges = (x[0], y[0], x[1], y[1])
    return FineMapImage(drawn.values.astype(np.float32), edges, (degrees[2] - degrees[0]) / size[1])


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


def _metres(degrees: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return west and east, south and north of a box in Web Mercator [m]."""
    from datashader.utils import lnglat_to_meters

    x, y = lnglat_to_meters(np.array(degrees[::2]), np.array(degrees[1::2]))
    return (float(x[0]), float(x[1])), (float(y[0]), float(y[1]))


def _ends(centres: np.ndarray) -> tuple[float, float]:
    """Return both ends of a row of pixels, as Datashader derives them from their centres."""
    first, last = centres[1] - centres[0], centres[-1] - centres[-2]
    return float(centres[0] - first / 2), float(centres[-1] + last / 2)


def _mesh(values: np.ndarray, degrees: Box) -> xr.DataArray:
    """Return values (row, column), south first, at the centres of their pixels in Web Mercator [m]."""
    from datashader.utils import lnglat_to_meters

    for axis in (0, 1):
        values = values if values.shape[axis] > 1 else values.repeat(2, axis)  # a mesh needs two of each
    rows, columns = values.shape
    west, south, east, north = degrees
    lon = west + (np.arange(columns) + 0.5) * (east - west) / columns
    lat = south + (np.arange(rows) + 0.5) * (north - south) / rows
    x, _ = lnglat_to_meters(lon, np.zeros(columns))
    _, y = lnglat_to_meters(np.zeros(rows), lat)
    return xr.DataArray(values, coords={"y": y, "x": x}, dims=("y", "x"), name="stock")
