"""Small made-up files in exactly the formats of the real sources, written where a test wants them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.transform import from_origin

HOMOLOSINE = (
    'PROJCS["Homolosine",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Interrupted_Goode_Homolosine"],'
    'UNIT["Meter",1]]'
)
SPINUP_CASE = "sasu_f05_g16_checked_step4_cesm2_ss_4da_661_680"


def write_tiff(
    path: Path,
    values: np.ndarray,
    west: float = -80.0,
    north: float = 42.0,
    step: float = 0.25,
    nodata: float | None = -32767,
    crs: str = "EPSG:4326",
    **profile,
) -> Path:
    """A one-band GeoTIFF (row north to south, column) with square pixels of ``step``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS.from_user_input(crs),
        "transform": from_origin(west, north, step, step),
        "nodata": nodata,
        **profile,
    }
    with rasterio.open(path, "w", **options) as file:
        file.write(values, 1)
    return path


def write_table(path: Path, columns: dict[str, list], sep: str = "\t", quote: bool = True) -> Path:
    """A text table; with ``quote`` text is put in double quotes as WoSIS does."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return f'"{text}"' if quote and isinstance(value, str) and text else text

    rows = [sep.join(columns)] + [sep.join(map(cell, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def write_spinup(
    directory: Path,
    name: str,
    value: float,
    layers: int | None = None,
    patches: tuple[tuple[tuple, np.ndarray | float], ...] = (),
) -> Path:
    """A MATLAB 7.3 file of one value, ocean (NaN) south of the equator between 80 and 76 degrees west.

    patches : (index, values) in MATLAB's order (lat, lon, [layer], month); HDF5 keeps it reversed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{SPINUP_CASE}_{name}.mat"
    shape = (12, 576, 384) if layers is None else (12, layers, 576, 384)
    with h5py.File(path, "w") as file:
        chunks = (*shape[:-2], 16, 48)
        data = file.create_dataset(
            "var_record_monthly_mean", shape, "float64", fillvalue=value, chunks=chunks, compression="gzip"
        )
        data.attrs["MATLAB_class"] = np.bytes_(b"double")
        data[..., 160:167, 192:] = np.nan
        for index, values in patches:
            data[index[::-1]] = np.asarray(values).T
    return path
