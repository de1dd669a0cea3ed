"""Claims on lists of sites and coordinates as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.state import coordinates, site_list
from proda_core.records.checks import InputError


@given(st.sets(st.integers(0, 30_000), max_size=200))
def test_a_list_of_sites_comes_back_from_its_text(sites: set[int]) -> None:
    assert site_list.read(site_list.write(sites)) == tuple(sorted(sites))


@pytest.mark.parametrize("text", ["a", "1,b", "5-3", "1-", "-4", "1.5", "1;2", "0-99999999"])
def test_a_list_of_sites_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="^Sites: expected .+; found"):
        site_list.read(text)


@pytest.mark.parametrize("text", ["", "42.5", "91, 0", "0, 181", "x, y", "42,5, -76,1", "1e3, 2", "nan, 0"])
def test_coordinates_that_are_none_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="^Coordinates: expected .+; found"):
        coordinates.read(text)


@pytest.mark.parametrize(
    "text", ["42.5, -76.1", "42.5 -76.1", "42.5°N, 76.1°W", "+42.5;-76.1", "42.5n 76.1w"]
)
def test_coordinates_are_read_as_people_write_them(text: str) -> None:
    assert coordinates.read(text) == (-76.1, 42.5)
