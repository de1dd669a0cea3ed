"""The card of a run over all sites: start, watch, stop and resume it."""

from __future__ import annotations

from collections.abc import Callable

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

POLL_MS = 1500  # between two reads of a run under way


class AllSitesCard:
    """The card. The run belongs to the server, or to a command line elsewhere.

    form_choices : prior, likelihood and soil model of the form, for a run that is to have them
    """

    def __init__(
        self,
        services: Services,
        session: SessionState,
        notice: Notice,
        help_: Help,
        form_choices: Callable[[], dict[str, object]],
    ) -> None:
        self._services, self._session = services, session
        self._poller = Poller(self._poll, POLL_MS)
        self._launcher = RunLauncher(services, session, notice, self._on_start, form_choices)
        self._progress = RunProgressView(help_, self._select_site)
        self.view = card(
            heading("All sites, as a run", help_.button("all_sites", "a run over all sites")),
            paragraph("all_sites"),
            self._launcher.controls,
            self._progress.view,
        )
        session.param.watch(lambda *_: self.sync_from_state(), ["data", "run", "page"])
        self.sync_from_state()

    @on_next_tick
    def sync_from_state(self) -> None:
        """Show the session's data set and run, while its page is in view."""
        if self._session.page != "assimilation":
            self._poller.stop()
            return
        self._launcher.reset()
        if self._update():
            self._poller.start()

    def _select_site(self, site: int) -> None:
        """Add a site of the run to the selection and make it the current one."""
        self._session.select(tuple(sorted({*self._session.selected, site})), site)

    def _on_start(self) -> None:
        self._update()
        self._poller.start()

    def _poll(self) -> None:
        if not self._update():
            self._poller.stop()

    def _update(self) -> bool:
        """Draw launcher and run; returns whether there may be more to draw."""
        is_busy, run = self._launcher.update(), self._run()
        study = self._services.studies.study(self._session.data)
        self._progress.set_run(study, None if run is None else self._services.results.run_progress(run))
        is_stopped = run is not None and run.id == self._launcher.run_id and not self._launcher.running
        self._progress.update(is_running=not is_stopped)
        return is_busy or (run is not None and STAGE not in run.finished and run.parts(STAGE).exists())

    def _run(self) -> Run | None:
        """Return the run under way, else the one in view, else the newest one of the data set."""
        under_way = self._launcher.run_id if self._launcher.running else None
        known = [run.id for run in self._services.runs.all() if run.study == self._session.data]
        in_view = self._session.run if self._session.run in known else next(iter(known), None)
        wanted = under_way or in_view
        return None if wanted is None else self._services.runs.run(wanted)
