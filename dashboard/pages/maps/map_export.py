"""The maps in view as files for other programs: CSV, NetCDF, GeoTIFF."""

from __future__ import annotations

import re
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
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_WGS84 = {
    "grid_mapping_name": "latitude_longitude",
    "semi_major_axis": 6378137.0,  # m
    "inverse_flattening": 298.257223563,
    "longitude_of_prime_meridian": 0.0,
}


@dataclass(frozen=True, eq=False)
class Band:
    """One map: its name, what it is in words, its unit as printed, and its values (cell)."""

    name: str
    words: str
    unit: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class MapFile:
    """Maps on cells; ``lon`` and ``lat`` (cell) [degrees] are centres, ``about`` tells the origin.

    ``kept`` (cell) bool are the cells in view; the others have no value.
    """

    cell: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    kept: np.ndarray
    bands: tuple[Band, ...]
    about: dict[str, str]

    def csv(self) -> BytesIO:
        """One row per cell in view; lines that begin with # say what the columns are."""
        frame = pd.DataFrame({"cell": self.cell, "lon": self.lon, "lat": self.lat})
        frame = frame.assign(**{band.name: band.values for band in self.bands})[self.kept]
        lines = [f"# {key}: {value}" for key, value in self.about.items()]
        lines += [f"# {band.name}: {band.words} [{plain_unit(band.unit)}]" for band in self.bands]
        return BytesIO(("\n".join(lines) + "\n" + frame.to_csv(index=False)).encode())

    def netcdf(self) -> BytesIO:
        """CF variables on a latitude-longitude grid."""
        lon, lat, row, column = self._grid()
        shape = len(lat), len(lon)
        maps = {
            variable_name(band.name): (
                ("lat", "lon"),
                self._filled(band.values, row, column, shape),
                _attributes(band) | {"grid_mapping": "crs"},
            )
            for band in self.bands
        }
        axes = _axis("lat", lat, "latitude", "degrees_north", "Y") | _axis(
            "lon", lon, "longitude", "degrees_east", "X"
        )
        ds = xr.Dataset(maps | {"crs": ((), 0, _WGS84)}, axes, {"Conventions": "CF-1.11"} | self.about)
        whole = {name: {"_FillValue": None} for name in axes}  # CF: nothing is missing on an axis
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "maps.nc"
            ds.to_netcdf(path, engine="h5netcdf", encoding=whole)
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
            file.set_band_description(number, f"{band.words} ({plain_unit(band.unit)})")
            file.set_band_unit(number, plain_unit(band.unit))
        file.update_tags(**self.about)

    def _grid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Longitudes eastward and latitudes southward of the whole grid, row and column of each cell."""
        lon = np.arange(self.lon.min(), self.lon.max() + CELL / 2, CELL)
        lat = np.arange(self.lat.max(), self.lat.min() - CELL / 2, -CELL)
        column = np.rint((self.lon - lon[0]) / CELL).astype(int)
        row = np.rint((lat[0] - self.lat) / CELL).astype(int)
        return lon, lat, row, column

    def _filled(
        self, values: np.ndarray, row: np.ndarray, column: np.ndarray, shape: tuple[int, int]
    ) -> np.ndarray:
        """The values (cell) in view on the whole grid (row, column), NaN elsewhere."""
        grid = np.full(shape, np.nan, np.float32)
        grid[row, column] = np.where(self.kept, values, np.nan)
        return grid


def plain_unit(printed: str) -> str:
    """A printed unit in plain letters.

    >>> plain_unit("kgC m⁻²"), plain_unit("0.01 °C"), plain_unit("")
    ('kgC m-2', '0.01 degC', '1')
    """
    return printed.translate(_LOWERED).replace("°C", "degC") or "1"


def udunits(printed: str) -> str:
    """A printed unit as UDUNITS reads it; it knows no carbon.

    >>> udunits("kgC m⁻²"), udunits("gC m⁻² yr⁻¹"), udunits("0.01 °C")
    ('kg m-2', 'g m-2 yr-1', '0.01 degC')
    """
    return re.sub(r"\b(k?g)C\b", r"\1", plain_unit(printed))


def variable_name(name: str) -> str:
    """A name of letters, digits and underscores, as CF wants it.

    >>> variable_name("stock.wise30sec-like")
    'stock_wise30sec_like'
    """
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _attributes(band: Band) -> dict[str, str]:
    """Unit and long name; that a mass is one of carbon is said by the name, as the unit cannot."""
    of_carbon = "gC" in band.unit and "carbon" not in band.words
    return {"units": udunits(band.unit), "long_name": f"{band.words}{', as carbon' if of_carbon else ''}"}


def _axis(name: str, centres: np.ndarray, words: str, units: str, axis: str) -> dict[str, tuple]:
    """A coordinate and the edges of its cells."""
    step = CELL if name == "lon" else -CELL  # northernmost first
    edges = centres[:, None] + np.array([-step, step]) / 2
    about = {"units": units, "standard_name": words, "long_name": f"{words} of the cell centre"}
    about |= {"axis": axis, "bounds": f"{name}_bnds"}
    return {name: (name, centres, about), f"{name}_bnds": ((name, "bnds"), edges)}
