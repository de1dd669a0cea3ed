"""Soil organic carbon of a product at sites or cells: the same soil model for every product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.maps import ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.soil_model import steady_state
from proda_core.soil_model.parameter_values import complete
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_parameters

Parameters = xr.DataArray | ParameterMap | np.ndarray | None

BATCH_DRAWS = 1000  # draws of one chain whose mean carbon is the batch product [ch37]
_DRAWS_AT_A_TIME = 200_000  # model runs in memory at once


def soil_carbon(
    parameters: Parameters, forcing: Forcing, settings: ModelSettings | None = None
) -> xr.DataArray:
    """Soil organic carbon (site, layer) [gC m-3] at steady state.

    parameters : of a product, physical units
        None - CLM5's default run, whose transfers of fast soil carbon follow from texture;
        (parameter,) - the same everywhere; (site, parameter) or a ParameterMap - place by place;
        (draw, parameter) - the mean of the carbon of all draws, as for batch assimilation
    settings : of the soil model; by default the layers of the forcing and the form of water limitation of
        the parameters
    """
    if isinstance(parameters, ParameterMap):
        parameters = parameters.ds["mean"].rename(cell="site")
    settings = settings or settings_of_parameters(parameters, forcing)
    columns = steady_state.prepare(forcing, replace(settings, texture=parameters is None))
    if isinstance(parameters, xr.DataArray) and "draw" in parameters.dims:
        carbon = _mean_of_draws(parameters, columns)
    else:
        carbon = steady_state.soc(columns, complete(parameters, columns.sites), np.arange(len(columns)))
    return _labelled(carbon, columns)


def predictive_profiles(
    draws: xr.DataArray, forcing: Forcing, settings: ModelSettings | None = None
) -> xr.Dataset:
    """Posterior predictive carbon [gC m-3] at every site, of draws common to all of them.

    draws : (draw, parameter), physical units, as returned by :func:`batch_draws`

    Returns ``carbon_mean``, ``carbon_q05`` and ``carbon_q95`` (site, layer): mean and 90 % band.
    """
    settings = settings or settings_of_parameters(draws, forcing)
    columns = steady_state.prepare(forcing, replace(settings, texture=False))
    values = _complete_draws(draws)
    different, same_as = distinct(columns)
    found = np.empty((3, len(different), columns.grid.size))
    for row, column in enumerate(different):
        carbon = steady_state.soc(columns, values, np.full(len(values), column))
        found[:, row] = carbon.mean(axis=0), *np.quantile(carbon, [0.05, 0.95], axis=0)
    names = ("carbon_mean", "carbon_q05", "carbon_q95")
    return xr.Dataset({name: _labelled(part[same_as], columns) for name, part in zip(names, found)})


def batch_draws(batch: Posterior) -> xr.DataArray:
    """Up to :data:`BATCH_DRAWS` random draws (draw, parameter) of the chosen chain, or of all.

    They are drawn without replacement with the seed of the assimilation, so every page and stage of a run
    uses the same ones. The schedule "quick" stores 200, which are then all used.
    """
    only = batch.ds.isel(site=0, drop=True)
    chosen = int(only["chosen_chain"]) if "chosen_chain" in only else -1
    draws = only["draws"].isel(chain=slice(None) if chosen < 0 else [chosen])
    flat = draws.transpose("chain", "draw", "parameter").values.reshape(-1, draws.sizes["parameter"])
    rng = np.random.default_rng(int(batch.ds.attrs.get("seed", 0)))
    values = flat[np.sort(rng.permutation(len(flat))[:BATCH_DRAWS])].astype(float)
    return xr.DataArray(values, dims=("draw", "parameter"), coords={"parameter": draws["parameter"].values})


def _mean_of_draws(parameters: xr.DataArray, columns: steady_state.Columns) -> np.ndarray:
    """Mean carbon (site, layer) over draws (draw, parameter) common to all sites."""
    values = _complete_draws(parameters)
    different, same_as = distinct(columns)
    total = np.zeros((len(different), columns.grid.size))
    at_once = max(1, _DRAWS_AT_A_TIME // max(len(different), 1))
    for first in range(0, len(values), at_once):
        part = values[first : first + at_once]
        index = np.repeat(different, len(part))
        carbon = steady_state.soc(columns, np.tile(part, (len(different), 1)), index)
        total += carbon.reshape(len(different), len(part), -1).sum(axis=1)
    return (total / len(values))[same_as]


def _complete_draws(parameters: xr.DataArray) -> np.ndarray:
    """All parameters of every draw (draw, parameter), in the vocabulary's order."""
    expect(
        set(parameters.dims) == {"draw", "parameter"},
        f"parameters of draws: expected dimensions draw and parameter, found {parameters.dims}",
    )
    draws = parameters.transpose("draw", "parameter").rename(draw="site")
    number = np.arange(draws.sizes["site"])
    return complete(draws.assign_coords(site=number), number)


def distinct(columns: steady_state.Columns) -> tuple[np.ndarray, np.ndarray]:
    """Positions of distinct columns (different,), and for each column the one it equals (site,).

    Sites in one cell of the forcing share their column, which is solved once.
    """
    number: dict[bytes, int] = {}
    same_as = np.array([number.setdefault(line.tobytes(), len(number)) for line in columns.table], dtype=int)
    return np.unique(same_as, return_index=True)[1], same_as


def _labelled(carbon: np.ndarray, columns: steady_state.Columns) -> xr.DataArray:
    return xr.DataArray(
        carbon,
        dims=("site", "layer"),
        coords={
            "site": columns.sites,
            "layer": np.arange(1, columns.grid.size + 1),
            "node": ("layer", columns.grid.layer_node, {"units": "m"}),
        },
        name="soil_organic_carbon",
        attrs={"units": "gC m-3", "long_name": "soil organic carbon", "grid": columns.grid.name},
    )
