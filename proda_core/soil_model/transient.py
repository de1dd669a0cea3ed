"""Equation 37.1 in time: from any state, month by month, by backward Euler.

    (I - dt (A xi K - V)) X_{n+1} = X_n + dt B u

Every month has its own scalars, mixing and input; the step is a twelfth of the model's year of
365 days. Implicit, so that litter that turns over in days needs no smaller step; the matrix is a
column-wise dominant M-matrix and is factorised without pivoting, so that carbon stays positive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import xarray as xr
from scipy.sparse.linalg import SuperLU, splu

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.soil_model.changes import Change, changed
from proda_core.soil_model.column import Column, by_name, column_of
from proda_core.soil_model.matrices import A, K, input_allocation, xi
from proda_core.soil_model.mixing import mixing_rows
from proda_core.soil_model.parameter_values import complete
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.site_fields import carbon_array, settings_for
from proda_core.vocabulary.constants import DAYS_PER_YEAR, MONTHS
from proda_core.vocabulary.pools import INPUT_POOLS, POOLS

Matrix = sp.csc_array
STEP = DAYS_PER_YEAR / MONTHS  # d


def integrate(
    parameters,
    forcing: Forcing,
    initial: xr.DataArray | np.ndarray,
    *,
    years: int,
    change: Change | None = None,
    settings: ModelSettings | None = None,
    save_every: int = MONTHS,
    on_progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Return carbon of every site through the years, from an initial state.

    parameters : as for :func:`proda_core.soil_model.steady_state.simulate`
    initial : (site, pool, layer) [gC m-3]
    change : how the forcing differs from the given one, at once or year by year
    save_every : months between two saved states
    on_progress : called with (sites done, sites in all)

    Returns carbon (time, site, pool, layer) [gC m-3], the first the initial state; carbon_input and
    respiration (time, site) [gC m-2], both since the state before. In ``closed`` the column's stock
    changes by exactly their difference.
    """
    settings, change = settings_for(forcing, settings, parameters), change or Change()
    expect(years >= 1, f"years: expected at least 1, found {years}")
    expect(save_every >= 1, f"save_every: expected at least 1 month, found {save_every}")
    table = complete(parameters, forcing.sites)
    start = _initial(initial, (len(forcing), len(POOLS), settings.layers.size))
    runs = []
    for i, site in enumerate(forcing.sites):
        runs.append(_run(table[i], forcing.select([site]), start[i], years, change, settings, save_every))
        if on_progress:
            on_progress(i + 1, len(forcing))
    return _labelled(*(np.stack(parts, axis=1) for parts in zip(*runs)), forcing, settings, save_every)


def monthly_matrices(parameters, column: Column, settings: ModelSettings) -> list[tuple[Matrix, Matrix]]:
    """Return A xi K and V of each month, twelve pairs of sparse (7 layers, 7 layers) matrices [d-1]."""
    p, n = by_name(parameters), settings.layers.size
    transfer = sp.csc_array(A(p, settings.layers, column.sand if settings.texture else None))
    rates = (K(p)[:, None, None] * xi(p, column, settings)).reshape(-1, MONTHS)
    rows = mixing_rows(p["diffus"], p["cryo"], column.active_layer, column.nbedrock, settings)
    mobile = sp.diags_array([0.0] + [1.0] * (len(POOLS) - 1))
    pairs = []
    for month in range(MONTHS):
        lower, diagonal, upper = (row[month] / DAYS_PER_YEAR for row in rows)
        one_pool = sp.diags_array([lower[1:], diagonal, upper[:-1]], offsets=[-1, 0, 1], shape=(n, n))
        pairs.append((transfer @ sp.diags_array(rates[:, month]), sp.kron(mobile, one_pool, format="csc")))
    return pairs


def monthly_inputs(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Return the carbon input of each pool and layer in each month, (month, 7 layers) [gC m-3]."""
    share = input_allocation(parameters, column, settings) / settings.layers.thickness
    inputs = np.zeros((MONTHS, len(POOLS), settings.layers.size))
    inputs[:, : len(INPUT_POOLS)] = column.carbon_input.T[:, :, None] * share
    return inputs.reshape(MONTHS, -1)


@dataclass(frozen=True)
class _Year:
    """Twelve prepared steps: solvers of the step, carbon input [gC m-3], respired by state [m]."""

    solvers: list[SuperLU]
    inputs: np.ndarray
    respired: list[np.ndarray]


def _year(parameters: np.ndarray, forcing: Forcing, change: Change, settings: ModelSettings) -> _Year:
    column = column_of(changed(forcing, change), int(forcing.sites[0]))
    pairs = monthly_matrices(parameters, column, settings)
    one = sp.eye_array(pairs[0][0].shape[0], format="csc")
    options = {"SymmetricMode": True}
    return _Year(
        [splu(one - STEP * (d - v), diag_pivot_thresh=0.0, options=options) for d, v in pairs],
        monthly_inputs(parameters, column, settings),
        [-STEP * (_thickness(settings) @ decay) for decay, _ in pairs],
    )


def _run(parameters, forcing: Forcing, state: np.ndarray, years, change, settings, save_every) -> tuple:
    """Return carbon (time, 7 layers) of one site, input and respiration (time,) between saved states."""
    carbon, given, respired = [state], [0.0], [0.0]
    put, lost, before = 0.0, 0.0, None
    for month in range(years * MONTHS):
        now = change.of_year(month // MONTHS)
        if now != before:
            before, steps = now, _year(parameters, forcing, now, settings)
        m = month % MONTHS
        state = steps.solvers[m].solve(state + steps.inputs[m])
        put += steps.inputs[m] @ _thickness(settings)
        lost += steps.respired[m] @ state
        if (month + 1) % save_every == 0:
            for series, value in ((carbon, state), (given, put), (respired, lost)):
                series.append(value)
            put, lost = 0.0, 0.0
    return np.array(carbon), np.array(given), np.array(respired)


def _thickness(settings: ModelSettings) -> np.ndarray:
    return np.tile(settings.layers.thickness, len(POOLS))


def _initial(initial, shape: tuple[int, ...]) -> np.ndarray:
    """Return the checked initial state, (site, 7 layers) [gC m-3]."""
    values = carbon_array(initial, shape)
    bad = values[~(np.isfinite(values) & (values >= 0))]
    expect(bad.size == 0, f"initial carbon: expected at least 0 gC m-3, found {bad[:1]}")
    return values.reshape(shape[0], -1).astype(float)


def _labelled(
    carbon, given, respired, forcing: Forcing, settings: ModelSettings, save_every: int
) -> xr.Dataset:
    grid, times = settings.layers, carbon.shape[0]
    flux = {"units": "gC m-2"}
    return xr.Dataset(
        {
            "carbon": (
                ("time", "site", "pool", "layer"),
                carbon.reshape(times, len(forcing), len(POOLS), grid.size),
                {"units": "gC m-3", "long_name": "carbon"},
            ),
            "carbon_input": (
                ("time", "site"),
                given,
                flux | {"long_name": "carbon input since the state before"},
            ),
            "respiration": (
                ("time", "site"),
                respired,
                flux | {"long_name": "respired since the state before"},
            ),
        },
        coords={
            "time": ("time", np.arange(times) * save_every / MONTHS, {"units": "yr", "long_name": "time"}),
            "site": forcing.sites,
            "pool": list(POOLS),
            "layer": np.arange(1, grid.size + 1),
            "node": ("layer", grid.layer_node, {"units": "m", "long_name": "depth of the node"}),
            "thickness": ("layer", grid.thickness, {"units": "m", "long_name": "thickness of the layer"}),
        },
    )
