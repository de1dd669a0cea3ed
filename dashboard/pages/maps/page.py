"""Maps: soil carbon as every product sees it, side by side; without a run, the way to one."""

from __future__ import annotations

import panel as pn

from dashboard.jobs.services import Services
from dashboard.pages.maps.map_workspace import MapWorkspace
from dashboard.plots.tables import scores_table
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import card, page_column, set_content
from dashboard.ui.notice import Notice
from dashboard.ui.run_launcher import RunLauncher
from dashboard.ui.text import heading, html, paragraph
from proda_core.records.checks import InputError

TICK = 500  # ms between two looks at what is under way


class MapsPage:
    """The page shows the session's run; a run under way belongs to the server."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._busy = Notice(), False
        self._ticker = Poller(self._tick, TICK)
        self._launcher = RunLauncher(services, session, self._notice, self._ticker.start)
        desk_notice = Notice()  # its own, so that drawing maps does not silence what is said of the run
        self._desk = MapWorkspace(services, session, desk_notice, help_, self._ticker.start)
        self._scores = html()
        session.param.watch(lambda *_: self._open(), ["data", "run"])
        session.param.watch(lambda *_: self._come_back(), "page")
        self._finished = pn.Column(
            desk_notice.view,
            self._desk.layout(),
            card(self._scores),
            card(heading("Another run"), self._launcher.controls),
            sizing_mode="stretch_width",
            styles={"gap": "14px", "flex": "none"},
        )
        self._place = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)
        self.view = page_column(paragraph("maps"), self._notice.view, self._place)
        self._open()

    @on_next_tick
    def _open(self) -> None:
        """Show the session's run, the newest one if it names none, or the way to a first one."""
        choices = self._services.runs.with_maps(self._session.data)
        known = [choice.id for choice in choices]
        if self._session.run and self._session.run not in known:
            self._notice.report(f"There is no finished run {self._session.run} of this data set here.")
            self._session.run = ""
            return
        if not choices:
            set_content(self._place, self._launcher.empty_view)
        else:
            self._show_run(self._session.run or known[0])
        self._launcher.reset()
        self._busy = self._launcher.update()
        if self._busy:
            self._ticker.start()

    def _show_run(self, number: str) -> None:
        study = self._services.studies.study(self._session.data)
        try:
            scores = self._services.runs.scores(number)
            self._desk.open(self._services.runs.run(number), study)
        except (InputError, OSError) as error:
            self._notice.report(f"The run {number} cannot be read. {error}", "error")
            return
        self._scores.object = scores_table(scores) if scores is not None else ""
        set_content(self._place, self._finished)

    def _come_back(self) -> None:
        if self._session.page == "maps":
            self._desk.come_back()

    def _tick(self) -> None:
        """Look at what is under way; when a run has ended, show what it made to whoever waited for it."""
        busy, settled = self._launcher.update(), self._desk.tick()
        ended, self._busy = self._busy and not busy, busy
        if ended:
            self._offer_new_run()
        if not busy and settled:
            self._ticker.stop()

    def _offer_new_run(self) -> None:
        new = self._launcher.finished_run_id
        if new and (self._launcher.started_here or self._launcher.empty_view in self._place):
            self._session.run = new
        elif new:
            self._session.param.trigger("run")  # for the menu of runs
            self._notice.report("Another run has ended; it can be chosen under Run.", "info")
