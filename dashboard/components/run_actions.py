"""What a run can be asked for: its files, and to be deleted."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import panel as pn
import panel_material_ui as pmui

from dashboard.components.notice import Notice
from dashboard.components.panes import line
from dashboard.components.words import markdown
from dashboard.figures.catalogue import size_text
from dashboard.jobs.exports import EVERYTHING, files_of
from dashboard.jobs.runs import RunJob
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit
from proda_core.records.checks import expect
from proda_core.runs import Run


def downloads(run: Run) -> str:
    """Links to every file of a run, and to all of them in one."""
    files = files_of(run)
    links = [
        _link(run.id, name, f"{name} ({size_text(path.stat().st_size)})") for name, path in files.items()
    ]
    whole = _link(run.id, EVERYTHING, "<b>everything as one ZIP file</b>")
    return f"<details><summary>Export: {len(files)} files</summary>{whole}{''.join(links)}</details>"


def _link(number: str, name: str, words: str) -> str:
    address = f"download/{quote(number, safe='')}/{quote(name, safe='')}"
    shown = words if words.startswith("<b>") else escape(words)
    return f"<a class='download' download href='{address}'>{shown}</a>"


class DeleteRun:
    """A button, and the question that comes before the deed."""

    def __init__(
        self, services: Services, visit: Visit, notice: Notice, when_done: Callable[[], None]
    ) -> None:
        self._services, self._visit, self._when_done = services, visit, when_done
        self._number = ""
        self._notice = notice
        self.button = pmui.Button(
            label="Delete …", icon="delete", variant="outlined", color="error", on_click=self._ask
        )
        self._words = markdown()
        yes = pmui.Button(label="Delete for good", color="error", on_click=notice.guard(self._delete))
        no = pmui.Button(label="Keep it", variant="outlined", on_click=lambda _: self._close())
        self.question = pn.Column(
            self._words, line(yes, no), visible=False, sizing_mode="stretch_width", margin=0
        )

    def ask_about(self, number: str) -> None:
        """The run that the button means; another one takes the question back."""
        if number != self._number:
            self._number = number
            self._close()

    def _ask(self, event: object) -> None:
        files = files_of(self._services.runs.run(self._number))
        size = size_text(sum(path.stat().st_size for path in files.values()))
        self._words.object = (
            f"Delete the run `{self._number}` with all its files ({size})? This cannot be undone."
        )
        self.question.visible = True

    def _close(self) -> None:
        self.question.visible = False

    def _delete(self, event: object) -> None:
        number = self._number
        jobs = [job for job in self._services.registry.jobs(RunJob) if job.run_id == number]
        expect(
            all(job.state.ended for job in jobs), f"Run {number} is under way; cancel it before deleting it"
        )
        self._services.runs.delete(number)
        self._close()
        gone = {name: "" for name in ("run", "look") if getattr(self._visit, name) == number}
        self._visit.param.update(**gone)
        self._when_done()
        self._notice.say(f"The run {number} has been deleted.", "info")
