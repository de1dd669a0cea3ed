"""The runs on this computer: choices, progress and actions of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.runs import SHIPPED, ReportJob, ResumedRun, RunJob, RunSummary
from dashboard.jobs.services import Services
from dashboard.pages.data.item_list import ItemList
from dashboard.pages.data.run_actions import DeleteRun, RunReport, download_links
from dashboard.plots.catalogue_tables import log_text, run_facts, run_item
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, set_content, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import html, paragraph
from proda_core.runs import LOG
from proda_core.stages import STAGES

LOG_LINES = 6
_BUTTON = {"margin": (8, 0)}  # px


class RunsView:
    """List and details; the run shown is the session's, or the newest one."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._shown: RunSummary | None = None
        self._list = ItemList(lambda run_id: session.param.update(look=run_id))
        self._facts, self._log, self._downloads = html(), html(), html()
        self._status = JobStatus()
        self._open = pmui.Button(label="Open", icon="map", on_click=self._on_open, **_BUTTON)
        self._resume = pmui.Button(
            label="Resume", icon="play_arrow", on_click=notice.guard(self._on_resume), **_BUTTON
        )
        self._stop = pmui.Button(
            label="Stop", icon="stop", variant="outlined", on_click=self._on_stop, **_BUTTON
        )
        self._delete = DeleteRun(services, session, notice, self.update)
        self._report = RunReport(services, on_start)
        self._details = self._layout()
        self._empty = paragraph("runs_empty")
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)
        session.param.watch(lambda *_: self.update(), ["look", "run"])
        self.update()

    def _layout(self) -> pn.Row:
        buttons = wrap_row(self._open, self._resume, self._stop, self._report.button, self._delete.button)
        progress = (self._delete.confirmation, self._status.view, self._report.view)
        parts = (self._facts, buttons, *progress, self._downloads, self._log)
        details = flexible_column(*parts, grow=2, basis=380)
        return side_by_side(flexible_column(self._list.view, grow=1, basis=290), details)

    def update(self) -> None:
        """Show the runs as they are now."""
        every = self._services.runs.all()
        chosen = self._shown = self._chosen(every)
        if chosen is None:
            set_content(self.view, self._empty)
            return
        running = {job.run_id for job in self._services.registry.jobs(RunJob) if not job.state.ended}
        self._list.update({each.id: run_item(each, each.id in running) for each in every}, chosen.id)
        run = self._services.runs.run(chosen.id)
        settings = {} if chosen.problem else run.settings
        self._facts.object = run_facts(chosen, settings, run.finished, STAGES)
        self._downloads.object = download_links(run)
        self._log.object = log_text(_last_lines(run.directory / LOG))
        self._delete.set_run(chosen.id)
        self._update_buttons(chosen, "carbon_map" in run.finished)
        set_content(self.view, self._details)

    def poll(self) -> bool:
        """Show the runs as they are now; return whether any job of a run is running."""
        self.update()
        kinds = (RunJob, ReportJob)
        return any(not job.state.ended for kind in kinds for job in self._services.registry.jobs(kind))

    def _chosen(self, every: tuple[RunSummary, ...]) -> RunSummary | None:
        by_id = {choice.id: choice for choice in every}
        newest = every[0] if every else None
        return by_id.get(self._session.look) or by_id.get(self._session.run) or newest

    def _job(self, run_id: str) -> RunJob | None:
        jobs = reversed(self._services.registry.jobs(RunJob))
        return next((job for job in jobs if job.run_id == run_id), None)

    def _update_buttons(self, chosen: RunSummary, has_maps: bool) -> None:
        job = self._job(chosen.id)
        busy = job is not None and not job.state.ended
        written = busy or self._services.runs.writer(chosen.id) is not None
        self._status.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        self._report.update(chosen.id)
        intact = not chosen.problem
        own = chosen.id not in SHIPPED
        self._open.visible, self._report.button.visible = has_maps and intact, own and intact
        self._resume.visible, self._delete.button.visible = own and intact and not chosen.complete, own
        self._resume.disabled, self._stop.visible, self._delete.button.disabled = written, busy, written

    def _on_open(self, event: object) -> None:
        self._session.request(data=self._shown.study, run=self._shown.id, page="maps")

    def _on_resume(self, event: object) -> None:
        self._services.runs.existing(self._shown.id)
        self._services.runs.expect_idle(self._shown.id)
        job = self._job(self._shown.id)
        if job is None:
            self._services.registry.start(ResumedRun(self._services.run_workers, self._shown))
        else:
            job.start()
        self.update()
        self._on_start()

    def _on_stop(self, event: object) -> None:
        job = self._job(self._shown.id)
        if job is not None:
            job.stop()


def _last_lines(path: Path) -> list[str]:
    try:
        text = path.read_text(errors="replace") if path.is_file() else ""  # a pipe would be waited for
        return text.splitlines()[-LOG_LINES:]
    except OSError:
        return []
