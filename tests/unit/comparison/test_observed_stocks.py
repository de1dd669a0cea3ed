"""Claims about stocks of measured profiles; expected values by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proda_core.comparison.observed_stocks import (
    COLUMNS,
    MOST_EXTRAPOLATED,
    TOP_GAP,
    measured_stocks,
    stock,
    stocks,
)

THICKNESS = st.floats(0.02, 0.5)


def of_horizons(edges, carbon, interval) -> tuple[float, float]:
    edges = np.array(edges)
    return stock(edges[:-1], edges[1:], 1e3 * np.array(carbon), interval)


@given(st.lists(st.tuples(THICKNESS, st.floats(0.5, 90)), min_size=1, max_size=9))
def test_the_carbon_of_every_horizon_is_kept(horizons):
    thickness, density = np.array(horizons).T
    edges = np.concatenate([[0.0], np.cumsum(thickness)])
    for top, bottom, carbon in zip(edges[:-1], edges[1:], thickness * density):
        value, extrapolated = of_horizons(edges, density, (top, bottom))
        assert value == pytest.approx(carbon, rel=1e-4) and extrapolated == pytest.approx(0, abs=1e-4)


@given(st.lists(st.tuples(THICKNESS, st.floats(0.5, 90)), min_size=3, max_size=9), st.floats(0.1, 0.9))
def test_no_part_of_a_horizon_has_less_than_nothing(horizons, share):
    thickness, density = np.array(horizons).T
    edges = np.concatenate([[0.0], np.cumsum(thickness)])
    assert of_horizons(edges, density, (edges[1], edges[1] + share * thickness[1]))[0] >= 0


def test_within_a_horizon_the_density_falls_as_between_its_neighbours():
    # 10 kgC m-2 in 20-40 cm, between richer and poorer horizons: more than half in its upper half
    upper, _ = of_horizons([0, 0.2, 0.4, 0.6], [90, 50, 20], (0.2, 0.3))
    assert 5.0 < upper < 6.5


def test_a_horizon_of_150_to_200_cm_covers_200_cm():
    value, extrapolated = of_horizons([0.0, 0.5, 1.5, 2.0], [20, 6, 2], (0.0, 2.0))
    assert value == pytest.approx(0.5 * 20 + 1.0 * 6 + 0.5 * 2) and extrapolated == 0


def test_below_the_last_horizon_the_density_falls_on_and_does_not_rise():
    # middles at 25 and 70 cm, 16 and 4 kgC m-3: a quarter in 45 cm; the next 10 cm have their middle at 95 cm
    value, extrapolated = of_horizons([0.0, 0.5, 0.9], [16, 4], (0.0, 1.0))
    assert value == pytest.approx(0.5 * 16 + 0.4 * 4 + 0.1 * 4 * 4 ** (-0.25 / 0.45), rel=1e-3)
    assert extrapolated == pytest.approx(0.1)
    value, _ = of_horizons([0.0, 0.5, 0.9], [4, 16], (0.0, 1.0))
    assert value == pytest.approx(0.5 * 4 + 0.5 * 16)


def test_more_is_not_extrapolated_than_the_limit():
    for bottom, covered in ((1 - MOST_EXTRAPOLATED, True), (0.99 - MOST_EXTRAPOLATED, False)):
        value, extrapolated = of_horizons([0.0, 0.4, bottom], [20, 10], (0.0, 1.0))
        assert np.isfinite(value) == covered and extrapolated == pytest.approx(1 - bottom)


def test_a_gap_is_filled_between_its_neighbours_and_counts_as_extrapolated():
    top, bottom, carbon = np.array([0.0, 0.6]), np.array([0.5, 1.0]), np.array([12e3, 6e3])
    value, extrapolated = stock(top, bottom, carbon, (0.0, 1.0))
    # the middle of the gap, at 55 cm, lies 0.3 of 0.55 m below 25 cm
    assert value == pytest.approx(0.5 * 12 + 0.1 * (12 - 6 * 0.3 / 0.55) + 0.4 * 6)
    assert extrapolated == pytest.approx(0.1)


def test_a_profile_that_does_not_begin_at_the_surface_has_no_stock_from_there():
    for top, covered in ((TOP_GAP, True), (TOP_GAP + 0.01, False)):
        value, extrapolated = of_horizons([top, 0.5, 2.0], [20, 10], (0.0, 2.0))
        assert np.isfinite(value) == covered and extrapolated == pytest.approx(top / 2)
    assert np.isfinite(of_horizons([0.2, 0.5, 2.0], [20, 10], (0.3, 1.0))[0])


def test_overlapping_horizons_are_averaged_in_any_order():
    top, bottom, carbon = np.array([0.3, 0.0, 0.2]), np.array([1.0, 0.3, 0.3]), np.array([6e3, 20e3, 10e3])
    for order in ([0, 1, 2], [2, 0, 1]):
        value, extrapolated = stock(top[order], bottom[order], carbon[order], (0.0, 1.0))
        assert value == pytest.approx(0.2 * 20 + 0.1 * 15 + 0.7 * 6) and extrapolated == 0


def test_intervals_that_join_add_up():
    edges, carbon = [0.0, 0.12, 0.45, 0.8, 1.8], [50, 20, 7, 3]
    parts = [of_horizons(edges, carbon, part)[0] for part in ((0.0, 0.3), (0.3, 1.0), (1.0, 2.0))]
    assert of_horizons(edges, carbon, (0.0, 2.0))[0] == pytest.approx(sum(parts))


def test_no_horizon_is_no_stock():
    for bounds in (np.zeros(0), np.array([np.nan])):
        value, extrapolated = stock(bounds, bounds, bounds, (0.0, 0.3))
        assert np.isnan(value) and extrapolated == 1


def test_unusable_observations_are_gaps(profiles):
    # mid-depths 10, 50, 120 and 210 cm are 0-20, 20-80, 80-160, 160-260 cm; the last is not usable
    found = measured_stocks(profiles).set_index(["site", "interval"])
    assert found.columns.tolist() == list(COLUMNS[2:])
    assert found["extrapolated"][10, "0-100"] == 0
    assert found["extrapolated"][10, "0-200"] == pytest.approx(0.2)
    assert found["observed"][10, "0-100"] == pytest.approx(0.2 * 20 + 0.6 * 10 + 0.2 * 5, rel=0.05)
    assert (10, "100-200") not in found.index


def test_stocks_have_every_site_and_interval(profiles):
    found = stocks(profiles)
    assert found.index.tolist() == [10, 20, 30]
    assert np.isnan(found.loc[20, "0-100"]) and np.isfinite(found.loc[20, "0-30"])  # reaches 70 cm
    # 10-75 and 100-200 cm: no more than half a metre around a mid-depth
    assert found.loc[30].notna().tolist() == [False, False, False, False, True]


def test_of_profiles_without_a_stock_nothing_is_made(profiles):
    empty = measured_stocks(profiles.select([]))
    assert empty.empty and empty.columns.tolist() == list(COLUMNS)
