"""Drives the page Overview."""

from __future__ import annotations

from bokeh.plotting import figure
from panel.io.state import set_curdoc
from panel_material_ui import RadioButtonGroup

from dashboard.jobs.services import Services
from dashboard.pages.overview.page import OverviewPage
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class OverviewDriver(Driver):
    """The page of a session of a data set, with more choices of the session by name."""

    def __init__(self, services: Services, **choices: object) -> None:
        self.session = SessionState(**{"page": "overview", "data": "example"} | choices)
        super().__init__(lambda: OverviewPage(services, self.session, Help()))

    @property
    def maps(self) -> dict[str, figure]:
        """The map of each product."""
        plots = {str(plot.name).removeprefix("map-"): plot for plot in self.plots}
        return {name: plot for name, plot in plots.items() if name != "colour-bar"}

    def choose_interval(self, name: str) -> None:
        """Choose a depth interval with the buttons above the maps."""
        with set_curdoc(self.document):
            self.shown(RadioButtonGroup)[0].value = name
