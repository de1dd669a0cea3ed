"""Profiles refuse what is no set of soil profiles, and name the variable and the site."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.profiles import Profiles
from tests.unit.records.samples import SITES, profiles_dataset


def spoilt(name: str, index: int, value: float):
    ds = profiles_dataset()
    values = ds[name].values.astype(float if name in ("lon", "lat", "depth", "carbon") else int)
    values[index] = value
    return ds.assign({name: (ds[name].dims, values)})


@pytest.mark.parametrize(
    ("name", "index", "value", "words"),
    [
        ("depth", 2, -0.1, "depth: expected 0 to 50 m, found -0.1"),
        ("depth", 2, 51.0, "depth: expected 0 to 50 m, found 51.0"),
        ("depth", 0, np.nan, "depth: expected 0 to 50 m, found nan"),
        ("depth", 4, 0.0, "depth: expected more than 0 in a usable observation, found 0.0 at site 7"),
        ("carbon", 0, 0.0, "carbon: expected more than 0 in a usable observation, found 0.0 at site 3"),
        ("carbon", 0, np.nan, "carbon: expected more than 0"),
        ("carbon", 0, np.inf, "carbon: expected finite numbers, found inf"),
        ("lon", 1, 200.0, "lon: expected -180 to 180 degrees_east, found 200.0 at profile 7"),
        ("lat", 3, -91.0, "lat: expected -90 to 90 degrees_north, found -91.0 at profile 20"),
        ("row_size", 0, 9, "sum of row_size"),
        ("row_size", 0, -1, "row_size: expected at least 0"),
    ],
)
def test_a_bad_value_is_named_with_its_place(name, index, value, words):
    with pytest.raises(InputError, match=words):
        Profiles(spoilt(name, index, value))


def test_a_missing_variable_is_named():
    with pytest.raises(InputError, match="expected variable 'depth', found"):
        Profiles(profiles_dataset().drop_vars("depth"))


def test_wrong_dimensions_are_named():
    ds = profiles_dataset().rename(observation="obs")
    with pytest.raises(InputError, match=r"depth: expected dimensions \('observation',\), found \('obs',\)"):
        Profiles(ds)


def test_a_wrong_unit_is_named():
    ds = profiles_dataset()
    ds["depth"].attrs["units"] = "cm"
    with pytest.raises(InputError, match="depth: expected unit 'm', found 'cm'"):
        Profiles(ds)


def test_text_instead_of_numbers_is_named():
    ds = profiles_dataset()
    with pytest.raises(InputError, match="lon: expected float values, found dtype"):
        Profiles(ds.assign(lon=("profile", ["a"] * 4)))


def test_a_site_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="expected every profile once"):
        Profiles(profiles_dataset().assign_coords(profile=[3, 3, 8, 20]))


def test_an_unknown_site_is_named_with_those_there_are():
    with pytest.raises(InputError, match=r"expected sites of this data set \(3 to 20\), found site 4"):
        Profiles(profiles_dataset()).observations(4)


def test_a_zero_depth_may_stay_if_it_is_flagged():
    ds = spoilt("depth", 4, 0.0)
    usable = ds["usable"].values.copy()
    usable[4] = 3
    assert Profiles(ds.assign(usable=("observation", usable))).usable_count()[1] == 0


def test_the_dataset_follows_the_cf_ragged_convention():
    ds = Profiles(profiles_dataset()).ds
    assert ds["row_size"].attrs["sample_dimension"] == "observation"
    assert len(ds["usable"].attrs["flag_values"]) == len(ds["usable"].attrs["flag_meanings"].split())
    assert (ds["depth"].attrs["units"], ds["depth"].attrs["positive"]) == ("m", "down")


def test_observations_of_a_site_are_its_slice_of_the_ragged_array():
    ds = profiles_dataset()
    profiles = Profiles(ds)
    depth, carbon, usable = profiles.observations(7)
    assert (depth == ds["depth"].values[4:5]).all() and (carbon == ds["carbon"].values[4:5]).all()
    assert profiles.usable_count().tolist() == ds["row_size"].values.tolist()
    assert profiles.site_of_observation[:5].tolist() == [3, 3, 3, 3, 7]


def test_select_of_nothing_is_empty():
    assert len(Profiles(profiles_dataset()).select([])) == 0


def test_the_record_leaves_the_given_dataset_alone():
    ds = profiles_dataset()
    Profiles(ds)
    assert "units" not in ds["depth"].attrs and "sample_dimension" not in ds["row_size"].attrs


def test_the_record_is_frozen():
    profiles = Profiles(profiles_dataset())
    with pytest.raises(AttributeError):
        profiles.ds = None
    assert profiles.sites.tolist() == SITES.tolist()
