"""Forcing of sites or cells from gridded CLM/CESM fields: the cell whose centre is nearest.

Fields carry CLM's names (lat, lon, [layer], month). Carbon input is the sum over depth of the
litter and debris input vectors where the fields have them, and else NPP split by fixed shares.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from proda_core.records.checks import expect, one_of
from proda_core.records.forcing import Forcing
from proda_core.sources import cesm_spinup
from proda_core.sources.cesm import annual_sum, in_units
from proda_core.sources.cesm_cells import at_cells, expect_layers, history_cells
from proda_core.sources.quality import Note
from proda_core.vocabulary.constants import MONTHS
from proda_core.vocabulary.pools import INPUT_POOLS
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

# name in the record, name of the field, lowest and highest plausible value
COLUMNS = (
    ("soil_temperature", "TSOI", 150, 350),
    ("water_scalar", "W_SCALAR", 0, 1),
    ("soil_water_potential", "SOILPSI", -np.inf, 0),
    ("oxygen_scalar", "O_SCALAR", 0, 1),
    ("nitrogen_scalar", "FPI_vr", 0, 1),
)
SURFACES = (("altmax", "ALTMAX", 0, 100), ("altmax_last_year", "ALTMAX_LASTYEAR", 0, 100))
WATER = ("W_SCALAR", "SOILPSI")
INPUT_VECTORS = ("CWD", "LITR1", "LITR2", "LITR3")
LITTER_SHARES = (0.25, 0.50, 0.25)  # metabolic, cellulose, lignin share of litter [CTSM, lf_f*]
ROUNDING = 1e-5  # relative to a bound; a smaller excess is rounding in the file
MAX_INPUT = 2000.0  # gC m-2 month-1 of one stream, an order of magnitude above any vegetation

Field = Callable[[str], np.ndarray]


def from_spinup(
    directory: Path | str,
    *,
    sites: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    coordinates: str = "published",
    potential: bool = False,
    cells: bool = False,
) -> tuple[Forcing, list[Note]]:
    """Forcing of points (site) from the spin-up files of the published study, grid clm5_20.

    coordinates : placement of the fields, see cesm_spinup; ``published`` repeats the choice of the study
    potential : also read soil water potential
    """
    rows, columns = nearest(*cesm_spinup.centres(coordinates), lon, lat, wrap=True)
    window = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))

    def field(name: str) -> np.ndarray:
        array = cesm_spinup.read_window(cesm_spinup.file_of(directory, name), *window)
        return array[rows - rows.min(), columns - columns.min()]

    grid = GRIDS["clm5_20"]
    skip = () if potential else ("SOILPSI",)
    return build(field, grid, sites, lon, lat, carbon_from_vectors(field, grid), skip=skip, cells=cells)


def from_history(
    fields: xr.Dataset,
    *,
    sites: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    grid: str = "clm5_20",
    cwd_share: float = 0.2,
    cells: bool = False,
    max_distance: float | None = None,
) -> tuple[Forcing, list[Note]]:
    """Forcing of points (site) from fields of :func:`cesm.read_history`, of the cell whose centre is nearest.

    cwd_share : part of NPP that becomes coarse woody debris where the fields hold no input vectors
    max_distance : from a point to its cell [km]; a point farther away has no forcing and is noted. By
        default 100 km, or three quarters of the distance to the next cell where the grid is coarser

    Raises InputError where the layers of the fields are not those of the grid, or all points are outside.
    """
    layers = GRIDS[one_of(grid, GRIDS, "cesm_forcing: grid")]
    expect_layers(fields, layers)
    picked, distance, inside = history_cells(fields, lon, lat, max_distance)

    def field(name: str) -> np.ndarray:
        expect(
            name in fields,
            f"cesm_forcing: expected field {name}, found {', '.join(map(str, fields.data_vars))}",
        )
        known = in_units(fields[name], "cesm_forcing") if "units" in fields[name].attrs else fields[name]
        return at_cells(known, picked, inside)

    has_vectors = all(f"{stream}_INPUT_ACC_VECTOR" in fields for stream in INPUT_VECTORS)
    if has_vectors:
        carbon = carbon_from_vectors(field, layers)
    else:
        npp = annual_sum(xr.DataArray(field("NPP"), dims=("site", "month"), attrs={"units": "gC m-2 s-1"}))
        carbon = split_npp(npp.values, np.full(len(lon), cwd_share))
    skip = tuple(name for name in WATER if name not in fields)
    forcing, notes = build(field, layers, sites, lon, lat, carbon, skip=skip, cells=cells)
    return forcing, [*(_outside(sites[i], distance[i], cells) for i in np.flatnonzero(~inside)), *notes]


def carbon_from_vectors(field: Field, grid: LayerGrid) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1] from vectors per layer [gC m-3 month-1]."""
    thickness = grid.thickness[:, None]
    vectors = (field(f"{stream}_INPUT_ACC_VECTOR")[:, : grid.size] for stream in INPUT_VECTORS)
    return np.stack([(vector * thickness).sum(axis=1) for vector in vectors], axis=1)


def split_npp(npp: np.ndarray, cwd_share: np.ndarray) -> np.ndarray:
    """Carbon input (site, input_pool, month) [gC m-2 month-1] from annual NPP (site) [gC m-2 yr-1].

    A share becomes woody debris, the rest litter of fixed quality, the same every month because the
    model uses annual totals. Negative NPP counts as zero.

    >>> split_npp(np.array([1200.0]), np.array([0.2]))[0, :, 0].tolist()
    [20.0, 20.0, 40.0, 20.0]
    """
    monthly = np.maximum(npp, 0.0) / MONTHS
    litter = monthly * (1 - cwd_share)
    streams = np.stack([monthly * cwd_share, *(litter * share for share in LITTER_SHARES)], axis=1)
    return np.repeat(streams[:, :, None], MONTHS, axis=2)


def build(
    field: Field,
    grid: LayerGrid,
    sites: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    carbon_input: np.ndarray,
    *,
    skip: tuple[str, ...] = (),
    cells: bool = False,
) -> tuple[Forcing, list[Note]]:
    """Build a Forcing from a reader of fields at the sites, with notes on impossible values."""
    notes: list[Note] = []

    def within(name: str, values: np.ndarray, low: float, high: float) -> np.ndarray:
        values, odd = bounded(values, low, high)
        notes.extend(_note(sites[i], name, odd[i], cells) for i in np.flatnonzero(np.isfinite(odd)))
        return values

    data = {"lon": ("site", np.asarray(lon, float)), "lat": ("site", np.asarray(lat, float))}
    for name, source, low, high in COLUMNS:
        if source not in skip:
            values = within(name, field(source)[:, : grid.size], low, high)
            data[name] = (("site", "layer", "month"), values)
    for name, source, low, high in SURFACES:
        data[name] = (("site", "month"), within(name, field(source), low, high))
    data["nbedrock"] = (("site", "month"), _bedrock(field("nbedrock"), grid))
    sand = within("sand", field("CELLSAND")[:, : grid.size], 0, 100)
    data["sand"] = (("site", "layer"), sand.mean(axis=2) if sand.ndim == 3 else sand)
    inputs = within("carbon_input", carbon_input, 0, MAX_INPUT)
    data["carbon_input"] = (("site", "input_pool", "month"), inputs)
    axes = {"site": np.asarray(sites), "input_pool": list(INPUT_POOLS)}
    return Forcing(xr.Dataset(data, axes, {"grid": grid.name})), notes


def bounded(values: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Values with impossible ones as NaN, and the first such value per site (site), NaN where none.

    What exceeds a bound by rounding only is set to the bound.
    """
    scale = ROUNDING * max(abs(b) for b in (low, high) if np.isfinite(b)) or ROUNDING
    odd = (values < low - scale) | (values > high + scale)
    first = np.full(len(values), np.nan)
    for i in np.flatnonzero(odd.reshape(len(values), -1).any(axis=1)):
        first[i] = values[i][odd[i]][0]
    return np.where(odd, np.nan, np.clip(values, low, high)), first


def nearest(
    lat: np.ndarray, lon: np.ndarray, point_lon: np.ndarray, point_lat: np.ndarray, wrap: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the nearest cell centre of each point; the first of two equally near."""
    row = np.abs(np.asarray(point_lat)[:, None] - lat).argmin(axis=1)
    gap = np.abs(np.asarray(point_lon)[:, None] - lon)
    column = (np.minimum(gap, 360.0 - gap) if wrap else gap).argmin(axis=1)
    return row, column


def _bedrock(values: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Last layer above bedrock (site, month), at most the last layer of the column."""
    if values.ndim == 1:
        values = np.repeat(values[:, None], MONTHS, axis=1)
    return np.minimum(np.floor(values), grid.size)


def _outside(number: int, distance: float, cells: bool) -> Note:
    site, cell = (-1, int(number)) if cells else (int(number), -1)
    reason = "outside the grid of the history files: forcing is missing"
    return Note(site, reason, f"{distance:,.0f} km from the nearest cell", cell=cell)


def _note(number: int, name: str, found: float, cells: bool) -> Note:
    site, cell = (-1, int(number)) if cells else (int(number), -1)
    return Note(site, "forcing out of range: taken as missing", f"{name} {found:g}", cell=cell)
