"""Claims about dividing sites into train, validation and test."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.network.split import PARTS, folds, sites_in, split
from proda_core.records.checks import InputError


def _places_of(world, part, parts):
    place = dict(zip(world.profiles.sites, world.profiles.ds["place"].values, strict=True))
    return {place[site] for site in sites_in(parts, part)}


def test_every_site_belongs_to_exactly_one_part(world):
    found = np.sort(np.concatenate([sites_in(world.split, part) for part in PARTS]))
    np.testing.assert_array_equal(found, world.profiles.sites)


def test_sites_that_share_coordinates_stay_together(world):
    for seed in range(20):
        parts = split(world.profiles, seed=seed)
        places = [_places_of(world, part, parts) for part in PARTS]
        assert not (places[0] & places[1] or places[0] & places[2] or places[1] & places[2])


def test_shares_are_about_what_was_asked(world):
    parts = split(world.profiles, seed=3, test=0.2, validation=0.1)
    assert len(sites_in(parts, "test")) / len(world.profiles) == pytest.approx(0.2, abs=0.06)
    assert len(sites_in(parts, "validation")) / len(world.profiles) == pytest.approx(0.1, abs=0.06)


def test_the_same_seed_gives_the_same_split_and_another_seed_another(world):
    xr.testing.assert_identical(split(world.profiles, seed=5), split(world.profiles, seed=5))
    assert (split(world.profiles, seed=5)["split"] != split(world.profiles, seed=6)["split"]).any()


@pytest.mark.parametrize("by", ["place", "site", "block", "region"])
def test_folds_hold_every_site_out_exactly_once(world, by):
    parts = folds(world.profiles, seed=2, k=3, by=by)
    found = np.sort(np.concatenate([sites_in(part, "test") for part in parts]))
    np.testing.assert_array_equal(found, world.profiles.sites)
    assert all(len(sites_in(part, "validation")) for part in parts)


def test_blocks_keep_half_degree_squares_together(world):
    lon, lat = world.profiles.ds["lon"].values, world.profiles.ds["lat"].values
    square = np.floor(lon / 0.5) * 1000 + np.floor(lat / 0.5)
    for part in folds(world.profiles, seed=2, k=3, by="block"):
        held_out = part["split"].values == "test"
        assert not set(square[held_out]) & set(square[~held_out])


def test_bad_shares_and_too_few_groups_are_named(world):
    with pytest.raises(InputError, match="test . validation < 1, found 1.1"):
        split(world.profiles, seed=0, test=0.5, validation=0.6)
    with pytest.raises(InputError, match="expected one of place, site, block; found 'state'"):
        split(world.profiles, seed=0, by="state")
    with pytest.raises(InputError, match="at least 3 groups"):
        split(world.profiles.select([0, 1]), seed=0, by="site")
    with pytest.raises(InputError, match="expected k from 2 to"):
        folds(world.profiles, seed=0, k=1)
    with pytest.raises(InputError, match="part of a split"):
        sites_in(world.split, "training")
