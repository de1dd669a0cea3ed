"""Drives the page Network."""

from __future__ import annotations

import panel_material_ui as pmui
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.network.page import NetworkPage
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class NetworkDriver(Driver):
    """The page of a session."""

    def __init__(self, services: Services, session: SessionState) -> None:
        self.services, self.session = services, session
        super().__init__(lambda: NetworkPage(services, session, Help()))

    def wait_for_dependence(self) -> None:
        """Wait until the last part of the examination is drawn."""
        self.wait(lambda: self.has_plot("dependence"), 240.0)

    @property
    def groups(self) -> pmui.CheckButtonGroup:
        """The buttons of kinds of covariates."""
        return self.shown(pmui.CheckButtonGroup)[0]

    def choose_groups(self, kinds: list[str]) -> None:
        """Choose kinds of covariates."""
        with set_curdoc(self.document):
            self.groups.value = kinds

    def menu(self, label: str) -> pmui.Select:
        """The menu with that label."""
        return self.widget(label, pmui.Select)

    def field(self, label: str) -> pmui.TextInput:
        """The text field with that label."""
        return self.widget(label, pmui.TextInput)
