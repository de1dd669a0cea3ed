"""Diagnostics of a soil column: residence times, storage capacity, respiration.

Notation of the matrix approach [ch37]: capacity X_c is the steady state of eq. 37.2 under the
given forcing, potential is X_c - X for the carbon X that is there.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model.parameter_values import complete
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.site_fields import (
    carbon_array,
    decomposition_rates,
    respired_fraction,
    settings_for,
)
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.vocabulary.pools import POOLS

_FIELD = ("site", "pool", "layer")
_POOL = ("site", "pool")


def diagnose(
    parameters, forcing: Forcing, carbon: xr.DataArray | None = None, *, settings: ModelSettings | None = None
) -> xr.Dataset:
    """Return fluxes, residence times and storage of every site.

    parameters : as for :func:`proda_core.soil_model.steady_state.simulate`
    carbon : (site, pool, layer) [gC m-3]; None is the steady state, then potential is zero
    Returns a Dataset with

    decomposition, respiration (site, pool) [gC m-2 yr-1]; carbon_use (site, pool) [1], the part of
    what a pool loses that other pools gain; turnover_time (site, pool) [yr], stock by outflow;
    residence_time (site, pool) [yr], the years that carbon put into the column spends in a pool on
    its way, X_c / u; column_residence_time (site) [yr], their sum; capacity, potential
    (site, pool, layer) [gC m-3]; carbon_input, column_respiration (site) [gC m-2 yr-1].
    """
    settings = settings_for(forcing, settings, parameters)
    table = complete(parameters, forcing.sites)
    capacity = solve(prepare(forcing, settings), table, np.arange(len(forcing)))
    present = capacity if carbon is None else carbon_array(carbon, capacity.shape)
    thickness = settings.layers.thickness
    lost = decomposition_rates(table, forcing, settings) * present * thickness
    respired = (lost * respired_fraction(table, forcing, settings)).sum(axis=-1)
    outflow, stock = lost.sum(axis=-1), (present * thickness).sum(axis=-1)
    given = forcing.annual_input.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        residence = (capacity * thickness).sum(axis=-1) / given[:, None]
        turnover, use = stock / outflow, 1.0 - respired / outflow
    return xr.Dataset(
        {
            "decomposition": (_POOL, outflow, _named("gC m-2 yr-1", "carbon that leaves the pool")),
            "respiration": (_POOL, respired, _named("gC m-2 yr-1", "carbon respired from the pool")),
            "column_respiration": ("site", respired.sum(axis=1), _named("gC m-2 yr-1", "carbon respired")),
            "carbon_input": ("site", given, _named("gC m-2 yr-1", "carbon input")),
            "carbon_use": (_POOL, use, _named("1", "part of decomposition that other pools gain")),
            "turnover_time": (_POOL, turnover, _named("yr", "stock of the pool by its outflow")),
            "residence_time": (_POOL, residence, _named("yr", "years that input spends in the pool")),
            "column_residence_time": (
                "site",
                residence.sum(axis=1),
                _named("yr", "years that input spends in the column"),
            ),
            "capacity": (_FIELD, capacity, _named("gC m-3", "storage capacity")),
            "potential": (_FIELD, capacity - present, _named("gC m-3", "storage potential")),
        },
        coords={
            "site": forcing.sites,
            "pool": list(POOLS),
            "layer": np.arange(1, settings.layers.size + 1),
            "node": ("layer", settings.layers.layer_node, _named("m", "depth of the node")),
            "thickness": ("layer", thickness, _named("m", "thickness of the layer")),
        },
    )


def _named(units: str, long_name: str) -> dict[str, str]:
    return {"units": units, "long_name": long_name}
