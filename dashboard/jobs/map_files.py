"""The maps in view as files for other programs: CSV, NetCDF, GeoTIFF."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import xarray as xr
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

CELL = 0.5  # degrees


@dataclass(frozen=True, eq=False)
class Band:
    """One map: its name, what it is in words, its unit, and its values (cell)."""

    name: str
    words: str
    unit: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class MapFile:
    """Maps on cells; ``lon`` and ``lat`` (cell) [degrees] are centres, ``about`` tells the origin."""

    cell: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    bands: tuple[Band, ...]
    about: dict[str, str]

    def csv(self) -> BytesIO:
        """One row per cell; lines that begin with # say what the columns are."""
        frame = pd.DataFrame({"cell": self.cell, "lon": self.lon, "lat": self.lat})
        frame = frame.assign(**{band.name: band.values for band in self.bands})
        lines = [f"# {key}: {value}" for key, value in self.about.items()]
        lines += [f"# {band.name}: {band.words} [{band.unit or '1'}]" for band in self.bands]
        return BytesIO(("\n".join(lines) + "\n" + frame.to_csv(index=False)).encode())

    def netcdf(self) -> BytesIO:
        """CF variables on a latitude-longitude grid."""
        lon, lat, row, column = self._grid()
        ds = xr.Dataset(
            {
                band.name.replace(".", "_"): (
                    ("lat", "lon"),
                    self._filled(band.values, row, column, (len(lat), len(lon))),
                    {"units": band.unit or "1", "long_name": band.words},
                )
                for band in self.bands
            },
            coords={
                "lat": ("lat", lat, {"units": "degrees_north", "standard_name": "latitude"}),
                "lon": ("lon", lon, {"units": "degrees_east", "standard_name": "longitude"}),
            },
            attrs={"Conventions": "CF-1.11"} | self.about,
        )
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "maps.nc"
            ds.to_netcdf(path, engine="h5netcdf")
            return BytesIO(path.read_bytes())

    def geotiff(self) -> BytesIO:
        """One band per map, in EPSG:4326; no value is NaN."""
        lon, lat, row, column = self._grid()
        shape = len(lat), len(lon)
        options = {
            "driver": "GTiff",
            "height": shape[0],
            "width": shape[1],
            "count": len(self.bands),
            "dtype": "float32",
            "crs": "EPSG:4326",
            "transform": from_origin(lon[0] - CELL / 2, lat[0] + CELL / 2, CELL, CELL),
            "nodata": np.nan,
            "compress": "deflate",
        }
        with MemoryFile() as memory:
            with memory.open(**options) as file:
                self._write_bands(file, row, column, shape)
            return BytesIO(memory.read())

    def _write_bands(self, file: rasterio.io.DatasetWriter, row, column, shape: tuple[int, int]) -> None:
        for number, band in enumerate(self.bands, start=1):
            file.write(self._filled(band.values, row, column, shape), number)
            file.set_band_description(number, f"{band.words} ({band.unit or '1'})")
            file.set_band_unit(number, band.unit or "1")
        file.update_tags(**self.about)

    def _grid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Longitudes eastward and latitudes southward of the whole grid, row and column of each cell."""
        lon = np.arange(self.lon.min(), self.lon.max() + CELL / 2, CELL)
        lat = np.arange(self.lat.max(), self.lat.min() - CELL / 2, -CELL)
        column = np.rint((self.lon - lon[0]) / CELL).astype(int)
        row = np.rint((lat[0] - self.lat) / CELL).astype(int)
        return lon, lat, row, column

    @staticmethod
    def _filled(values: np.ndarray, row: np.ndarray, column: np.ndarray, shape: tuple) -> np.ndarray:
        grid = np.full(shape, np.nan, np.float32)
        grid[row, column] = values
        return grid
