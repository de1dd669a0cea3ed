"""Maps of any resolution beside a run, as `proda map` writes them; Datashader draws the part in view.

A worker reads no more pixels of the GeoTIFF, or of its overviews, than a screen can show: whatever the
size of the map, one picture takes some 20 MB while it is made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from dashboard.jobs.cache import Cache
from dashboard.jobs.job import Job, State
from dashboard.jobs.messages import TaskContext
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError, expect
from proda_core.runs import Run

Box = tuple[float, float, float, float]  # west, south, east, north [degrees]
PLACE = "maps"  # directory of a run where its fine maps lie, one directory each
ABOUT, STOCKS = "map.json", "stock.tif"
PIXELS = 400_000  # of a picture, at most
FINER = 2  # pixels that are read for one that is drawn, along each axis, at most
KEPT = 24  # pictures held in memory, 1.6 MB each at most
_MADE_UP = "synthetic"  # how the origin of covariates begins that were made up between cells
_POLE = 85.0  # degrees; Web Mercator ends there


@dataclass(frozen=True)
class FineMap:
    """One map beside a run; ``made_up`` says that its covariates are no finer than half a degree."""

    name: str
    path: str
    product: str
    resolution: float
    made_up: bool
    written: int
    finished: bool


@dataclass(frozen=True, eq=False)
class FineMapImage:
    """Stocks (row, column) [kgC m-2] from south to north between edges in Web Mercator [m]."""

    values: np.ndarray
    edges: Box
    pixel: float  # degrees of the map that one pixel of the picture stands for


class FineMaps:
    """The fine maps of runs, and the jobs that make their pictures, for all visitors."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._jobs: Cache[Job] = Cache(KEPT)

    def picture(self, fine: FineMap, interval: str, box: Box | None) -> Job:
        """The job whose result is the picture of a part of a map (None where the map does not reach)."""
        arguments = fine.path, interval, box
        return self._jobs.get_or_create(
            (fine, interval, box),
            lambda: Job(self._workers, f"Map {fine.name}", shade, *arguments).start(),
            is_stale=lambda job: job.state in (State.FAILED, State.CANCELLED),
        )


def fine_maps_directory(run: Run) -> Path:
    """Where fine maps of a run are looked for."""
    return run.directory / PLACE


def fine_maps_of(run: Run) -> tuple[FineMap, ...]:
    """The fine maps of a run by name; what is none of this run's is passed over."""
    found = (_described(path, run) for path in sorted(fine_maps_directory(run).glob(f"*/{ABOUT}")))
    return tuple(fine for fine in found if fine is not None)


def shade(path: str, interval: str, box: Box | None, context: TaskContext) -> FineMapImage | None:
    """The picture of the part of a map in a box, or of all of it; None where they do not meet."""
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


def _described(path: Path, run: Run) -> FineMap | None:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["run"] != run.id or about["started"] != run.settings["started"]:
            return None
        stocks = path.with_name(STOCKS)
        return FineMap(
            name=path.parent.name,
            path=str(stocks),
            product=str(about["product"]),
            resolution=float(about["resolution"]),
            made_up=str(about["covariates"]).startswith(_MADE_UP),
            written=stocks.stat().st_mtime_ns if stocks.exists() else 0,
            finished=stocks.exists(),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _window(file: object, box: Box | None) -> tuple[object, Box]:
    """The pixels that a box meets, whole ones, and their edges [degrees]; None where there are none."""
    from rasterio.windows import Window

    left, top = file.transform.c, file.transform.f
    step = file.transform.a
    west, south, east, north = box or (left, -_POLE, left + file.width * step, _POLE)
    first = max(0, int(np.floor((west - left) / step)))
    last = min(file.width, int(np.ceil((east - left) / step)))
    upper = max(0, int(np.floor((top - min(north, _POLE)) / step)))
    lower = min(file.height, int(np.ceil((top - max(south, -_POLE)) / step)))
    if last <= first or lower <= upper:
        return None, (0.0, 0.0, 0.0, 0.0)
    edges = left + first * step, top - lower * step, left + last * step, top - upper * step
    return Window(first, upper, last - first, lower - upper), edges


def _size(width: float, height: float, window: object) -> tuple[int, int]:
    """Rows and columns of a picture: no more than are seen, and not many more than the map has."""
    share = min(1.0, np.sqrt(PIXELS / (width / height)) / (FINER * window.height))
    rows = max(1, round(FINER * window.height * share))
    return rows, max(1, round(rows * width / height))


def _metres(degrees: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """West and east, south and north of a box in Web Mercator [m]."""
    from datashader.utils import lnglat_to_meters

    x, y = lnglat_to_meters(np.array(degrees[::2]), np.array(degrees[1::2]))
    return (float(x[0]), float(x[1])), (float(y[0]), float(y[1]))


def _ends(centres: np.ndarray) -> tuple[float, float]:
    """Where a row of pixels begins and ends, as Datashader finds it from their centres."""
    first, last = centres[1] - centres[0], centres[-1] - centres[-2]
    return float(centres[0] - first / 2), float(centres[-1] + last / 2)


def _mesh(values: np.ndarray, degrees: Box) -> xr.DataArray:
    """Values (row, column), rows from south to north, at the centres of their pixels in Web Mercator [m]."""
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
