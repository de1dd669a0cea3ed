"""Claims on what a visitor chooses: it travels in a link, and bad input is a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.jobs.short_links import LONGEST_TEXT, ShortLinks
from dashboard.state import coordinates, link, site_list
from dashboard.state.assimilation_choices import AssimilationChoices, expect_sites
from dashboard.state.session_state import SessionState
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


def test_a_visit_comes_back_from_its_link() -> None:
    session = SessionState(
        page="maps", data="northeast", site=7, selected=(3, 4, 7), run="a-run", interval="0-30"
    )
    choices, complaints = link.read(link.write(session))
    assert complaints == []
    assert SessionState(**choices).param.values() | {"name": ""} == session.param.values() | {"name": ""}


def test_a_first_visit_has_a_bare_link() -> None:
    assert link.write(SessionState()) == {}


@pytest.mark.parametrize(
    "query",
    [
        {"page": "nowhere"},
        {"interval": "0-1000"},
        {"site": "twelve"},
        {"site": "-3"},
        {"selected": "x"},
        {"selected": "@gone"},
    ],
)
def test_what_a_link_says_wrongly_is_told_and_left_out(query: dict) -> None:
    choices, complaints = link.read(query | {"run": "kept"}, ShortLinks().expand)
    assert choices == {"run": "kept"}
    assert len(complaints) == 1
    assert complaints[0].endswith(".")


def test_a_long_selection_travels_under_a_short_name() -> None:
    shelf, sites = ShortLinks(), tuple(range(0, 20_000, 2))
    query = link.write(SessionState(selected=sites), shelf.shorten)
    assert len(query["selected"]) <= LONGEST_TEXT
    assert link.read(query, shelf.expand) == ({"selected": sites}, [])


def test_another_data_set_forgets_sites_and_runs_of_the_last() -> None:
    session = SessionState(site=3, selected=(3,), job="j", run="r", interval="0-30")
    session.change_data("northeast")
    assert (session.site, session.selected, session.job, session.run, session.interval) == (
        None,
        (),
        "",
        "",
        "0-30",
    )


def test_selecting_shows_the_first_site_unless_told_otherwise() -> None:
    session = SessionState()
    session.select((4, 9))
    assert session.site == 4
    session.select((4, 9), 9)
    assert session.site == 9
    session.select(())
    assert session.site is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("chains", "three"),
        ("chains", ""),
        ("chains", "-1"),
        ("test_iterations", "1e4"),
        ("test_iterations", "99999999999"),
        ("formal_iterations", "3"),
        ("formal_iterations", "10.5"),
        ("sigma_fraction", "0"),
        ("sigma_fraction", "-0.6"),
        ("sigma_fraction", "much"),
        ("sigma_fraction", "nan"),
    ],
)
def test_a_field_of_the_schedule_that_cannot_be_is_refused_with_its_name(field: str, text: str) -> None:
    good = {"chains": "3", "test_iterations": "100", "formal_iterations": "200", "sigma_fraction": "0.6"}
    choices = AssimilationChoices(**(good | {field: text}))
    with pytest.raises(InputError, match="expected"):
        choices.numbers()


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "99999999999"])
def test_a_seed_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="^Seed: expected"):
        AssimilationChoices(seed=text).seed_number()


@pytest.mark.parametrize("count", [0, 201])
def test_no_site_and_too_many_sites_are_refused(count: int) -> None:
    with pytest.raises(InputError, match="^Sites: expected"):
        expect_sites(count)
