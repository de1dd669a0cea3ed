"""Bounds of horizons: as given, else derived from mid-depths; expected values by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proda_core.records.checks import InputError
from proda_core.records.horizons import SURFACE_DEPTH, THICKEST, derived_bounds, horizons, usable_horizons
from proda_core.records.profiles import Profiles
from tests.unit.records.samples import profiles_dataset

NONE = np.nan


def one_profile(depth, top=None, bottom=None, usable=None) -> Profiles:
    n = len(depth)
    ds = profiles_dataset(np.array([5, 6])).drop_dims("observation")
    ds = ds.assign(row_size=("profile", [n, 0]), depth=("observation", np.asarray(depth, float)))
    ds = ds.assign(carbon=("observation", np.full(n, 1e4)))
    ds = ds.assign(usable=("observation", np.zeros(n, np.int8) if usable is None else np.array(usable)))
    for name, values in (("top", top), ("bottom", bottom)):
        if values is not None:
            ds = ds.assign({name: ("observation", np.asarray(values, float))})
    return Profiles(ds)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_horizons_sampled_without_gaps_come_back_from_their_rounded_middles(thickness):
    edges = np.concatenate([[0], np.cumsum(thickness)])
    middle = np.round((edges[1:] + edges[:-1]) / 2, 1) / 100  # whole centimetres have middles at halves
    top, bottom = derived_bounds(middle)
    np.testing.assert_allclose(top, edges[:-1] / 100, atol=1e-9)
    np.testing.assert_allclose(bottom, edges[1:] / 100, atol=1e-9)


@given(st.lists(st.floats(0.005, 5.0), min_size=2, max_size=12))
def test_derived_horizons_hold_their_middle_and_do_not_overlap(depth):
    depth = np.sort(np.round(depth, 3))
    top, bottom = derived_bounds(depth)
    finite = np.isfinite(top)
    assert finite.all() or (depth == depth[0]).all()
    assert (top[finite] <= depth[finite]).all() and (depth[finite] <= bottom[finite]).all()
    assert (bottom[finite] - top[finite] <= THICKEST + 1e-9).all()
    apart = np.diff(depth) > 0
    assert (bottom[:-1][apart] <= top[1:][apart] + 1e-9).all()


def test_a_first_observation_too_deep_does_not_begin_at_the_surface():
    top, bottom = derived_bounds(np.array([SURFACE_DEPTH + 0.05, 0.4]))
    assert top.tolist() == pytest.approx([0.1, 0.3]) and bottom.tolist() == pytest.approx([0.3, 0.5])
    assert np.isnan(derived_bounds(np.array([SURFACE_DEPTH + 0.05]))[0]).all()


def test_one_depth_given_twice_is_one_horizon():
    top, bottom = derived_bounds(np.array([0.1, 0.3, 0.3]))
    assert top.tolist() == pytest.approx([0.0, 0.2, 0.2])
    assert bottom.tolist() == pytest.approx([0.2, 0.4, 0.4])


def test_given_bounds_stay_and_the_missing_ones_fit_between():
    profiles = one_profile([0.05, 0.2, 0.5], [0.0, NONE, 0.4], [0.15, NONE, 0.6])
    found = horizons(profiles)
    assert found.top.tolist() == pytest.approx([0.0, 0.15, 0.4])
    # contiguous from mid-depths it would be 10 to 30 cm
    assert found.bottom.tolist() == pytest.approx([0.15, 0.3, 0.6])
    assert found.derived.tolist() == [False, True, False]


def test_overlaps_and_gaps_that_are_given_stay():
    top, bottom = [0.0, 0.1, 0.9], [0.2, 0.5, 1.1]
    found = horizons(one_profile([0.1, 0.3, 1.0], top, bottom))
    assert found.top.tolist() == top and found.bottom.tolist() == bottom and not found.derived.any()


def test_unusable_observations_bound_their_neighbours_but_impossible_depths_do_not():
    profiles = one_profile([0.0, 0.1, 0.3, 0.5, 12.3], usable=[3, 0, 2, 0, 4])
    found = usable_horizons(profiles, 5)
    assert found.top.tolist() == pytest.approx([0.0, 0.4])
    assert found.bottom.tolist() == pytest.approx([0.2, 0.6])
    assert np.isnan(horizons(profiles).top).tolist() == [True, False, False, False, True]
    assert len(usable_horizons(profiles, 6).top) == 0


@pytest.mark.parametrize(
    ("top", "bottom", "words"),
    [
        ([-0.1, 0.2], [0.2, 0.4], "top: expected 0 to 100 m, found -0.1"),
        ([0.0, 0.4], [0.2, 0.4], "bottom: expected more than top, found 0.4 at site 5, observation 1"),
        ([0.0, 0.2], [0.2, NONE], "bottom: expected a number where top is given, found nan at site 5"),
        ([NONE, 0.2], [0.2, 0.4], "top: expected a number where bottom is given, found nan at site 5"),
        ([0.0, 0.32], [0.2, 0.4], "depth: expected a number from top to bottom, found 0.3 at site 5"),
        ([0.0, 0.2], None, "expected both top and bottom or neither, found top"),
    ],
)
def test_bounds_that_are_no_horizon_are_named_with_their_place(top, bottom, words):
    with pytest.raises(InputError, match=words):
        one_profile([0.1, 0.3], top, bottom)
