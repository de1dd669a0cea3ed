"""Drives the page Sites."""

from __future__ import annotations

from bokeh.models import GlyphRenderer
from bokeh.plotting import figure
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.sites.page import SitesPage
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class SitesDriver(Driver):
    """The page of a session of a data set, with more choices of the session by name."""

    def __init__(self, services: Services, **choices: object) -> None:
        self.session = SessionState(**{"page": "sites", "data": "example"} | choices)
        super().__init__(lambda: SitesPage(services, self.session, Help()))

    @property
    def link(self) -> dict[str, str]:
        """The choices as the address of the page holds them."""
        return link.write(self.session)

    @property
    def map(self) -> figure:
        """The map of all sites."""
        return self.plot("site-map")

    @property
    def points(self) -> GlyphRenderer:
        """The points that can be tapped."""
        return self.map.x_range.renderers[0]

    def change(self, **choices: object) -> None:
        """Change the session as a link or another page does."""
        with set_curdoc(self.document):
            self.session.param.update(**choices)

    def select_sites(self, sites: tuple[int, ...]) -> None:
        """Select sites as another page does."""
        with set_curdoc(self.document):
            self.session.select(sites)
