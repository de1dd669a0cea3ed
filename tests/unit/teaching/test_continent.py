"""The teaching continent has the extent of its model, is repeatable and never passes for measured."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.soil_model import steady_state
from proda_core.sources import borders
from proda_core.teaching import PROFILES, make
from proda_core.vocabulary.covariates import BY_NAME, NAMES
from proda_core.vocabulary.pools import SOIL_POOLS
from proda_core.vocabulary.vegetation import FROM_ESA_LAND_COVER, VEGETATION


def test_its_full_size_is_the_chapters():
    assert PROFILES == 26_509


def test_its_cells_are_the_land_of_the_conterminous_united_states(world):
    cells = world.study.cells_forcing.ds
    # about 3,300 half-degree cells; dry land of the conterminous states, US Census 2010: 7.65 million km2
    assert 3200 < cells.sizes["site"] < 3500
    assert abs(float((cells["cell_area"] * cells["land_fraction"]).sum()) / 7.65e12 - 1) < 0.01
    assert np.allclose(cells["lon"] % 0.5, 0.25) and np.allclose(cells["lat"] % 0.5, 0.25)
    inside = borders.contains(borders.conterminous_us(), cells["lon"].values, cells["lat"].values)
    assert inside.mean() > 0.95


def test_every_profile_lies_inside_the_borders(world):
    ds = world.study.profiles.ds
    assert borders.contains(borders.conterminous_us(), ds["lon"].values, ds["lat"].values).all()


def test_it_says_that_it_is_synthetic_everywhere(world):
    study = world.study
    assert study.synthetic and "synthetic" in study.title
    for record in (
        study.profiles,
        study.forcing,
        study.covariates,
        study.cells_forcing,
        study.cells_covariates,
    ):
        assert record.ds.attrs["synthetic"] == 1 and "synthetic" in record.ds.attrs["title"]
    assert world.truth.attrs["synthetic"] == 1 and "synthetic" in study.provenance["source"]


def test_the_same_seed_gives_the_same_continent_and_another_seed_another():
    one, same, other = (make(seed, n_profiles=200) for seed in (3, 3, 4))
    assert one.study.profiles.ds.identical(same.study.profiles.ds)
    assert one.study.forcing.ds.identical(same.study.forcing.ds)
    assert one.study.cells_covariates.ds.identical(same.study.cells_covariates.ds)
    assert one.truth.identical(same.truth)
    assert not one.study.cells_covariates.ds["BIO12"].equals(other.study.cells_covariates.ds["BIO12"])


def test_the_land_does_not_change_with_the_number_of_profiles(world):
    small = make(0, n_profiles=200).study
    assert small.cells_covariates.ds.identical(world.study.cells_covariates.ds)


def test_progress_is_told():
    told = []
    make(0, n_profiles=100, on_progress=told.append)
    assert [p.done for p in told] == list(range(5)) and all(p.total == 5 and p.message for p in told)


def test_an_unknown_variant_or_a_tiny_size_is_refused():
    with pytest.raises(InputError, match="variant: expected one of teaching, teaching-dirty; found 'clean'"):
        make(0, variant="clean")
    with pytest.raises(InputError, match="expected at least 50, found 3"):
        make(0, n_profiles=3)


def test_the_clean_variant_has_nothing_to_complain_of(world):
    assert len(world.study.quality) == 0
    assert len(world.study.assimilable()) == len(world.study.sites)


def test_profiles_cluster_and_some_share_a_place(world):
    ds = world.study.profiles.ds
    places = np.bincount(ds["place"].values)
    # 1,265 places for 1,406 real profiles: 0.90
    assert 0.87 < len(places) / len(ds["place"]) < 0.93 and places.max() >= 3
    cells = np.unique(np.floor(np.stack([ds["lon"], ds["lat"]]) * 2), axis=1).shape[1]
    even = len(world.study.cells_forcing) * (1 - np.exp(-len(ds["place"]) / len(world.study.cells_forcing)))
    assert cells < 0.75 * even  # fewer cells hold a profile than if they were strewn evenly


def test_covariates_are_the_sixty_within_their_ranges(world):
    for covariates in (world.study.covariates, world.study.cells_covariates):
        assert covariates.names == NAMES and len(NAMES) == 60
        assert bool(covariates.complete.all())
        for name in covariates.continuous:
            values = covariates.ds[name].values
            assert (BY_NAME[name].low <= values).all() and (values <= BY_NAME[name].high).all()
            assert np.ptp(values) > 0


def test_sand_silt_and_clay_add_up(world):
    ds = world.study.covariates.ds
    for depth in ("0cm", "30cm", "100cm"):
        total = ds[f"Sand_Content_{depth}"] + ds[f"Silt_Content_{depth}"] + ds[f"Clay_Content_{depth}"]
        assert np.allclose(total, 100)


def test_every_class_of_vegetation_covers_a_part_of_the_map(world):
    covers = world.study.cells_covariates.ds["ESA_Land_Cover"].values
    classes = np.bincount([FROM_ESA_LAND_COVER[int(c)] for c in covers], minlength=len(VEGETATION))
    shares = dict(zip(VEGETATION, classes / classes.sum(), strict=True))
    assert all(share > 0.02 for name, share in shares.items() if name != "other"), shares


def test_a_year_of_input_is_the_production_of_the_cell(world):
    forcing, covariates = world.study.cells_forcing, world.study.cells_covariates
    assert np.allclose(forcing.annual_input, covariates.ds["cesm2_npp"], rtol=1e-6)
    # real cells: 5 % below 16, 95 % below 702; 3.16 PgC in all. Here deserts grow more (see the docs).
    low, high = np.percentile(forcing.annual_input, [5, 95])
    assert low < 150 and abs(high / 702 - 1) < 0.1
    area = forcing.ds["cell_area"] * forcing.ds["land_fraction"]
    assert abs(float((forcing.annual_input * area).sum()) / 1e15 / 3.16 - 1) < 0.15


def test_the_yearly_temperature_wave_is_damped_with_depth(world):
    temperature = world.study.cells_forcing.ds["soil_temperature"]
    swing = (temperature.max("month") - temperature.min("month")).mean("site").values
    # real: 24 K at 1 cm, 15 K at 0.8 m
    assert (np.diff(swing) < 0).all() and abs(swing[0] - 24) < 4
    assert abs(np.interp(0.8, temperature["node"], swing) - 15) < 2


def test_the_default_run_is_the_same_with_either_form_of_water(world):
    forcing = world.study.cells_forcing.select(range(0, 3000, 60))
    scalar = steady_state.simulate(None, forcing, water="scalar")["carbon"].sel(pool=list(SOIL_POOLS))
    potential = steady_state.simulate(None, forcing, water="potential")["carbon"].sel(pool=list(SOIL_POOLS))
    # both are written in single precision
    assert np.allclose(scalar, potential, rtol=2e-5, atol=1e-6)
