"""The synthetic example is small, quick, repeatable, plausible and never passes for measured."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.sources import example
from proda_core.sources.example_covariates import texture_class
from proda_core.vocabulary.covariates import BY_NAME, NORTHEAST


@pytest.fixture(scope="module")
def study():
    return example.load()


def test_it_says_that_it_is_synthetic_everywhere(study):
    assert study.synthetic and "ynthetic example" in study.title
    for record in (
        study.profiles,
        study.forcing,
        study.covariates,
        study.cells_forcing,
        study.cells_covariates,
    ):
        assert record.ds.attrs["synthetic"] == 1
        assert "ynthetic example" in record.ds.attrs["title"]


def test_it_has_60_sites_in_30_cells_of_half_a_degree(study):
    assert len(study.sites) == 60 and len(study.cells_forcing) == 30
    assert study.forcing.grid.name == "clm5_20"
    assert np.allclose(study.cells_forcing.ds["lon"] % 0.5, 0.25)


def test_the_same_seed_gives_the_same_study_and_another_seed_another():
    one, same, other = example.load(3), example.load(3), example.load(4)
    assert one.profiles.ds.identical(same.profiles.ds)
    assert one.cells_covariates.ds.identical(same.cells_covariates.ds)
    assert one.quality.equals(same.quality)
    assert not one.profiles.ds["carbon"].equals(other.profiles.ds["carbon"])


@pytest.mark.parametrize("seed", range(5))
def test_the_planted_mistakes_are_found_and_nothing_else(seed):
    study = example.load(seed)
    assert study.quality["site"].tolist() == [8, 11, 23, 35, 47]
    assert study.assimilable().tolist() == [site for site in range(60) if site != 35]


def test_sites_take_the_forcing_of_their_cell(study):
    cells, sites = study.cells_forcing.ds, study.forcing.ds
    for site in (0, 17, 59):
        away = [abs(cells[axis].values - float(sites[axis][site])) for axis in ("lon", "lat")]
        distance = np.maximum(*away)
        cell = int(np.argmin(distance))
        assert distance[cell] <= 0.25
        assert np.array_equal(sites["soil_temperature"][site], cells["soil_temperature"][cell])


def test_some_sites_share_their_place(study):
    place = study.profiles.ds["place"].values
    assert len(set(place)) == 54 and (place[-6:] == place[:6]).all()


def test_a_year_of_input_is_the_net_primary_production(study):
    # invented NPP lies around 480 gC m-2 yr-1, within the 16 to 702 of real cells
    assert 300 < float(study.forcing.annual_input.min()) < float(study.forcing.annual_input.max()) < 702


def test_the_yearly_temperature_wave_is_damped_with_depth(study):
    temperature = study.forcing.ds["soil_temperature"].isel(site=0)
    swing = (temperature.max("month") - temperature.min("month")).values
    assert (np.diff(swing) < 0).all() and 20 < swing[0] < 26 and swing[-1] < 2.5


def test_covariates_are_the_northeasts_and_within_their_ranges(study):
    assert study.covariates.names == NORTHEAST and study.cells_covariates.names == NORTHEAST
    for name in study.covariates.continuous:
        values = study.covariates.ds[name].values
        assert (BY_NAME[name].low <= values).all() and (values <= BY_NAME[name].high).all()


def test_carbon_falls_with_depth_as_in_real_soils(study):
    ds = study.profiles.ds.isel(observation=study.profiles.ds["usable"].values == 0)
    depth, carbon = ds["depth"].values, ds["carbon"].values
    # medians of real profiles: 76, 32, 6.5 and 1.9 kgC m-3 in these intervals; a factor of two is near
    for low, high, median in ((0, 0.05, 76e3), (0.05, 0.15, 32e3), (0.3, 0.6, 6.5e3), (1, 2, 1.9e3)):
        found = np.median(carbon[(depth > low) & (depth <= high)])
        assert median / 2 < found < median * 2


@pytest.mark.parametrize(
    ("clay", "silt", "code"),
    # corners and middles of the USDA texture triangle
    [(60, 20, 1), (50, 45, 2), (40, 5, 3), (33, 34, 4), (33, 57, 5), (27, 13, 6), (20, 40, 7), (20, 60, 8)]
    + [(10, 25, 9), (5, 90, 10), (6, 12, 11), (3, 5, 12)],
)
def test_texture_classes_are_those_of_the_triangle(clay, silt, code):
    assert texture_class(np.array([clay]), np.array([silt]))[0] == code
