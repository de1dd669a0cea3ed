"""The maps in view as files for other programs: CSV, NetCDF, GeoTIFF.

Files hold the cells as they are, by longitude and latitude, whatever the projection on the screen: another
raster would change values and totals.
"""

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

from dashboard.pages.maps.map_spec import DIFFERENCE_SLOT, MapSpec
from proda_core.comparison.cells import CELL_SIZE
from proda_core.records.maps import CarbonMap

M2_PER_KM2 = 1e6
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_WGS84 = {
    "grid_mapping_name": "latitude_longitude",
    "semi_major_axis": 6378137.0,  # m
    "inverse_flattening": 298.257223563,
    "longitude_of_prime_meridian": 0.0,
}


@dataclass(frozen=True, eq=False)
class Band:
    """One map: its name, its description, its unit as printed, and its values (cell)."""

    name: str
    description: str
    unit: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class MapFile:
    """Maps on cells with centres ``lon`` and ``lat`` (cell) [degrees].

    in_view : (cell) bool; the other cells have no value
    attributes : origin of the maps, by name
    """

    cell: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    in_view: np.ndarray
    bands: tuple[Band, ...]
    attributes: dict[str, str]

    def csv(self) -> BytesIO:
        """Return one row per cell in view; lines that begin with # describe the columns."""
        frame = pd.DataFrame({"cell": self.cell, "lon": self.lon, "lat": self.lat})
        frame = frame.assign(**{band.name: band.values for band in self.bands})[self.in_view]
        lines = [f"# {key}: {value}" for key, value in self.attributes.items()]
        lines += [f"# {band.name}: {band.description} [{plain_unit(band.unit)}]" for band in self.bands]
        return BytesIO(("\n".join(lines) + "\n" + frame.to_csv(index=False)).encode())

    def netcdf(self) -> BytesIO:
        """Return CF variables on a latitude-longitude grid."""
        lon, lat, row, column = self._grid()
        shape = len(lat), len(lon)
        maps = {
            variable_name(band.name): (
                ("lat", "lon"),
                self._on_grid(band.values, row, column, shape),
                _attributes(band) | {"grid_mapping": "crs"},
            )
            for band in self.bands
        }
        axes = _axis("lat", lat, "latitude", "degrees_north", "Y") | _axis(
            "lon", lon, "longitude", "degrees_east", "X"
        )
        ds = xr.Dataset(maps | {"crs": ((), 0, _WGS84)}, axes, {"Conventions": "CF-1.11"} | self.attributes)
        whole = {name: {"_FillValue": None} for name in axes}  # CF: nothing is missing on an axis
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "maps.nc"
            ds.to_netcdf(path, engine="h5netcdf", encoding=whole)
            return BytesIO(path.read_bytes())

    def geotiff(self) -> BytesIO:
        """Return one band per map, in EPSG:4326; NaN where there is no value."""
        lon, lat, row, column = self._grid()
        shape = len(lat), len(lon)
        options = {
            "driver": "GTiff",
            "height": shape[0],
            "width": shape[1],
            "count": len(self.bands),
            "dtype": "float32",
            "crs": "EPSG:4326",
            "transform": from_origin(lon[0] - CELL_SIZE / 2, lat[0] + CELL_SIZE / 2, CELL_SIZE, CELL_SIZE),
            "nodata": np.nan,
            "compress": "deflate",
        }
        with MemoryFile() as memory:
            with memory.open(**options) as file:
                self._write_bands(file, row, column, shape)
            return BytesIO(memory.read())

    def _write_bands(self, file: rasterio.io.DatasetWriter, row, column, shape: tuple[int, int]) -> None:
        for number, band in enumerate(self.bands, start=1):
            file.write(self._on_grid(band.values, row, column, shape), number)
            file.set_band_description(number, f"{band.description} ({plain_unit(band.unit)})")
            file.set_band_unit(number, plain_unit(band.unit))
        file.update_tags(**self.attributes)

    def _grid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return longitudes eastward, latitudes southward of the grid, and row and column of each cell."""
        lon = np.arange(self.lon.min(), self.lon.max() + CELL_SIZE / 2, CELL_SIZE)
        lat = np.arange(self.lat.max(), self.lat.min() - CELL_SIZE / 2, -CELL_SIZE)
        column = np.rint((self.lon - lon[0]) / CELL_SIZE).astype(int)
        row = np.rint((lat[0] - self.lat) / CELL_SIZE).astype(int)
        return lon, lat, row, column

    def _on_grid(
        self, values: np.ndarray, row: np.ndarray, column: np.ndarray, shape: tuple[int, int]
    ) -> np.ndarray:
        """Return the values (cell) in view on the whole grid (row, column), NaN elsewhere."""
        grid = np.full(shape, np.nan, np.float32)
        grid[row, column] = np.where(self.in_view, values, np.nan)
        return grid


def map_file(spec: MapSpec, carbon: CarbonMap, area: np.ndarray, attributes: dict[str, str]) -> MapFile:
    """Return the maps in view, their difference, and the area of land (cell) [m2] of each cell as a file."""
    values, (first, second) = spec.values(), spec.compared
    names = {DIFFERENCE_SLOT: f"{first.key}_minus_{second.key}"}
    bands = [
        Band(names.get(slot, layer.key), layer.description(spec.interval), layer.unit, values[slot])
        for slot, layer in spec.by_slot().items()
    ]
    bands.append(Band("land_area", "area of land in the cell", "km2", area / M2_PER_KM2))
    lon, lat = carbon.ds["lon"].values, carbon.ds["lat"].values
    return MapFile(carbon.cells, lon, lat, spec.in_view, tuple(bands), attributes)


def plain_unit(printed: str) -> str:
    """Return a printed unit in plain letters.

    >>> plain_unit("kgC m⁻²"), plain_unit("0.01 °C"), plain_unit("")
    ('kgC m-2', '0.01 degC', '1')
    """
    return printed.translate(_LOWERED).replace("°C", "degC") or "1"


def udunits(printed: str) -> str:
    """Return a printed unit as UDUNITS reads it, which has no unit for carbon.

    >>> udunits("kgC m⁻²"), udunits("gC m⁻² yr⁻¹"), udunits("0.01 °C")
    ('kg m-2', 'g m-2 yr-1', '0.01 degC')
    """
    return re.sub(r"\b(k?g)C\b", r"\1", plain_unit(printed))


def variable_name(name: str) -> str:
    """Return a name of letters, digits and underscores, as CF requires.

    >>> variable_name("stock.wise30sec-like")
    'stock_wise30sec_like'
    """
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _attributes(band: Band) -> dict[str, str]:
    """Return unit and long name; the name says that a mass is one of carbon, as the unit cannot."""
    of_carbon = "gC" in band.unit and "carbon" not in band.description
    return {
        "units": udunits(band.unit),
        "long_name": f"{band.description}{', as carbon' if of_carbon else ''}",
    }


def _axis(name: str, centres: np.ndarray, standard_name: str, units: str, axis: str) -> dict[str, tuple]:
    """Return a coordinate and the edges of its cells."""
    step = CELL_SIZE if name == "lon" else -CELL_SIZE  # northernmost first
    edges = centres[:, None] + np.array([-step, step]) / 2
    about = {"units": units, "standard_name": standard_name}
    about |= {"long_name": f"{standard_name} of the cell centre", "axis": axis, "bounds": f"{name}_bnds"}
    return {name: (name, centres, about), f"{name}_bnds": ((name, "bnds"), edges)}
