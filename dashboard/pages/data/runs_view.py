"""The runs on this computer: what each was asked for, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.runs import SHOWCASE, ReportJob, ResumedRun, RunJob, RunSummary
from dashboard.jobs.services import Services
from dashboard.pages.data.item_list import ItemList
from dashboard.pages.data.run_actions import DeleteRun, RunReport, downloads
from dashboard.plots.catalogue_tables import log_text, run_facts, run_item
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, set_content, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import html, paragraph
from proda_core.runs import LOG
from proda_core.stages import STAGES

LOG_LINES = 6
ROOM = (8, 0)  # px around a button


class RunsView:
    """List and details; the run looked at is the session's, or the newest one."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._shown: RunSummary | None = None
        self._list = ItemList(lambda number: session.param.update(look=number))
        self._facts, self._log, self._downloads = html(), html(), html()
        self._panel = JobStatus()
        self._open = pmui.Button(label="Open", icon="map", margin=ROOM, on_click=self._go)
        self._resume = pmui.Button(
            label="Go on", icon="play_arrow", margin=ROOM, on_click=notice.guard(self._go_on)
        )
        self._stop = pmui.Button(
            label="Cancel", icon="stop", variant="outlined", margin=ROOM, on_click=self._halt
        )
        self._delete = DeleteRun(services, session, notice, self.show)
        self._report = RunReport(services, on_start)
        buttons = wrap_row(self._open, self._resume, self._stop, self._report.button, self._delete.button)
        told = (self._delete.question, self._panel.view, self._report.view)
        parts = (self._facts, buttons, *told, self._downloads, self._log)
        details = flexible_column(*parts, grow=2, basis=380)
        self._both = side_by_side(flexible_column(self._list.view, grow=1, basis=290), details)
        self._empty = paragraph("runs_empty")
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)
        session.param.watch(lambda *_: self.show(), ["look", "run"])
        self.show()

    def _chosen(self, every: tuple[RunSummary, ...]) -> RunSummary | None:
        by_id = {choice.id: choice for choice in every}
        first = every[0] if every else None
        return by_id.get(self._session.look) or by_id.get(self._session.run) or first

    def _job(self, number: str) -> RunJob | None:
        return next((j for j in reversed(self._services.registry.jobs(RunJob)) if j.run_id == number), None)

    def show(self) -> None:
        """Tell what is there now."""
        every = self._services.runs.all()
        chosen = self._shown = self._chosen(every)
        if chosen is None:
            set_content(self.view, self._empty)
            return
        busy = {job.run_id for job in self._services.registry.jobs(RunJob) if not job.state.ended}
        self._list.show({each.id: run_item(each, each.id in busy) for each in every}, chosen.id)
        run = self._services.runs.run(chosen.id)
        self._facts.object = run_facts(chosen, run.settings, run.finished, STAGES)
        self._downloads.object = downloads(run)
        self._log.object = log_text(_tail(run.directory / LOG))
        self._delete.ask_about(chosen.id)
        self._show_buttons(chosen, "carbon_map" in run.finished)
        set_content(self.view, self._both)

    def show_job(self) -> bool:
        """Tell of the jobs of the run in view; whether any is under way."""
        self.show()
        kinds = (RunJob, ReportJob)
        return any(not job.state.ended for kind in kinds for job in self._services.registry.jobs(kind))

    def _show_buttons(self, chosen: RunSummary, has_maps: bool) -> None:
        job = self._job(chosen.id)
        busy = job is not None and not job.state.ended
        self._panel.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        self._open.visible = has_maps
        self._report.show(chosen.id)
        own = chosen.id != SHOWCASE
        self._resume.visible, self._delete.button.visible = own and not chosen.complete, own
        self._resume.disabled, self._stop.visible, self._delete.button.disabled = busy, busy, busy

    def _go(self, event: object) -> None:
        self._session.request(data=self._shown.study, run=self._shown.id, page="maps")

    def _go_on(self, event: object) -> None:
        self._services.runs.existing(self._shown.id)
        job = self._job(self._shown.id)
        if job is None:
            self._services.registry.start(ResumedRun(self._services.run_workers, self._shown))
        else:
            job.start()
        self.show()
        self._on_start()

    def _halt(self, event: object) -> None:
        job = self._job(self._shown.id)
        if job is not None:
            job.cancel()


def _tail(path: object) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()[-LOG_LINES:]
    except OSError:
        return []
