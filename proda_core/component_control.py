"""Control of predictions by parts of the model: one group of parameters at a time is held at its mean.

The skill lost on held-out sites is what the network has learnt about that group; the change of the
map is the effect of the group's pattern on carbon. The last group is not a parameter but plant input.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

from proda_core.comparison.pairs import densities
from proda_core.comparison.scores import score
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.soil_carbon import soil_carbon
from proda_core.records.forcing import Forcing
from proda_core.records.maps import ParameterMap
from proda_core.records.profiles import Profiles
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import GROUPS, PARAMETERS

NOTHING, PLANT_INPUT = "nothing", "plant_input"
CONTROLLED: tuple[str, ...] = (NOTHING, *GROUPS, PLANT_INPUT)
TOTALS = ("0-30", "0-100", "0-200")


def component_control(
    at_sites: Mapping[str, xr.DataArray],
    maps: Mapping[str, ParameterMap],
    profiles: Profiles,
    forcing: Forcing,
    cells_forcing: Forcing,
    settings: ModelSettings | None = None,
) -> pd.DataFrame:
    """Return one row per product and group held at its mean, the first with nothing held.

    at_sites : parameters (site, parameter) of each product at the sites of ``profiles``, which
        should be held out; their mean is taken over these sites, that of ``maps`` over cells
    settings : of the soil model
    Returns product, group, parameters; scores of carbon density [kgC m-3] with ``nse_lost`` and
    ``rmse_gained`` against nothing held; ``total_*`` [PgC] by interval in cm and its ``change_*``.
    """
    rows = []
    for product in at_sites:
        first = None
        for group in CONTROLLED:
            row = _scores(at_sites[product], profiles, forcing, group, settings)
            row |= _totals(maps[product], cells_forcing, group, settings)
            first = first or row
            rows.append({"product": product, "group": group, "parameters": " ".join(names_of(group))})
            rows[-1] |= row | _against(first, row)
    return pd.DataFrame(rows)


def names_of(group: str) -> list[str]:
    """Return names of the parameters of a group.

    >>> names_of("transport")
    ['diffus', 'cryo']
    """
    return [p.name for p in PARAMETERS if p.group == group]


def at_mean(parameters: xr.DataArray, group: str) -> xr.DataArray:
    """Return parameters (site, parameter) with those of a group at their mean over sites."""
    of_group = parameters["parameter"].isin(names_of(group))
    return xr.where(of_group, parameters.mean("site"), parameters).transpose("site", "parameter")


def input_at_mean(forcing: Forcing) -> Forcing:
    """Return forcing with the mean carbon input of every pool and month at every site."""
    mean = forcing.ds["carbon_input"].mean("site").broadcast_like(forcing.ds["carbon_input"])
    gaps = forcing.ds["carbon_input"].isnull()
    given = mean.where(~gaps).transpose(*forcing.ds["carbon_input"].dims)
    return Forcing(forcing.ds.assign(carbon_input=given.assign_attrs(forcing.ds["carbon_input"].attrs)))


def _scores(
    parameters: xr.DataArray,
    profiles: Profiles,
    forcing: Forcing,
    group: str,
    settings: ModelSettings | None,
) -> dict:
    forcing = input_at_mean(forcing) if group == PLANT_INPUT else forcing
    carbon = soil_carbon(at_mean(parameters, group), forcing, settings)
    pairs = densities(profiles, {"modelled": carbon}, forcing.grid)
    return score(pairs["modelled"], pairs["observed"])


def _totals(parameters: ParameterMap, forcing: Forcing, group: str, settings: ModelSettings | None) -> dict:
    forcing = input_at_mean(forcing) if group == PLANT_INPUT else forcing
    controlled = at_mean(parameters.ds["mean"].rename(cell="site"), group)
    total = carbon_map({"product": controlled}, forcing, settings).totals()
    return {f"total_{name}": float(total.sel(product="product", interval=name)) for name in TOTALS}


def _against(first: dict, row: dict) -> dict:
    gained = {"nse_lost": first["nse"] - row["nse"], "rmse_gained": row["rmse"] - first["rmse"]}
    return gained | {f"change_{name}": row[f"total_{name}"] - first[f"total_{name}"] for name in TOTALS}
