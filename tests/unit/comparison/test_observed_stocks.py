"""Claims about stocks of measured profiles; expected values by hand."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.comparison.observed_stocks import FIRST_DEPTH, stock, stocks


def test_a_piecewise_linear_profile_is_integrated_exactly():
    # 0-0.1 m at 20 kg m-3, then linear to 12.5 kg m-3 at 0.4 m: 2 + 0.2 x (20 + 15) / 2
    depth, carbon = np.array([0.1, 0.4]), np.array([20e3, 12.5e3])
    assert stock(depth, carbon, (0.0, 0.3)) == pytest.approx(2 + 0.2 * (20 + 15) / 2)


def test_nothing_is_extrapolated_downward():
    depth, carbon = np.array([0.1, 0.99]), np.array([20e3, 10e3])
    assert np.isnan(stock(depth, carbon, (0.0, 1.0)))
    assert np.isfinite(stock(depth, carbon, (0.0, 0.3)))


def test_a_first_observation_too_deep_does_not_stand_for_the_surface():
    carbon = np.array([20e3, 10e3])
    assert np.isnan(stock(np.array([FIRST_DEPTH + 0.01, 2.0]), carbon, (0.0, 1.0)))
    assert np.isfinite(stock(np.array([FIRST_DEPTH, 2.0]), carbon, (0.0, 1.0)))
    # an interval that begins deeper is carried by an observation above its top
    assert np.isfinite(stock(np.array([0.25, 2.0]), carbon, (0.3, 1.0)))
    assert np.isnan(stock(np.array([0.35, 2.0]), carbon, (0.3, 1.0)))


def test_order_and_repeats_of_depths_do_not_matter():
    plain = stock(np.array([0.1, 0.5, 1.2]), np.array([20e3, 10e3, 5e3]), (0.0, 1.0))
    mixed = stock(np.array([1.2, 0.5, 0.1, 0.5]), np.array([5e3, 8e3, 20e3, 12e3]), (0.0, 1.0))
    assert mixed == pytest.approx(plain)


def test_intervals_that_join_add_up():
    depth, carbon = np.array([0.02, 0.3, 0.7, 2.2]), np.array([50e3, 20e3, 7e3, 3e3])
    whole = stock(depth, carbon, (0.0, 2.0))
    assert whole == pytest.approx(
        stock(depth, carbon, (0.0, 0.3)) + stock(depth, carbon, (0.3, 1.0)) + stock(depth, carbon, (1.0, 2.0))
    )


def test_no_observation_is_no_stock():
    assert np.isnan(stock(np.zeros(0), np.zeros(0), (0.0, 0.3)))


def test_unusable_observations_carry_nothing(profiles):
    found = stocks(profiles)
    assert found.index.tolist() == [10, 20, 30]
    assert np.isnan(found.loc[10, "0-200"])  # its deepest usable depth is 1.2 m, 2.1 m is not usable
    assert np.isfinite(found.loc[10, "0-100"])
    assert np.isnan(found.loc[20, "0-100"])
    assert np.isnan(found.loc[30, "0-30"]) and np.isfinite(found.loc[30, "30-100"])
