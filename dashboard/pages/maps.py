"""Maps: soil carbon as every product sees it, side by side; without a run, the way to one."""

from __future__ import annotations

import panel as pn

from dashboard.components.help import Help
from dashboard.components.locked import Ticker, locked
from dashboard.components.map_desk import MapDesk
from dashboard.components.notice import Notice
from dashboard.components.panes import card, put, screen
from dashboard.components.run_launcher import RunLauncher
from dashboard.components.words import heading, html, paragraph
from dashboard.figures.tables import scores_table
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit
from proda_core.records.checks import InputError

TICK = 500  # ms between two looks at what is under way


class MapsPage:
    """The page shows the visit's run; a run under way belongs to the server."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._notice, self._busy = Notice(), False
        self._ticker = Ticker(self._tick, TICK)
        self._launcher = RunLauncher(services, visit, self._notice, self._ticker.start)
        desk_notice = Notice()  # its own, so that drawing maps does not silence what is said of the run
        self._desk = MapDesk(services, visit, desk_notice, help_, self._ticker.start)
        self._scores = html()
        visit.param.watch(lambda *_: self._open(), ["data", "run"])
        visit.param.watch(lambda *_: self._come_back(), "page")
        self._finished = pn.Column(
            desk_notice.view,
            self._desk.layout(),
            card(self._scores),
            card(heading("Another run"), self._launcher.controls),
            sizing_mode="stretch_width",
            styles={"gap": "14px", "flex": "none"},
        )
        self._place = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)
        self.view = screen(paragraph("maps"), self._notice.view, self._place)
        self._open()

    @locked
    def _open(self) -> None:
        """Show the visit's run, the newest one if it names none, or the way to a first one."""
        choices = self._services.runs.with_maps(self._visit.data)
        known = [choice.id for choice in choices]
        if self._visit.run and self._visit.run not in known:
            self._notice.say(f"There is no finished run {self._visit.run} of this data set here.")
            self._visit.run = ""
            return
        if not choices:
            put(self._place, self._launcher.empty_view)
        else:
            self._show_run(self._visit.run or known[0])
        self._launcher.open()
        self._busy = self._launcher.show()
        if self._busy:
            self._ticker.start()

    def _show_run(self, number: str) -> None:
        study = self._services.studies.study(self._visit.data)
        try:
            scores = self._services.runs.scores(number)
            self._desk.open(self._services.runs.run(number), study)
        except (InputError, OSError) as error:
            self._notice.say(f"The run {number} cannot be read. {error}", "error")
            return
        self._scores.object = scores_table(scores) if scores is not None else ""
        put(self._place, self._finished)

    def _come_back(self) -> None:
        if self._visit.page == "maps":
            self._desk.come_back()

    def _tick(self) -> None:
        """Look at what is under way; when a run has ended, show what it made to whoever waited for it."""
        busy, settled = self._launcher.show(), self._desk.tick()
        ended, self._busy = self._busy and not busy, busy
        if ended:
            self._offer_new_run()
        if not busy and settled:
            self._ticker.stop()

    def _offer_new_run(self) -> None:
        new = self._launcher.ended_well
        if new and (self._launcher.begun_here or self._launcher.empty_view in self._place):
            self._visit.run = new
        elif new:
            self._visit.param.trigger("run")  # for the menu of runs
            self._notice.say("Another run has ended; it can be chosen under Run.", "info")
