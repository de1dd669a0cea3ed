"""Actions on a run: download its files, write its report, delete it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.run_exports import EVERYTHING, run_files
from dashboard.jobs.runs import SHIPPED, ReportJob, RunJob
from dashboard.jobs.services import Services
from dashboard.plots.catalogue_tables import size_text
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import escape_markdown, markdown
from proda_core.records.checks import expect
from proda_core.runs import Run

_BUTTON = {"margin": (8, 0)}  # px


def download_links(run: Run) -> str:
    """Return links to every file of a run, and to an archive of all of them, as HTML."""
    files = run_files(run)
    links = [
        _link(run.id, name, f"{name} ({size_text(path.stat().st_size)})") for name, path in files.items()
    ]
    archive = _link(run.id, EVERYTHING, "<b>everything as one ZIP file</b>")
    return f"<details><summary>Export: {len(files)} files</summary>{archive}{''.join(links)}</details>"


def _link(run_id: str, name: str, words: str) -> str:
    address = f"download/{quote(run_id, safe='')}/{quote(name, safe='')}"
    shown = words if words.startswith("<b>") else escape(words)
    return f"<a class='download' download href='{address}'>{shown}</a>"


class RunReport:
    """A button that starts writing the report of a run, and the progress of that job."""

    def __init__(self, services: Services, on_start: Callable[[], None]) -> None:
        self._services, self._on_start = services, on_start
        self._run_id = ""
        self._status = JobStatus()
        self.button = pmui.Button(
            label="Report", icon="description", variant="outlined", on_click=self._on_click, **_BUTTON
        )
        self.view = self._status.view

    def update(self, run_id: str) -> bool:
        """Show the report job of a run; return whether any report is being written."""
        self._run_id = run_id
        job = self._job()
        self.button.visible = run_id not in SHIPPED
        self.button.disabled = job is not None and not job.state.ended
        self._status.update(job)
        return any(not each.state.ended for each in self._services.registry.jobs(ReportJob))

    def _job(self) -> ReportJob | None:
        jobs = self._services.registry.jobs(ReportJob)
        return next((job for job in reversed(jobs) if job.run_id == self._run_id), None)

    def _on_click(self, event: object) -> None:
        self._services.registry.start(ReportJob(self._services.io_workers, self._run_id))
        self.update(self._run_id)
        self._on_start()


class DeleteRun:
    """A button, and the confirmation before a run is deleted; ``on_delete`` is called afterwards."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_delete: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_delete = services, session, on_delete
        self._run_id = ""
        self._notice = notice
        self.button = pmui.Button(
            label="Delete …",
            icon="delete",
            variant="outlined",
            color="error",
            on_click=self._on_click,
            **_BUTTON,
        )
        self._words = markdown()
        confirm = pmui.Button(
            label="Delete permanently", color="error", on_click=notice.guard(self._on_confirm), **_BUTTON
        )
        cancel = pmui.Button(label="Cancel", variant="outlined", on_click=lambda _: self._close(), **_BUTTON)
        self.confirmation = pn.Column(
            self._words, wrap_row(confirm, cancel), visible=False, sizing_mode="stretch_width", margin=0
        )

    def set_run(self, run_id: str) -> None:
        """Set the run that the button is for; another one closes the confirmation."""
        if run_id != self._run_id:
            self._run_id = run_id
            self._close()

    def _on_click(self, event: object) -> None:
        files = run_files(self._services.runs.run(self._run_id))
        size = size_text(sum(path.stat().st_size for path in files.values()))
        name = escape_markdown(self._run_id)
        self._words.object = f"Delete the run {name} with all its files ({size})? This cannot be undone."
        self.confirmation.visible = True

    def _close(self) -> None:
        self.confirmation.visible = False

    def _on_confirm(self, event: object) -> None:
        run_id, registry = self._run_id, self._services.registry
        jobs = [job for job in (*registry.jobs(RunJob), *registry.jobs(ReportJob)) if job.run_id == run_id]
        expect(all(job.state.ended for job in jobs), f"Run {run_id} is running; stop it before deleting it")
        self._services.runs.expect_idle(run_id)
        self._services.runs.delete(run_id)
        self._close()
        gone = {name: "" for name in ("run", "look") if getattr(self._session, name) == run_id}
        self._session.param.update(**gone)
        self._on_delete()
        self._notice.report(f"The run {run_id} has been deleted.", "info")
