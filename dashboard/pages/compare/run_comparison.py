"""One run on the page Compare: what it is, its figure, and the numbers behind it as CSV."""

from __future__ import annotations

import io
from html import escape

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import Job, State
from dashboard.jobs.runs import RunSummary
from dashboard.pages.compare.figure_layout import csv_text, drawn
from dashboard.plots.catalogue_tables import badge
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import card, set_content, wrap_row
from dashboard.ui.text import html


class RunComparison:
    """A card. It follows the job that makes its frame, and draws the frame when it is there."""

    def __init__(self, choice: RunSummary, synthetic: bool) -> None:
        self.choice = choice
        self._note = "synthetic data" if synthetic else ""
        self._shown: tuple = ()
        self._job: Job | None = None
        self._asked = ("", "")
        self._panel = JobStatus()
        words = escape(f"{choice.study} · {choice.title}")
        title = f"<h3>{words} {badge(synthetic)}</h3>"
        self._csv = pmui.FileDownload(
            callback=self._table, filename="frame.csv", label="CSV", margin=(4, 0), visible=False
        )
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        head = wrap_row(html(title, sizing_mode="stretch_width", styles={"flex": "1 1 300px"}), self._csv)
        self.view = card(head, self._panel.view, self._place)

    def ask(self, job: Job, figure: str, interval: str) -> None:
        """Show, from now on, a figure of the frame that a job makes."""
        self._job, self._asked = job, (figure, interval)

    def show(self) -> bool:
        """Tell how far the frame is, draw it when it is there; whether that is over."""
        job, (figure, interval) = self._job, self._asked
        asked = (job.id, figure, interval)
        if job.state is State.DONE and asked != self._shown:
            self._shown = asked
            self._csv.filename = f"{self.choice.id}-{figure}.csv"
            set_content(self._place, drawn(figure, job.result, interval, self._note))
        elif job.state is not State.DONE and self._shown:
            self._shown = ()
            set_content(self._place, html("<p class='quiet'>Comparing …</p>"))
        self._csv.visible = job.state is State.DONE
        self._panel.update(None if job.state is State.DONE else job)
        return job.state.ended

    def _table(self) -> io.StringIO:
        done = self._job is not None and self._job.state is State.DONE
        return io.StringIO(csv_text(self._job.result) if done else "")
