"""Claims on the link of a session: it restores every choice, and bad ones become sentences."""

from __future__ import annotations

import pytest

from dashboard.jobs.short_links import LONGEST_TEXT, ShortLinks
from dashboard.state import link
from dashboard.state.session_state import SessionState


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
    links, sites = ShortLinks(), tuple(range(0, 20_000, 2))
    query = link.write(SessionState(selected=sites), links.shorten)
    assert len(query["selected"]) <= LONGEST_TEXT
    assert link.read(query, links.expand) == ({"selected": sites}, [])
