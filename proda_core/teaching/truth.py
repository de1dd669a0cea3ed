"""The truth of the teaching continent as a labelled data set, for tests of recovery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import stock
from proda_core.teaching.forcing import GRID
from proda_core.teaching.landscape import Landscape
from proda_core.teaching.observed import at_depths, limit_carbon, structural_error
from proda_core.teaching.parameters import PRIOR, departures, parameters
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import UNITS

DRAWS_PER_CELL = 12  # places over which a cell's carbon is averaged
_FINE = np.round(np.r_[0:0.3:0.03, 0.3:1.0:0.07, 1.0:2.01:0.1], 3)  # m, depths of the trapezoids


def site_truth(
    values: np.ndarray,
    expected: np.ndarray,
    carbon: np.ndarray,
    row: np.ndarray,
    depth: np.ndarray,
    modelled: np.ndarray,
    real: np.ndarray,
    measured: np.ndarray,
) -> dict[str, tuple]:
    """Variables of the sites.

    values, expected (site, parameter); carbon (site, layer) [gC m-3]; the rest (observation):
    position of the site, depth [m], carbon [gC m-3] of the model, true, as measured
    """
    layers, every, density = ("site", "layer"), ("observation",), {"units": "gC m-3"}
    named = {"long_name": "planted parameters"}
    mean = {"long_name": "mean of the planted parameters of all places with these surroundings"}
    return {
        "parameters": (("site", "parameter"), values, named),
        "expected_parameters": (("site", "parameter"), expected, mean),
        "carbon": (layers, carbon, density | {"long_name": "carbon of the model at the planted parameters"}),
        "site_of_observation": (every, row),
        "depth": (every, depth, {"units": "m"}),
        "modelled_carbon": (every, modelled, density | {"long_name": "carbon of the model"}),
        "real_carbon": (every, real, density | {"long_name": "with structural error: what is there"}),
        "measured_carbon": (every, measured, density | {"long_name": "with measurement error too"}),
    }


def faults(planted: pd.DataFrame) -> dict[str, tuple]:
    """Variables of the planted mistakes: kind, site or cell."""
    return {
        "fault": ("planted", planted["kind"].to_numpy(dtype=str)),
        "fault_site": ("planted", planted["site"].to_numpy(dtype=np.int64)),
        "fault_cell": ("planted", planted["cell"].to_numpy(dtype=np.int64)),
    }


def cell_truth(land: Landscape, columns: steady_state.Columns, rng: np.random.Generator) -> dict[str, tuple]:
    """Variables of the cells: means over random places in a cell, with local departures."""
    index, carbon = np.arange(len(land)), np.zeros((len(land), GRID.size))
    there = np.zeros((len(INTERVALS), len(land)))
    for _ in range(DRAWS_PER_CELL):
        drawn = parameters(land, departures(index, rng))
        one = steady_state.soc(columns, PRIOR.full(drawn), index)
        carbon += one / DRAWS_PER_CELL
        there += _true_stocks(land, one, rng) / DRAWS_PER_CELL
    modelled = np.stack([stock(carbon, GRID, interval) for interval in INTERVALS])
    density, kilograms, every = {"units": "gC m-3"}, {"units": "kgC m-2"}, ("interval", "cell")
    mean = {"long_name": "mean of the planted parameters of a cell"}
    return {
        "cell_parameters": (("cell", "parameter"), parameters(land, averaged=True), mean),
        "cell_carbon": (("cell", "layer"), carbon, density | {"long_name": "carbon of the model"}),
        "cell_stock": (every, modelled, kilograms | {"long_name": "stock of the model"}),
        "cell_stock_real": (every, there, kilograms | {"long_name": "with structural error: what is there"}),
    }


def _true_stocks(land: Landscape, carbon: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stocks (interval, cell) [kgC m-2] of carbon (cell, layer) with structural error, by trapezoids."""
    row = np.repeat(np.arange(len(land)), len(_FINE))
    depth = np.tile(_FINE, len(land))
    real = limit_carbon(at_depths(carbon, row, depth, GRID) * np.exp(structural_error(land, row, depth, rng)))
    real = real.reshape(len(land), len(_FINE))
    within = [(low - 1e-9 <= _FINE) & (_FINE <= high + 1e-9) for low, high in INTERVALS.values()]
    return np.stack([np.trapezoid(real[:, part], _FINE[part], axis=1) for part in within]) / 1000


def truth_dataset(variables: dict[str, tuple], attrs: dict) -> xr.Dataset:
    """The data set of all variables, with labelled dimensions."""
    coords = {
        "parameter": list(PRIOR.names),
        "parameter_units": ("parameter", [UNITS[name] for name in PRIOR.names]),
        "layer": np.arange(1, GRID.size + 1),
        "node": ("layer", GRID.layer_node, {"units": "m"}),
        "interval": list(INTERVALS),
        "site": np.arange(len(variables["parameters"][1])),
        "cell": np.arange(len(variables["cell_parameters"][1])),
    }
    return xr.Dataset(variables, coords, attrs | {"prior": PRIOR.name, "grid": GRID.name})
