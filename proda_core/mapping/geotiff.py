"""A variable of a fine map as a Cloud-Optimised GeoTIFF: one band per label, with overviews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
import xarray as xr
from rasterio.shutil import copy
from rasterio.transform import from_origin
from rasterio.windows import Window

from proda_core.records.atomic_write import atomic_write
from proda_core.records.progress import Progress
from proda_core.sources.grid_cells import HALF_DEGREE

_BLOCK = 256
_OPTIONS = {
    "driver": "COG",
    "blocksize": _BLOCK,
    "compress": "DEFLATE",
    "level": 1,
    "predictor": "YES",
    "overviews": "AUTO",
    "overview_resampling": "AVERAGE",
    "num_threads": "ALL_CPUS",
    "bigtiff": "IF_SAFER",
}


def write_cog(
    store: Path, variable: str, path: Path, on_progress: Callable[[Progress], None] | None = None
) -> Path:
    """Write ``variable`` (band, lat, lon) of a Zarr store to ``path``, a strip of rows at a time.

    Bands are described by their labels; the attributes of the store and the units are written as tags.
    """
    with xr.open_zarr(store) as ds, atomic_write(path) as temporary:
        array = ds[variable]
        plain = temporary.with_suffix(".plain.tif")
        try:
            _write_plain(array, ds.attrs, plain, on_progress)
            copy(plain, temporary, **_OPTIONS)
        finally:
            plain.unlink(missing_ok=True)
    return path


def _write_plain(
    array: xr.DataArray, attrs: dict, path: Path, on_progress: Callable[[Progress], None] | None
) -> None:
    bands, rows, columns = array.shape
    steps = np.concatenate([np.diff(array["lon"].values), -np.diff(array["lat"].values), [HALF_DEGREE]])
    step = float(steps[0])  # pixels are square; with a single pixel, its size is that of a cell
    west, north = float(array["lon"][0]) - step / 2, float(array["lat"][0]) + step / 2
    profile = {"driver": "GTiff", "dtype": "float32", "count": bands, "height": rows, "width": columns}
    profile |= {"crs": "EPSG:4326", "transform": from_origin(west, north, step, step), "nodata": np.nan}
    profile |= {"tiled": True, "blockxsize": _BLOCK, "blockysize": _BLOCK, "bigtiff": "IF_SAFER"}
    with rasterio.open(path, "w", **profile) as file:
        for band, label in enumerate(array[array.dims[0]].values, start=1):
            file.set_band_description(band, str(label))
        file.update_tags(units=array.attrs.get("units", ""), **{k: str(v) for k, v in attrs.items()})
        for first in range(0, rows, _BLOCK):
            strip = array.isel(lat=slice(first, first + _BLOCK)).values
            file.write(strip, window=Window(0, first, columns, strip.shape[1]))
            if on_progress is not None:
                done = min(first + _BLOCK, rows)
                on_progress(Progress(done, rows, f"{path.name.split('.')[0]}: row {done} of {rows}"))
