"""Cells of history fields at points, and the layers of the fields against those of the soil column."""

from __future__ import annotations

import numpy as np
import xarray as xr
from sklearn.neighbors import BallTree

from proda_core.records.checks import InputError, expect
from proda_core.sources.nearest_cells import nearest
from proda_core.sources.spherical_grid import EARTH_RADIUS
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

MAX_DISTANCE = 100.0  # km from a point to the centre of its cell
SPACING_SHARE = 0.75  # of the distance between cells: half the diagonal of a square is 0.71
SAME_DEPTH = 0.02  # relative; the depths of the two grids differ by more


def history_cells(
    fields: xr.Dataset, lon: np.ndarray, lat: np.ndarray, max_distance: float | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the nearest cell of each point (point,), its distance [km], and whether that is near enough.

    max_distance : [km]; by default 100 km, or three quarters of the distance to the next cell

    Raises InputError where no point is near enough.
    """
    cell_lat, cell_lon = _centres(fields)
    picked, distance = nearest(lon, lat, cell_lon, cell_lat)
    limit = _limit(cell_lon, cell_lat, picked) if max_distance is None else np.full(len(picked), max_distance)
    inside = distance <= limit
    if not inside.any():
        raise InputError(
            f"cesm_forcing: expected points within {limit.max():,.0f} km of a cell, found the nearest"
            f" {distance.min():,.0f} km away; cells are at {_span(cell_lon)} east, {_span(cell_lat)} north"
        )
    return picked, distance, inside


def at_cells(field: xr.DataArray, picked: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return a field (..., [layer], [month]) at cells (point, [layer], [month]); NaN at points outside."""
    array = field.transpose("lat", "lon", "cell", "layer", "month", missing_dims="ignore")
    first = 1 if "cell" in array.dims else 2
    values = array.values.reshape(-1, *array.shape[first:])[picked].astype(float)
    values[~inside] = np.nan
    return values


def expect_layers(fields: xr.Dataset, grid: LayerGrid) -> None:
    """Raise InputError where the depths of the fields' layers are not those of the grid."""
    size = fields.sizes.get("layer", grid.size)
    expect(size >= grid.size, f"cesm_forcing: expected {grid.size} layers of {grid.name}, found {size}")
    if "depth" not in fields.coords:
        return
    depth = fields["depth"].values
    if _same(depth, grid):
        return
    others = [other.name for other in GRIDS.values() if _same(depth, other)]
    hint = f"; they are those of {', '.join(others)}" if others else ""
    raise InputError(
        f"cesm_forcing: expected the layers of {grid.name}, at {_listed(grid.layer_node)} m; found {size} at"
        f" {_listed(depth)} m{hint}"
    )


def _same(depth: np.ndarray, grid: LayerGrid) -> bool:
    near = depth[: grid.size]
    return len(near) == grid.size and bool(np.allclose(near, grid.layer_node, rtol=SAME_DEPTH, atol=1e-3))


def _centres(fields: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes (cell,), cells in the order of :func:`at_cells`."""
    lat, lon = fields["lat"].values, fields["lon"].values
    if fields["lat"].dims == fields["lon"].dims:
        return lat, lon
    lat, lon = np.meshgrid(lat, lon, indexing="ij")
    return lat.ravel(), lon.ravel()


def _limit(lon: np.ndarray, lat: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """Largest distance (point,) [km] at which a point counts as inside its cell."""
    if len(lon) < 2:
        return np.full(len(picked), MAX_DISTANCE)
    cells = np.radians(np.column_stack([lat, lon]))
    neighbours, _ = BallTree(cells, metric="haversine").query(cells[picked], k=2)
    return np.maximum(MAX_DISTANCE, SPACING_SHARE * neighbours[:, 1] * EARTH_RADIUS / 1000)


def _span(values: np.ndarray) -> str:
    return f"{values.min():g} to {values.max():g}"


def _listed(depth: np.ndarray) -> str:
    few = ", ".join(f"{d:.2f}" for d in depth[:4])
    return f"{few}, ..., {depth[-1]:.2f}"
