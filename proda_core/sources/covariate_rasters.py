"""Covariates from the rasters they were made of: WorldClim 2, SoilGrids 2017, land cover, climate classes.

A site has the value of the pixel that contains it; a cell has the area-weighted mean of a number or the
code that covers most of it. A directory need not hold all rasters; missing ones are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proda_core.records.checks import expect
from proda_core.records.covariates import Covariates
from proda_core.sources.covariate_table import covariates_from
from proda_core.sources.locate import holds, locate
from proda_core.sources.quality import Note
from proda_core.sources.raster_aggregation import aggregate, aggregate_categories
from proda_core.sources.raster_windows import sample, scaling_of
from proda_core.sources.spherical_grid import LatLonGrid
from proda_core.vocabulary.covariates import BY_NAME, NAMES

UNKNOWN = -1
LARGEST = 1e30  # stored; beyond it only fill values
ESA_CLASS = 10  # ESA CCI codes are classes x 10 plus a subclass


@dataclass(frozen=True)
class Raster:
    """One raster: file pattern, factor to the covariate's unit, stored numbers that are no data."""

    pattern: str
    factor: float = 1.0
    nodata: tuple[float, ...] = ()


# SoilGrids 2017 gives properties at depths sl1 (0 cm), sl4 (30 cm), sl6 (100 cm); its nodata is
# -32768 in 16-bit and 255 in 8-bit rasters.
_SOILGRIDS_DEPTHS = {"0cm": "sl1", "30cm": "sl4", "100cm": "sl6"}
_SOILGRIDS = {
    "Bulk_Density": "BLDFIE",
    "CEC": "CECSOL",
    "Clay_Content": "CLYPPT",
    "Coarse_Fragments_v": "CRFVOL",
    "pH_Water": "PHIHOX",
    "Sand_Content": "SNDPPT",
    "Silt_Content": "SLTPPT",
    "SWC_v_Wilting_Point": "WWP",
    "Texture_USDA": "TEXMHT",
}
_WIDE, _NARROW = (-32768.0, -9999.0), (255.0, -32768.0)
_SIXTEEN_BIT = ("Bulk_Density", "CEC")
RASTERS: dict[str, Raster] = {
    **{f"BIO{i}": Raster(f"wc2*_bio_*{i}.tif", nodata=(-9999.0,)) for i in range(1, 20)},
    "Elevation": Raster("wc2*_elev.tif", nodata=(-9999.0, -32768.0)),
    **{
        f"{name}_{depth}": Raster(
            f"{code}_M_{layer}_*_ll.tif", nodata=_WIDE if name in _SIXTEEN_BIT else _NARROW
        )
        for name, code in _SOILGRIDS.items()
        for depth, layer in _SOILGRIDS_DEPTHS.items()
    },
    "Abs_Depth_to_Bedrock": Raster("BDTICM_M_*_ll.tif", nodata=(-2147483647.0, -99999.0, -32768.0)),
    "Occurrence_R_Horizon": Raster("BDRLOG_M_*_ll.tif", nodata=_NARROW),
    "Garde_Acid": Raster("SLGWRB_*_ll.tif", nodata=_NARROW),
    "USDA_Suborder": Raster("TAXOUSDA_*_ll.tif", nodata=_NARROW),
    "WRB_Subgroup": Raster("TAXNWRB_*_ll.tif", nodata=_NARROW),
    "Koppen_Climate_2018": Raster("Beck_KG_V1_present_*.tif", nodata=(0.0,)),
    "ESA_Land_Cover": Raster("ESACCI-LC-L4-LCCS-Map-*.tif", nodata=(0.0,)),
}


def available(directory: Path | str) -> tuple[str, ...]:
    """Covariates for which the directory holds a raster, in the order of the vocabulary."""
    return tuple(name for name in NAMES if name in RASTERS and holds(directory, _pattern(directory, name)))


def at_sites(
    directory: Path | str,
    sites: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    names: Sequence[str] | None = None,
) -> tuple[Covariates, list[Note]]:
    """Covariates of points (site) from the pixels they lie in, with Lon and Lat."""
    names = _wanted(directory, names)
    values = np.column_stack([np.asarray(lon, float), np.asarray(lat, float), *(
        _at_points(directory, name, lon, lat) for name in names
    )])  # fmt: skip
    return covariates_from(values, ("Lon", "Lat", *names), np.asarray(sites))


def on_cells(
    directory: Path | str,
    grid: LatLonGrid,
    row: np.ndarray,
    column: np.ndarray,
    names: Sequence[str] | None = None,
) -> tuple[Covariates, list[Note]]:
    """Covariates of grid cells (cell), given by row and column; cells are numbered row x columns + column."""
    names = _wanted(directory, names)
    fields = [_on_grid(directory, name, grid)[row, column] for name in names]
    values = np.column_stack([grid.lon[column], grid.lat[row], *fields])
    cells = row * grid.shape[1] + column
    return covariates_from(values, ("Lon", "Lat", *names), cells, cells=True)


def _wanted(directory: Path | str, names: Sequence[str] | None) -> tuple[str, ...]:
    found = available(directory)
    expect(len(found) > 0, f"{directory}: expected rasters of covariates, found none of the known names")
    missing = [name for name in names or () if name not in found]
    expect(
        not missing,
        f"{directory}: expected rasters of {', '.join(names or ())}; found none of {', '.join(missing)}",
    )
    return tuple(names or found)


def _pattern(directory: Path | str, name: str) -> str:
    """File pattern; BIO1 must not find BIO11, nor BIO19."""
    if not name.startswith("BIO"):
        return RASTERS[name].pattern
    number = int(name[3:])
    padded = f"wc2*_bio_*{number:02d}.tif"
    plain = f"wc2*_bio_{number}.tif"
    return plain if holds(directory, plain) or number > 9 else padded


def _path(directory: Path | str, name: str) -> Path:
    return locate(directory, _pattern(directory, name), what=BY_NAME[name].meaning)


def _decoded(name: str, stored: np.ndarray, scaling: tuple[float, float]) -> np.ndarray:
    """Numbers in the covariate's unit, NaN where there are none; land cover as class.

    scaling : scale and offset the file declares
    """
    raster, (scale, offset) = RASTERS[name], scaling
    gap = np.isin(stored, raster.nodata) | ~np.isfinite(stored) | (np.abs(stored) > LARGEST)
    numbers = np.where(gap, np.nan, stored) * scale + offset
    return np.floor(numbers / ESA_CLASS) if name == "ESA_Land_Cover" else numbers * raster.factor


def _at_points(directory: Path | str, name: str, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    path = _path(directory, name)
    return _decoded(name, sample(path, lon, lat), scaling_of(path))


def _on_grid(directory: Path | str, name: str, grid: LatLonGrid) -> np.ndarray:
    """Values (lat, lon): the mean of a number, the commonest code of a category; NaN where none."""
    path, covariate = _path(directory, name), BY_NAME[name]
    scaling = scaling_of(path)

    def plausible(stored: np.ndarray) -> np.ndarray:
        values = _decoded(name, stored, scaling)
        return np.where((values < covariate.low) | (values > covariate.high), np.nan, values)

    if covariate.categorical:
        codes = aggregate_categories(
            path, lambda w: np.nan_to_num(plausible(w), nan=UNKNOWN).astype(int), grid
        )
        return np.where(codes.code == UNKNOWN, np.nan, codes.code)
    return aggregate([path], lambda windows: plausible(windows[0])[None], 1, grid).mean[0]
