"""Drives the page Data."""

from __future__ import annotations

import panel_material_ui as pmui
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.data.page import DataPage
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class DataDriver(Driver):
    """The page of a session, with more choices of the session by name."""

    def __init__(self, services: Services, **choices: object) -> None:
        self.session = SessionState(**{"page": "data"} | choices)
        super().__init__(lambda: DataPage(services, self.session, Help()))

    def upload(self, content: bytes, filename: str = "plots.csv") -> None:
        """Choose a file of the visitor's computer."""
        with set_curdoc(self.document):
            field = self.widget("Choose a CSV file", pmui.FileInput)
            field.param.update(value=content, filename=filename, mime_type="text/csv")

    def column_of(self, variable: str) -> str:
        """The column of the file that is chosen for a variable."""
        menus = (each for each in self.shown(pmui.Select) if each.label.startswith(f"{variable}: "))
        return next(menus).value
