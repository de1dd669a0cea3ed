"""A changed climate changes what it says and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.soil_model.changes import Change, changed
from tests.oracle.random_columns import random_forcing


def test_each_change_acts_on_its_own_variable():
    forcing = random_forcing(3, 1)
    now = changed(forcing, Change(warming=2.0, wetness=0.5, litter=1.5))
    difference = now.ds["soil_temperature"] - forcing.ds["soil_temperature"]
    np.testing.assert_allclose(difference, 2.0, rtol=1e-12)
    np.testing.assert_allclose(now.ds["water_scalar"], forcing.ds["water_scalar"] / 2)
    np.testing.assert_allclose(now.ds["soil_water_potential"], forcing.ds["soil_water_potential"] * 2)
    np.testing.assert_allclose(now.annual_input, forcing.annual_input * 1.5)
    assert now.ds["oxygen_scalar"].equals(forcing.ds["oxygen_scalar"])
    assert now.ds["soil_temperature"].attrs["units"] == "K"


def test_wetter_ground_saturates():
    assert float(changed(random_forcing(3, 1), Change(wetness=50.0)).ds["water_scalar"].max()) == 1.0


def test_no_change_is_the_same_forcing():
    forcing = random_forcing(3, 1)
    assert changed(forcing, Change()).ds.equals(forcing.ds)


def test_years_take_their_value_and_the_last_one_stays():
    change = Change(warming=(0.0, 1.0, 2.0), litter=1.1)
    assert [change.of_year(year).warming for year in (0, 1, 2, 9)] == [0.0, 1.0, 2.0, 2.0]
    assert change.of_year(5).litter == 1.1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"litter": -1.0}, "litter: expected at least 0"),
        ({"wetness": 0.0}, "wetness: expected more than 0"),
        ({"warming": float("nan")}, "warming"),
        ({"warming": (1.0, float("inf"))}, "warming"),
    ],
)
def test_impossible_changes_are_named(change, message):
    with pytest.raises(InputError, match=message):
        Change(**change)
