"""All sites of a data set as a run: start it, follow it site by site, cancel it, go on with it."""

from __future__ import annotations

from dashboard.jobs.data.run_progress import STAGE
from dashboard.jobs.services import Services
from dashboard.pages.assimilation.run_progress_view import RunProgressView
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import card
from dashboard.ui.notice import Notice
from dashboard.ui.run_launcher import RunLauncher
from dashboard.ui.text import heading, paragraph
from proda_core.runs import Run

LOOK = 1500  # ms between two looks at a run under way


class AllSites:
    """The card. The run belongs to the server, or to whoever began it on the command line."""

    def __init__(self, services: Services, session: SessionState, notice: Notice, help_: Help) -> None:
        self._services, self._session = services, session
        self._ticker = Poller(self._look, LOOK)
        self._launcher = RunLauncher(services, session, notice, self._begin)
        self._standing = RunProgressView(help_, self._look_at)
        self.view = card(
            heading("All sites, as a run", help_.button("all_sites", "a run over all sites")),
            paragraph("all_sites"),
            self._launcher.controls,
            self._standing.view,
        )
        session.param.watch(lambda *_: self.open(), ["data", "run", "page"])
        self.open()

    @on_next_tick
    def open(self) -> None:
        """Come to the session's data set and run."""
        if self._session.page != "assimilation":
            self._ticker.stop()
            return
        self._launcher.reset()
        if self._look_again():
            self._ticker.start()

    def _look_at(self, site: int) -> None:
        """Take a site of the run into the selection, and show it above."""
        self._session.choose(tuple(sorted({*self._session.selected, site})), site)

    def _begin(self) -> None:
        self._look_again()
        self._ticker.start()

    def _look(self) -> None:
        if not self._look_again():
            self._ticker.stop()

    def _look_again(self) -> bool:
        """Show where launcher and run stand; whether there may be more to see."""
        busy = self._launcher.update()
        study = self._services.studies.study(self._session.data)
        run = self._run()
        self._standing.open(study, None if run is None else self._services.results.run_progress(run))
        stopped = run is not None and run.id == self._launcher.run_id and not self._launcher.running
        self._standing.look(moving=not stopped)
        return busy or (run is not None and STAGE not in run.finished and run.parts(STAGE).exists())

    def _run(self) -> Run | None:
        """The run under way, else the one in view, else the newest one of the data set."""
        under_way = self._launcher.run_id if self._launcher.running else None
        mine = [choice.id for choice in self._services.runs.all() if choice.study == self._session.data]
        wanted = under_way or (self._session.run if self._session.run in mine else next(iter(mine), None))
        return None if wanted is None else self._services.runs.run(wanted)
