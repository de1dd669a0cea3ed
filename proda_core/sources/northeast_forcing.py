"""Forcing of the northeast set: the files of sites and of grid cells differ in their prefix only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.sources.northeast_files import INPUT_FILES, expect_range, find, read_column, read_table
from proda_core.sources.quality import Note
from proda_core.vocabulary.constants import MONTHS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS

GRID = GRIDS["clm5_20"]
# name in the record, name in the file, unit, lowest and highest plausible value
_COLUMNS = (
    ("soil_temperature", "soil_temp_profile", "K", 150, 350),
    ("water_scalar", "soil_water_profile", "1", 0, 1),
    ("oxygen_scalar", "xio", "1", 0, 1),
    ("nitrogen_scalar", "xin", "1", 0, 1),
)
_TABLES = (
    ("altmax", "altmax_current_profile", "m", 0, 100),
    ("altmax_last_year", "altmax_lastyear_profile", "m", 0, 100),
    ("nbedrock", "nbedrock", "layer", 1, GRID.size),
)
_MAX_INPUT = 2000.0  # gC m-2 month-1 of one stream, an order of magnitude above any vegetation


def file_names(prefix: str) -> tuple[str, ...]:
    """Names of the forcing files with this prefix, in the order in which they are read."""
    arrays = [f"{prefix}{stem}.npy" for _, stem, *_ in _COLUMNS] + [f"{prefix}sand_vector.npy"]
    tables = [f"{prefix}{stem}.txt" for _, stem, *_ in _TABLES]
    return (*arrays, *tables, *(f"{prefix}input_vector_{stream}.txt" for stream in INPUT_FILES))


def read_forcing(
    directory: Path, part: str, prefix: str, *, sites: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> tuple[Forcing, list[Note]]:
    """Forcing of the sites (or cells) of one part of the set, and notes on corrected values."""
    rows, data = len(sites), {"lon": ("site", lon), "lat": ("site", lat)}
    for name, stem, unit, low, high in _COLUMNS:
        path = find(directory, part, f"{prefix}{stem}.npy")
        array = expect_range(path, read_column(path, GRID.size, rows), low, high, unit)
        data[name] = (("site", "layer", "month"), array)
    for name, stem, unit, low, high in _TABLES:
        path = find(directory, part, f"{prefix}{stem}.txt")
        data[name] = (("site", "month"), expect_range(path, read_table(path, MONTHS, rows), low, high, unit))
    data["sand"] = (("site", "layer"), _sand(directory, part, prefix, rows))
    data["carbon_input"] = (("site", "input_pool", "month"), _carbon_input(directory, part, prefix, rows))
    data["nbedrock"], notes = _whole_layers(data["nbedrock"], sites)
    ds = xr.Dataset(data, {"site": sites, "input_pool": list(INPUT_POOLS)}, {"grid": GRID.name})
    return Forcing(ds), notes


def _sand(directory: Path, part: str, prefix: str, rows: int) -> np.ndarray:
    """Sand (site, layer) [%]; the file repeats it for every month."""
    path = find(directory, part, f"{prefix}sand_vector.npy")
    return expect_range(path, read_column(path, GRID.size, rows), 0, 100, "%").mean(axis=2)


def _carbon_input(directory: Path, part: str, prefix: str, rows: int) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1] from one file per stream."""
    streams = []
    for stream in INPUT_FILES:
        path = find(directory, part, f"{prefix}input_vector_{stream}.txt")
        table = read_table(path, MONTHS, rows)
        streams.append(expect_range(path, table, 0, _MAX_INPUT, "gC m-2 month-1"))
    return np.stack(streams, axis=1)


def _whole_layers(nbedrock: tuple, sites: np.ndarray) -> tuple[tuple, list[Note]]:
    """Layer numbers rounded down where a resampler averaged them, with a note per site."""
    dims, values = nbedrock
    whole = np.floor(values)
    mended = np.flatnonzero((np.isfinite(values) & (values != whole)).any(axis=1))
    reason = "bedrock layer between two layers: rounded down"
    return (dims, whole), [Note(int(sites[i]), reason, f"{values[i].max():g}") for i in mended]
