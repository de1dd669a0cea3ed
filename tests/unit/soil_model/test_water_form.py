"""The form of water limitation follows from the parameters, or the combination is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.mapping.soil_carbon import soil_carbon
from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import simulate
from proda_core.soil_model.water_form import expect_water, settings_of_prior
from proda_core.vocabulary.parameters import PRIORS
from tests.oracle.random_columns import random_forcing


@pytest.fixture(scope="module")
def forcing() -> Forcing:
    """Three columns with both water variables."""
    return random_forcing(3, seed=2)


def without(forcing: Forcing, name: str) -> Forcing:
    return Forcing(forcing.ds.drop_vars(name))


@pytest.mark.parametrize(("prior", "water"), [("clm45_18", "potential"), ("proda", "scalar")])
def test_the_form_is_the_one_that_uses_a_parameter_of_the_prior(forcing, prior, water):
    assert settings_of_prior(forcing, PRIORS[prior]).water == water


@pytest.mark.parametrize(
    ("prior", "missing", "sentence"),
    [
        (
            "clm45_18",
            "soil_water_potential",
            "expected soil_water_potential in the forcing, for its parameter maxpsi",
        ),
        ("proda", "water_scalar", "expected water_scalar in the forcing, for its parameter w_scaling"),
    ],
)
def test_a_prior_whose_variable_is_missing_is_refused(forcing, prior, missing, sentence):
    with pytest.raises(InputError, match=sentence):
        settings_of_prior(without(forcing, missing), PRIORS[prior])


@pytest.mark.parametrize(
    ("prior", "water", "sentence"),
    [
        (
            "clm45_18",
            "scalar",
            "expected water form potential, the only one to use its parameter maxpsi, found scalar",
        ),
        (
            "proda",
            "potential",
            "expected water form scalar, the only one to use its parameter w_scaling, found potential",
        ),
    ],
)
def test_a_chosen_form_in_which_a_parameter_does_nothing_is_refused(forcing, prior, water, sentence):
    with pytest.raises(InputError, match=sentence):
        settings_of_prior(forcing, PRIORS[prior], water=water)
    with pytest.raises(InputError, match=sentence):
        expect_water(ModelSettings(water=water), PRIORS[prior], forcing)


def test_a_named_maxpsi_changes_the_carbon_of_a_product_and_of_a_simulation(forcing):
    """Before the form followed from the parameters, both gave the same carbon for every maxpsi."""
    prior = PRIORS["clm45_18"]
    middle = xr.DataArray(
        prior.to_physical(np.full(18, 0.5)), dims="parameter", coords={"parameter": list(prior.names)}
    )
    other = middle.copy()
    other.loc["maxpsi"] = -0.014
    assert (soil_carbon(middle, forcing) != soil_carbon(other, forcing)).any()
    assert simulate(middle, forcing).attrs["water"] == "potential"


def test_carbon_without_settings_is_that_of_the_settings_of_the_prior(forcing):
    prior = PRIORS["clm45_18"]
    middle = xr.DataArray(
        prior.to_physical(np.full(18, 0.5)), dims="parameter", coords={"parameter": list(prior.names)}
    )
    settings = settings_of_prior(forcing, prior)
    xr.testing.assert_equal(soil_carbon(middle, forcing), soil_carbon(middle, forcing, settings))
