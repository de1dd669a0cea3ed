"""The form of water limitation, as it follows from the sampled parameters and the forcing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.records.forcing import Forcing
from proda_core.soil_model.columns import default_water
from proda_core.soil_model.settings import (
    WATER_FORMS,
    WATER_PARAMETERS,
    WATER_VARIABLES,
    ModelSettings,
)
from proda_core.vocabulary.parameters import Prior


def settings_of_prior(forcing: Forcing, prior: Prior, **choices: Any) -> ModelSettings:
    """Return settings of the soil model in which every parameter of a prior has its effect.

    choices : fields of :class:`ModelSettings`; by default the layers of the forcing, and the form of water
        limitation that the prior's parameters belong to

    Raises InputError where prior, choices and forcing exclude each other.
    """
    water = choices.get("water") or water_of_parameters(prior.names) or default_water(forcing)
    settings = ModelSettings(**({"grid": forcing.grid.name} | choices | {"water": water}))
    expect_water(settings, prior, forcing)
    return settings


def settings_of_parameters(
    parameters: object, forcing: Forcing, bedrock: str = "closed", water: str | None = None
) -> ModelSettings:
    """Return settings of the soil model for given parameters; None: of CLM5's default run, with texture.

    water : by default the form that uses a parameter which is named, or else what the forcing allows
    """
    water = water or water_of_parameters(_names(parameters)) or default_water(forcing)
    return ModelSettings(forcing.grid.name, bedrock, water, texture=parameters is None)


def _names(parameters: object) -> tuple[str, ...]:
    if isinstance(parameters, pd.DataFrame):
        return tuple(map(str, parameters.columns))
    if isinstance(parameters, xr.DataArray) and "parameter" in parameters.coords:
        return tuple(map(str, parameters["parameter"].values))
    return ()


def water_of_parameters(names: Iterable[str]) -> str | None:
    """Return the form of water limitation that uses one of these parameters; None for neither or both.

    >>> water_of_parameters(["q10", "maxpsi"])
    'potential'
    """
    named = set(names)
    forms = [form for form in WATER_FORMS if WATER_PARAMETERS[form] in named]
    return forms[0] if len(forms) == 1 else None


def expect_water(settings: ModelSettings, prior: Prior, forcing: Forcing) -> None:
    """Raise InputError where a sampled parameter would have no effect, or the forcing lacks its variable."""
    for form in WATER_FORMS:
        name = WATER_PARAMETERS[form]
        expect(
            name not in prior.names or settings.water == form,
            f"prior {prior.name}: expected water form {form}, the only one to use its parameter {name},"
            f" found {settings.water}",
        )
    variable = WATER_VARIABLES[settings.water]
    if variable not in forcing.ds:
        reason = f", for its parameter {WATER_PARAMETERS[settings.water]}"
        why = reason if WATER_PARAMETERS[settings.water] in prior.names else ""
        raise InputError(
            f"prior {prior.name}: expected {variable} in the forcing{why} (water form {settings.water}),"
            " found none"
        )
