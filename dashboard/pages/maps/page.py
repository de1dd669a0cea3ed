"""Maps: soil carbon of a run by every product, side by side; without a run, the form that starts one."""

from __future__ import annotations

import panel as pn

from dashboard.jobs.services import Services
from dashboard.pages.maps.map_workspace import MapWorkspace
from dashboard.plots.tables import scores_table
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import GAP, card, page_column, set_content
from dashboard.ui.notice import Notice
from dashboard.ui.run_launcher import RunLauncher
from dashboard.ui.text import heading, html, paragraph
from proda_core.records.checks import InputError

POLL_MS = 500  # between two checks of what is running


class MapsPage:
    """Shows the session's run; runs that are computed belong to the server."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._busy = Notice(), False
        self._poller = Poller(self._poll, POLL_MS)
        self._launcher = RunLauncher(services, session, self._notice, self._poller.start)
        maps_notice = Notice()  # its own, so that drawing maps does not clear what is reported of the run
        self._workspace = MapWorkspace(services, session, maps_notice, help_, self._poller.start)
        self._scores = html()
        session.param.watch(lambda *_: self._load(), ["data", "run"])
        session.param.watch(lambda *_: self._on_page(), "page")
        self._finished = pn.Column(
            maps_notice.view,
            self._workspace.layout(),
            card(self._scores),
            card(heading("Another run"), self._launcher.controls),
            sizing_mode="stretch_width",
            styles={"gap": GAP, "flex": "none"},
        )
        self._content = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)
        self.view = page_column(paragraph("maps"), self._notice.view, self._content)
        self._load()

    @on_next_tick
    def _load(self) -> None:
        """Show the session's run, the newest one if it names none, or the form that starts a first one."""
        choices = self._services.runs.with_maps(self._session.data)
        known = [choice.id for choice in choices]
        if self._session.run and self._session.run not in known:
            self._notice.report(f"There is no finished run {self._session.run} of this data set.")
            self._session.run = ""
            return
        if not choices:
            set_content(self._content, self._launcher.empty_view)
        else:
            self._load_run(self._session.run or known[0])
        self._launcher.reset()
        self._busy = self._launcher.update()
        if self._busy:
            self._poller.start()

    def _load_run(self, run_id: str) -> None:
        study = self._services.studies.study(self._session.data)
        try:
            scores = self._services.runs.scores(run_id)
            self._workspace.load(self._services.runs.run(run_id), study)
        except (InputError, OSError) as error:
            self._notice.report(f"The run {run_id} cannot be read. {error}", "error")
            return
        self._scores.object = scores_table(scores) if scores is not None else ""
        set_content(self._content, self._finished)

    def _on_page(self) -> None:
        if self._session.page == "maps":
            self._workspace.reload_references()

    def _poll(self) -> None:
        """Update what is running; when a run has ended, show it to the visitor who started it."""
        busy, settled = self._launcher.update(), self._workspace.poll()
        ended, self._busy = self._busy and not busy, busy
        if ended:
            self._on_run_end()
        if not busy and settled:
            self._poller.stop()

    def _on_run_end(self) -> None:
        new = self._launcher.finished_run_id
        if new and (self._launcher.started_here or self._launcher.empty_view in self._content):
            self._session.run = new
        elif new:
            self._session.param.trigger("run")  # for the menu of runs
            self._notice.report("Another run has ended; it can be chosen under Run.", "info")
