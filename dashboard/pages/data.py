"""Data: the runs on this computer, the catalogue of data sets, and the way to one's own profiles."""

from __future__ import annotations

from dashboard.components.catalogue_view import CatalogueView
from dashboard.components.help import Help
from dashboard.components.import_form import ImportForm
from dashboard.components.locked import Ticker
from dashboard.components.notice import Notice
from dashboard.components.panes import card, screen
from dashboard.components.runs_view import RunsView
from dashboard.components.words import heading, paragraph
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit

TICK = 500  # ms between two looks at what is under way


class DataPage:
    """The page. Jobs belong to the server; the page looks at them in ticks while there are any."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._visit = visit
        self._notice = Notice()
        self._ticker = Ticker(self._tick, TICK)
        common = (services, visit, self._notice, self._ticker.start)
        self._runs, self._catalogue = RunsView(*common), CatalogueView(*common)
        self._import = ImportForm(*common)
        visit.param.watch(lambda *_: self._come(), "page")
        self.view = screen(
            paragraph("data"),
            self._notice.view,
            card(heading("Runs", help_.button("runs", "the runs")), self._runs.view),
            card(heading("Data sets", help_.button("catalogue", "the catalogue")), self._catalogue.view),
            card(heading("Your own profiles", help_.button("import", "the import")), self._import.view),
        )
        self._come()

    def _come(self) -> None:
        if self._visit.page == "data":
            self._runs.show()
            self._catalogue.show()
            self._import.show()
            self._ticker.start()

    def _tick(self) -> None:
        busy = [view.show_job() for view in (self._runs, self._catalogue, self._import)]
        if not any(busy):
            self._ticker.stop()
            self._catalogue.show()
