"""Maps of any resolution, tile by tile: bounded memory, resumable, on all cores through Dask.

Parameters follow from the covariates of each pixel. The forcing of a pixel is that of its half-degree
cell: climate and carbon input have the resolution of cells, soils and vegetation that of pixels.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import xarray as xr

from proda_core.hardware import available_cores
from proda_core.mapping.fine_covariates import FineCovariates, known_sites
from proda_core.mapping.fine_grid import TILE, FineGrid, Tile
from proda_core.network.ensemble import Ensemble
from proda_core.network.fitting import deterministic
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.progress import Cancelled, Progress
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, stock_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_prior
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import UNITS

STORE, SETTINGS, DONE = "map.zarr", "map.json", "tiles.done"


@dataclass(frozen=True, eq=False)
class FineMap:
    """A network with the covariates and forcing of every pixel of a grid.

    parameters : whether parameters are written in addition to stocks
    settings : of the soil model; by default the layers of the forcing and the form of water limitation of the
        network's parameters
    """

    network: Ensemble
    covariates: FineCovariates
    cells_forcing: Forcing
    grid: FineGrid
    parameters: bool = True
    settings: ModelSettings | None = None

    def columns(self) -> steady_state.Columns:
        """Return the soil columns of the cells."""
        settings = self.settings or settings_of_prior(self.cells_forcing, self.network.prior)
        return steady_state.prepare(self.cells_forcing, replace(settings, texture=False))

    def of(self, tile: Tile, columns: steady_state.Columns) -> xr.Dataset:
        """``stock`` (interval, lat, lon) and ``parameter_mean`` (parameter, lat, lon) of a tile, float32."""
        number = self.grid.cells(tile)
        land = number >= 0
        prior = self.network.prior
        covariates = self.covariates.of(self.grid, tile)
        physical = prior.to_physical(self.network.unit(covariates))
        physical[~known_sites(covariates)] = np.nan
        carbon = steady_state.soc(columns, prior.full(physical), number[land], n_threads=1)
        stock = carbon @ stock_weights(columns.grid).T / GRAMS_PER_KILOGRAM
        stock[np.isnan(physical).any(axis=1)] = np.nan
        found = {"stock": (("interval", "lat", "lon"), _placed(stock, land))}
        if self.parameters:
            found["parameter_mean"] = (("parameter", "lat", "lon"), _placed(physical, land))
        return xr.Dataset(found)


def fine_map(
    mapped: FineMap,
    directory: Path,
    *,
    asked: dict,
    workers: int | None = None,
    side: int = TILE,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Path:
    """Write ``map.zarr`` below ``directory``, or resume an unfinished one; return its path.

    asked : plain values that identify the map; a directory of another map is refused
    workers : tiles computed at once, all cores by default; each needs some 150 MB
    """
    directory = Path(directory)
    tiles = mapped.grid.tiles(side)
    _prepare_store(mapped, directory, asked | {"tile": side}, side)
    left = [tile for tile in tiles if not (directory / DONE / tile.name).exists()]
    columns = mapped.columns()

    def make(tile: Tile) -> None:
        region = {"lat": tile.rows, "lon": tile.columns}
        mapped.of(tile, columns).to_zarr(directory / STORE, region=region, zarr_format=2)
        (directory / DONE / tile.name).touch()

    done, workers = len(tiles) - len(left), workers or available_cores()
    with deterministic():
        for some in _batches(left, 2 * workers):
            if should_stop is not None and should_stop():
                raise Cancelled(f"map stopped after {done} of {len(tiles)} tiles; the same call resumes")
            dask.compute(*map(dask.delayed(make), some), scheduler="threads", num_workers=workers)
            done += len(some)
            if on_progress is not None:
                on_progress(Progress(done, len(tiles), f"tile {done} of {len(tiles)}"))
    return directory / STORE


def _prepare_store(mapped: FineMap, directory: Path, asked: dict, side: int) -> None:
    """Create an empty store of the right size, or check that the one there is of the same map."""
    asked = json.loads(json.dumps(asked))
    path = directory / SETTINGS
    if path.exists():
        there = json.loads(path.read_text())
        different = ", ".join(key for key in asked if there.get(key) != asked[key])
        expect(
            not different,
            f"{directory}: expected an empty directory or the same map, found other {different}",
        )
        return
    (directory / DONE).mkdir(parents=True, exist_ok=True)
    for marker in (directory / DONE).iterdir():
        marker.unlink()
    _template(mapped, side).assign_attrs({k: _text(v) for k, v in asked.items()}).to_zarr(
        directory / STORE, mode="w", compute=False, zarr_format=2, consolidated=True,
        encoding=_encoding(mapped),
    )  # fmt: skip
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(asked, indent=1))


def _template(mapped: FineMap, side: int) -> xr.Dataset:
    grid = mapped.grid
    place = {
        "lat": ("lat", grid.lat, {"units": "degrees_north", "standard_name": "latitude"}),
        "lon": ("lon", grid.lon, {"units": "degrees_east", "standard_name": "longitude"}),
    }

    def empty(dimension: str, labels: list[str], units: str, words: str) -> xr.DataArray:
        data = da.full((len(labels), *grid.shape), np.nan, dtype="float32", chunks=(len(labels), side, side))
        attrs = {"units": units, "long_name": words}
        return xr.DataArray(
            data, coords=place | {dimension: labels}, dims=(dimension, "lat", "lon"), attrs=attrs
        )

    ds = xr.Dataset({"stock": empty("interval", list(INTERVALS), "kgC m-2", "soil organic carbon stock")})
    if mapped.parameters:
        names = list(mapped.network.prior.names)
        ds["parameter_mean"] = empty("parameter", names, "see parameter_unit", "predicted parameter")
        ds = ds.assign_coords(parameter_unit=("parameter", [UNITS[name] for name in names]))
    return ds.assign_attrs(
        Conventions="CF-1.11",
        covariates=mapped.covariates.origin,
        forcing="of the half-degree cell of each pixel",
    )


def _encoding(mapped: FineMap) -> dict:
    names = ["stock", "parameter_mean"] if mapped.parameters else ["stock"]
    return {name: {"_FillValue": np.float32(np.nan)} for name in names}


def _placed(values: np.ndarray, land: np.ndarray) -> np.ndarray:
    """Values (pixel, band) of land pixels as (band, row, column), NaN elsewhere."""
    field = np.full((values.shape[1], *land.shape), np.nan, dtype="float32")
    field[:, land] = values.T
    return field


def _batches(tiles: list[Tile], size: int) -> Iterator[list[Tile]]:
    for first in range(0, len(tiles), size):
        yield tiles[first : first + size]


def _text(value: object) -> str | int | float:
    return (
        value if isinstance(value, (str, int, float)) and not isinstance(value, bool) else json.dumps(value)
    )
