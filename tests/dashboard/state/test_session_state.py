"""Claims on the choices of a session."""

from __future__ import annotations

from dashboard.state.session_state import SessionState


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
