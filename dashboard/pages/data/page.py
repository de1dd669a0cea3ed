"""Data: the runs on this computer, the catalogue of data sets, and the import of own profiles."""

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

POLL_MS = 500  # between two checks of what is running


class DataPage:
    """Jobs belong to the server; the page polls them while any is running."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._session = session
        self._notice = Notice()
        self._poller = Poller(self._poll, POLL_MS)
        common = (services, session, self._notice, self._poller.start)
        self._runs, self._catalogue = RunsView(*common), CatalogueView(*common)
        self._import = ImportForm(*common)
        session.param.watch(lambda *_: self._on_page(), "page")
        self.view = page_column(
            paragraph("data"),
            self._notice.view,
            card(heading("Runs", help_.button("runs", "the runs")), self._runs.view),
            card(heading("Data sets", help_.button("catalogue", "the catalogue")), self._catalogue.view),
            card(heading("Your own profiles", help_.button("import", "the import")), self._import.view),
        )
        self._on_page()

    def _on_page(self) -> None:
        if self._session.page == "data":
            self._runs.update()
            self._catalogue.update()
            self._import.update()
            self._poller.start()

    def _poll(self) -> None:
        running = [view.poll() for view in (self._runs, self._catalogue, self._import)]
        if not any(running):
            self._poller.stop()
            self._catalogue.update()
