"""All sites of a data set as a run: start it, follow it site by site, cancel it, go on with it."""

from __future__ import annotations

from dashboard.components.help import Help
from dashboard.components.locked import Ticker, locked
from dashboard.components.notice import Notice
from dashboard.components.panes import card
from dashboard.components.run_launcher import RunLauncher
from dashboard.components.standing_view import StandingView
from dashboard.components.words import heading, paragraph
from dashboard.jobs.run_standing import STAGE
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit
from proda_core.runs import Run

LOOK = 1500  # ms between two looks at a run under way


class AllSites:
    """The card. The run belongs to the server, or to whoever began it on the command line."""

    def __init__(self, services: Services, visit: Visit, notice: Notice, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._ticker = Ticker(self._look, LOOK)
        self._launcher = RunLauncher(services, visit, notice, self._begin)
        self._standing = StandingView(help_, self._look_at)
        self.view = card(
            heading("All sites, as a run", help_.button("all_sites", "a run over all sites")),
            paragraph("all_sites"),
            self._launcher.controls,
            self._standing.view,
        )
        visit.param.watch(lambda *_: self.open(), ["data", "run", "page"])
        self.open()

    @locked
    def open(self) -> None:
        """Come to the visit's data set and run."""
        if self._visit.page != "assimilation":
            self._ticker.stop()
            return
        self._launcher.open()
        if self._look_again():
            self._ticker.start()

    def _look_at(self, site: int) -> None:
        """Take a site of the run into the selection, and show it above."""
        self._visit.choose(tuple(sorted({*self._visit.selected, site})), site)

    def _begin(self) -> None:
        self._look_again()
        self._ticker.start()

    def _look(self) -> None:
        if not self._look_again():
            self._ticker.stop()

    def _look_again(self) -> bool:
        """Show where launcher and run stand; whether there may be more to see."""
        busy = self._launcher.show()
        study = self._services.studies.study(self._visit.data)
        run = self._run()
        self._standing.open(study, None if run is None else self._services.watches.of(run))
        stopped = run is not None and run.id == self._launcher.run_id and not self._launcher.watching()
        self._standing.look(moving=not stopped)
        return busy or (run is not None and STAGE not in run.finished and run.parts(STAGE).exists())

    def _run(self) -> Run | None:
        """The run under way, else the one in view, else the newest one of the data set."""
        under_way = self._launcher.run_id if self._launcher.watching() else None
        mine = [choice.id for choice in self._services.runs.all() if choice.study == self._visit.data]
        wanted = under_way or (self._visit.run if self._visit.run in mine else next(iter(mine), None))
        return None if wanted is None else self._services.runs.run(wanted)
