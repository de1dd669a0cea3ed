"""The hidden truth as a labelled data set: what recovery tests hold answers against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import stock
from proda_core.teaching.forcing import GRID
from proda_core.teaching.landscape import Landscape
from proda_core.teaching.parameters import PRIOR, departures, parameters
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import UNITS

DRAWS_PER_CELL = 24  # local departures over which a cell's carbon is averaged


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
    """Variables of the sites, with what each array holds.

    values, expected (site, parameter); carbon (site, layer) [gC m-3]; the rest (observation):
    position of the site, depth [m], carbon [gC m-3] of the model, in the ground, as measured
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
    """Variables of the planted mistakes: what, and in which site or cell."""
    return {
        "fault": ("planted", planted["kind"].to_numpy(dtype=str)),
        "fault_site": ("planted", planted["site"].to_numpy(dtype=np.int64)),
        "fault_cell": ("planted", planted["cell"].to_numpy(dtype=np.int64)),
    }


def cell_truth(land: Landscape, columns: steady_state.Columns, rng: np.random.Generator) -> dict[str, tuple]:
    """Variables of the cells: mean parameters, mean carbon and mean stocks over local departures."""
    size = len(land)
    index, carbon = np.arange(size), np.zeros((size, GRID.size))
    for _ in range(DRAWS_PER_CELL):
        drawn = parameters(land, departures(index, rng))
        carbon += steady_state.soc(columns, PRIOR.full(drawn), index) / DRAWS_PER_CELL
    stocks = np.stack([stock(carbon, GRID, interval) for interval in INTERVALS])
    return {
        "cell_parameters": (
            ("cell", "parameter"),
            parameters(land, averaged=True),
            {"long_name": "mean of the planted parameters of a cell"},
        ),
        "cell_carbon": (
            ("cell", "layer"),
            carbon,
            {"units": "gC m-3", "long_name": "mean soil organic carbon of a cell"},
        ),
        "cell_stock": (
            ("interval", "cell"),
            stocks,
            {"units": "kgC m-2", "long_name": "mean soil organic carbon stock of a cell"},
        ),
    }


def truth_dataset(variables: dict[str, tuple], attrs: dict) -> xr.Dataset:
    """All of it, with the names of what its dimensions count."""
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
