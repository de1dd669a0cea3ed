"""What a run can be asked for: its files, and to be deleted."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.run_exports import EVERYTHING, run_files
from dashboard.jobs.runs import SHOWCASE, ReportJob, RunJob
from dashboard.jobs.services import Services
from dashboard.plots.catalogue_tables import size_text
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import escape_markdown, markdown
from proda_core.records.checks import expect
from proda_core.runs import Run


def downloads(run: Run) -> str:
    """Links to every file of a run, and to all of them in one."""
    files = run_files(run)
    links = [
        _link(run.id, name, f"{name} ({size_text(path.stat().st_size)})") for name, path in files.items()
    ]
    whole = _link(run.id, EVERYTHING, "<b>everything as one ZIP file</b>")
    return f"<details><summary>Export: {len(files)} files</summary>{whole}{''.join(links)}</details>"


def _link(number: str, name: str, words: str) -> str:
    address = f"download/{quote(number, safe='')}/{quote(name, safe='')}"
    shown = words if words.startswith("<b>") else escape(words)
    return f"<a class='download' download href='{address}'>{shown}</a>"


class RunReport:
    """A button that has the report of a run written, and how far it is."""

    def __init__(self, services: Services, on_start: Callable[[], None]) -> None:
        self._services, self._on_start = services, on_start
        self._number = ""
        self._panel = JobStatus()
        self.button = pmui.Button(
            label="Report", icon="description", variant="outlined", margin=(8, 0), on_click=self._start
        )
        self.view = self._panel.view

    def show(self, number: str) -> bool:
        """Tell of the report of a run; whether any is under way."""
        self._number = number
        job = self._job()
        self.button.visible = number != SHOWCASE
        self.button.disabled = job is not None and not job.state.ended
        self._panel.update(job)
        return any(not each.state.ended for each in self._services.registry.jobs(ReportJob))

    def _job(self) -> ReportJob | None:
        jobs = self._services.registry.jobs(ReportJob)
        return next((job for job in reversed(jobs) if job.run_id == self._number), None)

    def _start(self, event: object) -> None:
        self._services.registry.start(ReportJob(self._services.io_workers, self._number))
        self.show(self._number)
        self._on_start()


class DeleteRun:
    """A button, and the question that comes before the deed."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, when_done: Callable[[], None]
    ) -> None:
        self._services, self._session, self._when_done = services, session, when_done
        self._number = ""
        self._notice = notice
        self.button = pmui.Button(
            label="Delete …",
            icon="delete",
            variant="outlined",
            color="error",
            margin=(8, 0),
            on_click=self._ask,
        )
        self._words = markdown()
        yes = pmui.Button(
            label="Delete for good", color="error", margin=(8, 0), on_click=notice.guard(self._delete)
        )
        no = pmui.Button(label="Keep it", variant="outlined", margin=(8, 0), on_click=lambda _: self._close())
        self.question = pn.Column(
            self._words, wrap_row(yes, no), visible=False, sizing_mode="stretch_width", margin=0
        )

    def ask_about(self, number: str) -> None:
        """The run that the button means; another one takes the question back."""
        if number != self._number:
            self._number = number
            self._close()

    def _ask(self, event: object) -> None:
        files = run_files(self._services.runs.run(self._number))
        size = size_text(sum(path.stat().st_size for path in files.values()))
        name = escape_markdown(self._number)
        self._words.object = f"Delete the run {name} with all its files ({size})? This cannot be undone."
        self.question.visible = True

    def _close(self) -> None:
        self.question.visible = False

    def _delete(self, event: object) -> None:
        number = self._number
        registry = self._services.registry
        jobs = [job for job in (*registry.jobs(RunJob), *registry.jobs(ReportJob)) if job.run_id == number]
        expect(
            all(job.state.ended for job in jobs), f"Run {number} is under way; cancel it before deleting it"
        )
        self._services.runs.delete(number)
        self._close()
        gone = {name: "" for name in ("run", "look") if getattr(self._session, name) == number}
        self._session.param.update(**gone)
        self._when_done()
        self._notice.report(f"The run {number} has been deleted.", "info")
