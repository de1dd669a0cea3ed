"""Forcing refuses what cannot drive the soil model; missing values are told, not refused."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from tests.unit.records.samples import forcing_dataset


def spoilt(name: str, index: tuple[int, ...], value: float):
    ds = forcing_dataset()
    values = ds[name].values.copy()
    values[index] = value
    return ds.assign({name: (ds[name].dims, values)})


@pytest.mark.parametrize(
    ("name", "index", "value", "words"),
    [
        ("soil_temperature", (1, 2, 3), -9999.0, "150 to 350 K, found -9999.0 at site 7, layer 3, month 4"),
        ("soil_temperature", (0, 0, 0), 1e36, "soil_temperature: expected 150 to 350 K"),
        ("water_scalar", (0, 0, 0), 1.2, "water_scalar: expected 0 to 1, found 1.2"),
        ("oxygen_scalar", (0, 0, 0), -0.1, "oxygen_scalar: expected 0 to 1"),
        ("nitrogen_scalar", (0, 0, 0), 2.0, "nitrogen_scalar: expected 0 to 1"),
        ("sand", (0, 0), 101.0, "sand: expected 0 to 100 %"),
        (
            "carbon_input",
            (2, 1, 0),
            -3.0,
            "carbon_input: expected at least 0 gC m-2 month-1, found -3.0 at site 8",
        ),
        ("altmax", (0, 0), -1.0, "altmax: expected at least 0 m"),
        ("nbedrock", (3, 0), 8.5, "nbedrock: expected a layer number 1 to 20, found 8.5 at site 20, month 1"),
        ("nbedrock", (3, 0), 21.0, "nbedrock: expected a layer number 1 to 20, found 21.0"),
        ("nbedrock", (3, 0), 0.0, "nbedrock: expected at least 1"),
        ("lat", (0,), 99.0, "lat: expected -90 to 90"),
    ],
)
def test_a_bad_value_is_named_with_its_place(name, index, value, words):
    with pytest.raises(InputError, match=words):
        Forcing(spoilt(name, index, value))


def test_a_year_of_eleven_months_is_refused():
    with pytest.raises(InputError, match="expected 12 months, found 11"):
        Forcing(forcing_dataset().isel(month=slice(11)))


def test_layers_that_are_not_those_of_the_grid_are_refused():
    with pytest.raises(InputError, match="expected 10 layers of grid clm45_10, found 20"):
        Forcing(forcing_dataset().assign_attrs(grid="clm45_10"))


def test_an_unknown_grid_is_refused():
    with pytest.raises(InputError, match="grid: expected one of clm45_10, clm5_20; found 'clm6'"):
        Forcing(forcing_dataset().assign_attrs(grid="clm6"))


def test_input_pools_in_another_order_are_refused():
    with pytest.raises(InputError, match="expected input_pool"):
        Forcing(forcing_dataset().isel(input_pool=[1, 0, 2, 3]))


def test_neither_form_of_water_is_refused():
    with pytest.raises(InputError, match="expected water_scalar or soil_water_potential, found neither"):
        Forcing(forcing_dataset().drop_vars("water_scalar"))


def test_water_potential_alone_is_enough():
    ds = forcing_dataset().rename(water_scalar="soil_water_potential")
    ds["soil_water_potential"] = -ds["soil_water_potential"]
    assert Forcing(ds).complete.all()


@pytest.mark.parametrize("name", ["soil_temperature", "carbon_input", "altmax", "nbedrock", "sand"])
def test_one_missing_value_makes_its_site_incomplete_and_is_named(name):
    index = (1,) * forcing_dataset()[name].ndim
    forcing = Forcing(spoilt(name, index, np.nan))
    assert forcing.complete.values.tolist() == [True, False, True, True]
    assert forcing.missing(7) == (name,) and forcing.missing(3) == ()


def test_annual_input_is_the_sum_of_streams_and_months():
    ds = forcing_dataset()
    expected = ds["carbon_input"].values.sum(axis=(1, 2))
    assert np.allclose(Forcing(ds).annual_input, expected, rtol=1e-14)


def test_layers_carry_the_depth_of_their_node():
    forcing = Forcing(forcing_dataset(grid="clm45_10"))
    assert np.allclose(forcing.ds["node"], forcing.grid.layer_node)
    assert forcing.ds["month"].values.tolist() == list(range(1, 13))
