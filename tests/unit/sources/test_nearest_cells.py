"""Profiles without forcing take the nearest grid cell's, and say how far that is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources import northeast, own_profiles
from proda_core.sources.nearest_cells import nearest, study_on
from tests.unit.records.samples import covariates_dataset, forcing_dataset, profiles_dataset, study

CELLS = np.array([40, 41, 42])


@pytest.fixture
def base() -> Study:
    """A study with three cells at 42.25 N; the middle one has no forcing."""
    ds = forcing_dataset(CELLS).assign(cell_area=("site", [2e9] * 3), land_fraction=("site", [1.0] * 3))
    ds["lon"], ds["lat"] = ("site", [-77.25, -76.75, -76.25]), ("site", [42.25] * 3)
    ds["soil_temperature"].values[1] = np.nan
    covariates = covariates_dataset(CELLS)
    covariates["Lon"] = ("site", ds["lon"].values, {"units": "degrees_east"})
    return replace(study(), cells_forcing=Forcing(ds), cells_covariates=Covariates(covariates))


@pytest.fixture
def profiles() -> Profiles:
    ds = profiles_dataset(np.array([0, 1, 2]))
    ds["lon"], ds["lat"] = ("profile", [-77.2, -76.7, -70.0]), ("profile", [42.2, 42.3, 42.25])
    return Profiles(ds)


def test_distance_is_along_the_great_circle() -> None:
    """Expected: a degree of longitude at 60 N is half of one at the equator, 55.6 km."""
    index, distance = nearest(
        np.array([0.0]), np.array([60.0]), np.array([-1.0, 3.0]), np.array([60.0, 60.0])
    )
    assert index.tolist() == [0] and distance[0] == pytest.approx(55.6, abs=0.1)


def test_the_date_line_is_no_border() -> None:
    index, distance = nearest(
        np.array([179.9]), np.array([0.0]), np.array([-179.9, 170.0]), np.array([0.0, 0.0])
    )
    assert index.tolist() == [0] and distance[0] == pytest.approx(22.2, abs=0.1)


def test_forcing_and_covariates_are_those_of_the_nearest_cell_that_has_them(
    base: Study, profiles: Profiles
) -> None:
    """Expected: cell 41 is nearest to the second site but has no forcing; 42 is next."""
    found, places = study_on(profiles, base, name="own", title="Own profiles", max_distance=1000.0)
    assert places["cell"].tolist() == [40, 42, 42]
    np.testing.assert_array_equal(
        found.forcing.ds["soil_temperature"].values,
        base.cells_forcing.ds["soil_temperature"].values[[0, 2, 2]],
    )
    assert (
        found.covariates.ds["zebra"].values.tolist()
        == base.cells_covariates.ds["zebra"].values[[0, 2, 2]].tolist()
    )
    assert bool(found.forcing.complete.all()) and found.sites.tolist() == [0, 1, 2]


def test_sites_keep_their_own_place(base: Study, profiles: Profiles) -> None:
    found, _ = study_on(profiles, base, name="own", title="Own profiles", max_distance=1000.0)
    for values in (found.forcing.ds["lon"].values, found.covariates.ds["Lon"].values):
        assert values.tolist() == [-77.2, -76.7, -70.0]


def test_the_distance_is_carried_and_a_far_cell_is_noted(base: Study, profiles: Profiles) -> None:
    """Expected: 6.25 degrees at 42.25 N are 514 km."""
    found, places = study_on(profiles, base, name="own", title="Own profiles", max_distance=1000.0)
    distance = found.forcing.ds["cell_distance"]
    assert distance.attrs["units"] == "km" and distance.values[2] == pytest.approx(514, abs=1)
    np.testing.assert_array_equal(places["distance_km"], distance)
    far = found.quality[found.quality["reason"].str.contains("nearest grid cell is far")]
    assert far["site"].tolist() == [2] and far["found"].tolist() == ["514 km"]


def test_made_up_forcing_makes_a_made_up_study(base: Study, profiles: Profiles) -> None:
    found, _ = study_on(profiles, replace(base, synthetic=True), name="own", title="Own", max_distance=1000)
    assert found.synthetic and found.provenance["forcing_from"] == base.name
    xr.testing.assert_identical(found.cells_forcing.ds, base.cells_forcing.ds)


def placed(profiles: Profiles, lon: list[float], lat: list[float]) -> Profiles:
    return Profiles(profiles.ds.assign(lon=("profile", lon), lat=("profile", lat)))


def test_a_site_beyond_the_largest_distance_is_set_aside_without_forcing(base, profiles) -> None:
    real = replace(base, synthetic=False)
    found, places = study_on(profiles, real, name="own", title="Own profiles")
    assert found.forcing.complete.values.tolist() == [True, True, False] and 2 not in found.assimilable()
    assert np.isnan(found.covariates.ds["zebra"].values[2]) and places["distance_km"][2] > 500
    note = found.quality[found.quality["reason"].str.startswith("no grid cell with forcing near enough")]
    assert note["site"].tolist() == [2] and note["found"].tolist() == ["514 km"]


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (42.2, -77.2, "latitude and longitude look swapped"),
        (77.2, 42.2, "longitude looks like degrees west without a minus sign"),
    ],
)
def test_a_mistake_in_coordinates_is_named(base, profiles, lon: float, lat: float, words: str) -> None:
    one = placed(profiles, [lon, -77.2, -77.2], [lat, 42.2, 42.2])
    found, _ = study_on(one, base, name="own", title="Own profiles")
    assert found.quality_of(0)["found"].str.contains(words).any()
    assert not found.forcing.complete.values[0] and found.forcing.complete.values[1:].all()
    synthetic, _ = study_on(one, replace(base, synthetic=True), name="own", title="Own profiles")
    assert synthetic.forcing.complete.values.tolist() == [False, True, True]
    with pytest.raises(InputError, match=words):
        study_on(placed(profiles, [lon] * 3, [lat] * 3), base, name="own", title="Own profiles")


@pytest.mark.parametrize(
    ("name", "words"),
    [("f_swapped", "look swapped"), ("f_lon_pos_west", "west without a minus"), ("f_ocean", "100 km")],
)
def test_tables_with_mistaken_coordinates_are_refused(
    real_data, strangers_data, name: str, words: str
) -> None:
    base = northeast.load(real_data / "northeast")
    found = own_profiles.read_csv(strangers_data / f"{name}.csv")
    with pytest.raises(InputError, match=words):
        study_on(found.profiles, base, name="own", title="Own profiles")
