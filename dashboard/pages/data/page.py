"""Data: the runs on this computer, the catalogue of data sets, and the way to one's own profiles."""

from __future__ import annotations

from dashboard.jobs.services import Services
from dashboard.pages.data.catalogue_view import CatalogueView
from dashboard.pages.data.import_form import ImportForm
from dashboard.pages.data.runs_view import RunsView
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller
from dashboard.ui.help import Help
from dashboard.ui.layout import card, page_column
from dashboard.ui.notice import Notice
from dashboard.ui.text import heading, paragraph

TICK = 500  # ms between two looks at what is under way


class DataPage:
    """The page. Jobs belong to the server; the page looks at them in ticks while there are any."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._session = session
        self._notice = Notice()
        self._ticker = Poller(self._tick, TICK)
        common = (services, session, self._notice, self._ticker.start)
        self._runs, self._catalogue = RunsView(*common), CatalogueView(*common)
        self._import = ImportForm(*common)
        session.param.watch(lambda *_: self._come(), "page")
        self.view = page_column(
            paragraph("data"),
            self._notice.view,
            card(heading("Runs", help_.button("runs", "the runs")), self._runs.view),
            card(heading("Data sets", help_.button("catalogue", "the catalogue")), self._catalogue.view),
            card(heading("Your own profiles", help_.button("import", "the import")), self._import.view),
        )
        self._come()

    def _come(self) -> None:
        if self._session.page == "data":
            self._runs.show()
            self._catalogue.show()
            self._import.show()
            self._ticker.start()

    def _tick(self) -> None:
        busy = [view.show_job() for view in (self._runs, self._catalogue, self._import)]
        if not any(busy):
            self._ticker.stop()
            self._catalogue.show()
