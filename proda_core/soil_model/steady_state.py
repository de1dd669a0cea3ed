"""Steady state of the soil model: carbon of every pool and layer from parameters and forcing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.hardware import available_cores
from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.soil_model import kernel
from proda_core.soil_model.columns import Columns, prepare
from proda_core.soil_model.lanes import empty_work
from proda_core.soil_model.parameter_values import complete
from proda_core.soil_model.scalars import PASSIVE_FROM_FAST
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_parameters
from proda_core.vocabulary.parameters import INDEX
from proda_core.vocabulary.pools import MEANINGS, POOLS

__all__ = ["Columns", "prepare", "simulate", "soc", "soc_gradient", "solve"]

_CHUNK = 4096  # tasks per chunk of a thread: milliseconds of work


def simulate(
    parameters: xr.DataArray | pd.DataFrame | np.ndarray | None,
    forcing: Forcing,
    *,
    bedrock: str = "closed",
    water: str | None = None,
    texture: bool | None = None,
    advection: float = 0.0,
    n_threads: int | None = None,
) -> xr.Dataset:
    """Return the steady state of eq. 37.2 at every site of the forcing.

    parameters : (site, parameter) or (parameter,), physical units, named (DataArray, DataFrame) or
        in the vocabulary's order (array); what is not named keeps CLM5's default. None is CLM5's
        default run, in which the transfers of fast soil carbon follow from texture.
    bedrock, water, texture, advection : see :class:`ModelSettings`; by default the water form is
        that of the named parameters or what the forcing allows; texture is used in the default run only.

    Returns a Dataset with ``carbon (site, pool, layer)`` [gC m-3]; NaN where forcing is missing.
    Raises InputError for unknown, missing or impossible parameters.
    """
    settings = settings_of_parameters(parameters, forcing, bedrock, water)
    settings = replace(settings, advection=advection)
    settings = settings if texture is None else replace(settings, texture=texture)
    columns = prepare(forcing, settings)
    values = complete(parameters, columns.sites)
    return labelled(solve(columns, values, np.arange(len(columns)), n_threads=n_threads), columns)


def solve(
    columns: Columns, parameters: np.ndarray, index: np.ndarray, *, n_threads: int | None = None
) -> np.ndarray:
    """Return all pools of many (site, parameters) pairs, shape (n, pool, layer) [gC m-3].

    parameters : (n, parameter), the vocabulary's order, physical units
    index : (n,), which column each belongs to
    """
    parameters, index = _tasks(columns, parameters, index)
    out = np.empty((len(index), len(POOLS), columns.grid.size))
    _run(kernel.solve_pools, columns, parameters, index, out, n_threads)
    return out


def soc(
    columns: Columns, parameters: np.ndarray, index: np.ndarray, *, n_threads: int | None = None
) -> np.ndarray:
    """Return soil organic carbon (soil1 + soil2 + soil3) of many pairs, shape (n, layer) [gC m-3]."""
    parameters, index = _tasks(columns, parameters, index)
    out = np.empty((len(index), columns.grid.size))
    _run(kernel.solve_soc, columns, parameters, index, out, n_threads)
    return out


def soc_gradient(
    columns: Columns,
    parameters: np.ndarray,
    index: np.ndarray,
    weights: np.ndarray,
    *,
    n_threads: int | None = None,
) -> np.ndarray:
    """Return d(sum_j weights_j SOC_j) / d parameters, shape (n, parameter), per physical unit.

    weights : (n, layer), any weights of the layers' SOC, for instance those of an observation
    Raises InputError for texture-dependent columns, whose transfers are no parameters.
    """
    if columns.settings.texture:
        raise InputError("gradient: expected settings with texture=False, found texture=True")
    parameters, index = _tasks(columns, parameters, index)
    weights = np.ascontiguousarray(weights, dtype=float)
    if weights.shape != (len(index), columns.grid.size):
        raise InputError(f"weights: expected shape {(len(index), columns.grid.size)}, found {weights.shape}")
    out = np.empty(parameters.shape)
    _run(kernel.solve_gradient, columns, parameters, index, out, n_threads, weights)
    return out


def labelled(carbon: np.ndarray, columns: Columns) -> xr.Dataset:
    """Give pools (site, pool, layer) their names, depths and units."""
    grid = columns.grid
    dims = ("site", "pool", "layer")
    ds = xr.Dataset(
        {"carbon": (dims, carbon, {"units": "gC m-3", "long_name": "carbon at steady state"})},
        coords={
            "site": columns.sites,
            "pool": list(POOLS),
            "pool_meaning": ("pool", list(MEANINGS)),
            "layer": np.arange(1, grid.size + 1),
            "node": ("layer", grid.layer_node, {"units": "m", "long_name": "depth of the layer's node"}),
            "thickness": ("layer", grid.thickness, {"units": "m", "long_name": "thickness of the layer"}),
        },
    )
    settings = {k: int(v) if isinstance(v, bool) else v for k, v in columns.settings.__dict__.items()}
    return ds.assign_attrs(title="Soil carbon at steady state", **settings)


def _tasks(columns: Columns, parameters: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    index = np.ascontiguousarray(index, dtype=np.int64)
    if index.size and not (0 <= index.min() and index.max() < len(columns)):
        raise InputError(f"index: expected 0 to {len(columns) - 1}, found {index.min()} to {index.max()}")
    parameters = np.array(parameters, dtype=float, order="C", ndmin=2)
    if len(parameters) != len(index):
        raise InputError(
            f"parameters: expected {len(index)} rows, one for each index, found {len(parameters)}"
        )
    return with_settings_applied(columns.settings, parameters), index


def with_settings_applied(settings: ModelSettings, parameters: np.ndarray) -> np.ndarray:
    """Return parameters with fs1s2 and fs1s3 from the columns if the settings use texture."""
    if settings.texture:
        parameters[:, INDEX["fs1s2"]] = 0.0
        parameters[:, INDEX["fs1s3"]] = PASSIVE_FROM_FAST
    return parameters


def _run(
    solver: Callable,
    columns: Columns,
    parameters: np.ndarray,
    index: np.ndarray,
    out: np.ndarray,
    n_threads: int | None,
    *more: np.ndarray,
) -> None:
    model = kernel.model_of(columns)

    def one(first: int) -> None:
        last = min(first + _CHUNK, len(index))
        solver(empty_work(), columns.table, parameters, index, *more, first, last, model, out)

    over_chunks(one, len(index), _CHUNK, n_threads)


def over_chunks(one: Callable[[int], None], total: int, chunk: int, n_threads: int | None) -> None:
    """Call ``one(first)`` for every chunk, on several threads where there is enough to do."""
    starts = range(0, total, chunk)
    workers = min(n_threads or available_cores(), len(starts))
    if workers <= 1:
        for first in starts:
            one(first)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, starts))
