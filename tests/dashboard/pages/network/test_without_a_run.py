"""Claims on the page Network without a run to train from."""

from __future__ import annotations

import pytest

from dashboard.jobs.services import Services
from dashboard.pages.network.page import NetworkPage
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


def test_a_network_page_without_a_run_polls_no_more(
    idle_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SessionState(data="teaching", page="network")
    page = Driver(lambda: NetworkPage(idle_services, session, Help()))
    assert page.document.session_callbacks  # the showcase has a network
    monkeypatch.setattr("dashboard.pages.network.page.chosen_run", lambda *_: None)
    session.param.trigger("run")
    assert not page.document.session_callbacks
