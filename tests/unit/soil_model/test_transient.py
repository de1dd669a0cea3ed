"""The shape of a run in time, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.soil_model.changes import Change
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import simulate
from proda_core.soil_model.transient import integrate
from proda_core.vocabulary.parameters import DEFAULTS
from tests.oracle.random_columns import random_forcing

FORCING = random_forcing(2, 12)
START = np.full((2, 7, 20), 1e3)


def test_a_run_begins_with_its_initial_state_and_saves_as_asked():
    run = integrate(DEFAULTS, FORCING, START, years=2, save_every=6)
    assert dict(run.sizes) == {"time": 5, "site": 2, "pool": 7, "layer": 20}
    np.testing.assert_array_equal(run["time"], [0, 0.5, 1, 1.5, 2])
    np.testing.assert_array_equal(run["carbon"].isel(time=0), START)
    assert run["carbon"].attrs["units"] == "gC m-3"
    assert run["respiration"].attrs["units"] == "gC m-2"


def test_what_is_put_in_is_the_input_of_the_year():
    run = integrate(DEFAULTS, FORCING, START, years=2, change=Change(litter=(1.0, 2.0)))
    expected = FORCING.annual_input.to_numpy()
    np.testing.assert_allclose(run["carbon_input"].isel(time=1), expected, rtol=1e-12)
    np.testing.assert_allclose(run["carbon_input"].isel(time=2), 2 * expected, rtol=1e-12)


def test_sites_do_not_see_each_other():
    both = integrate(DEFAULTS, FORCING, START, years=1)
    alone = integrate(DEFAULTS, FORCING.select([1]), START[:1], years=1)
    np.testing.assert_array_equal(both["carbon"].isel(site=1), alone["carbon"].isel(site=0))


def test_a_simulated_steady_state_is_a_start_and_progress_is_told():
    told = []
    start = simulate(None, FORCING)["carbon"]
    run = integrate(
        None,
        FORCING,
        start,
        years=1,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]
    stocks = (run["carbon"] * run["thickness"]).sum(["pool", "layer"])
    np.testing.assert_allclose(stocks.isel(time=1), stocks.isel(time=0), rtol=0.05)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"years": 0}, "years: expected at least 1"),
        ({"years": 1, "save_every": 0}, "save_every"),
        ({"years": 1, "initial": START[:1]}, "carbon: expected"),
        ({"years": 1, "initial": -START}, "at least 0 gC m-3"),
        ({"years": 1, "settings": ModelSettings(grid="clm45_10")}, "layer grid"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(InputError, match=message):
        integrate(DEFAULTS, FORCING, **({"initial": START} | arguments))
