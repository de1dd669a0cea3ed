"""Overview: what PRODA is, the way through it, and one living picture of what it finds."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.components.help import Help
from dashboard.components.job_panel import without_references
from dashboard.components.locked import Ticker, locked
from dashboard.components.notice import Notice
from dashboard.components.overview_picture import OverviewPicture
from dashboard.components.panes import block, card, line, put, screen, side_by_side
from dashboard.components.words import heading, html, paragraph
from dashboard.components.workflow import workflow
from dashboard.figures.headline import headline_table
from dashboard.jobs.job import State
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.state.visit import DEFAULT_DATA, Visit
from proda_core.records.checks import InputError

WAIT = 500  # ms between two looks whether reference products have been read


class OverviewPage:
    """The page needs no data set to be open: all it shows comes from a finished run."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._notice, self._picture = Notice(), OverviewPicture(visit)
        self._wait = Ticker(self._look, WAIT)
        self._table = html()
        self._place = pn.Column(self._picture.waiting, sizing_mode="stretch_width", margin=0)
        self._empty = self._way_to_a_run()
        visit.param.watch(lambda *_: self._open(), ["data", "run", "page"])
        visit.param.watch(lambda *_: self._show(), "interval")
        table = heading("Table 37.1, computed", help_.button("headline", "the table"))
        left = block(paragraph("overview"), table, self._table, grow=2, basis=400)
        right = block(self._place, grow=3, basis=560)
        self.view = screen(card(workflow(visit)), self._notice.view, side_by_side(left, right))
        self._open()

    def _way_to_a_run(self) -> pn.Column:
        start = pmui.Button(
            label="Start a run", icon="play_arrow", on_click=lambda _: self._visit.param.update(page="maps")
        )
        show = pmui.Button(label="See the showcase", icon="home", variant="outlined", on_click=self._go_home)
        styles = {"max-width": "560px", "margin": "10vh auto", "gap": "12px"}
        words = paragraph("overview_empty", styles={"text-align": "center"})
        buttons = line(start, show, **{"justify-content": "safe center"})
        return pn.Column(words, buttons, sizing_mode="stretch_width", styles=styles)

    @locked
    def _open(self) -> None:
        """Show the visit's run, the newest one if it names none."""
        if self._visit.page != "overview":
            return
        choice = self._services.runs.chosen(self._visit.data, self._visit.run)
        if choice is None:
            self._table.object = headline_table(None)
            put(self._place, self._empty)
            return
        try:
            picture = self._services.gallery.picture(choice, self._products())
        except (InputError, OSError) as error:
            self._notice.say(f"The run {choice.id} cannot be read. {error}", "error")
            put(self._place, self._empty)
            return
        note = "synthetic data" if self._services.studies.choice(self._visit.data).synthetic else ""
        self._table.object = headline_table(picture.scores, note)
        self._chosen = (picture, note)
        pn.state.onload(self._draw)

    def _products(self) -> Mapping:
        """What others made of the same cells: read by a worker, and awaited here."""
        if self._services.gallery.has_reference(self._visit.data):
            return {}
        job = self._services.references.job(self._visit.data)
        if not job.state.ended:
            self._wait.start()
        if job.state is State.FAILED:
            self._notice.say(without_references(job))
        return job.result or {}

    def _look(self) -> None:
        if self._services.references.job(self._visit.data).state.ended:
            self._wait.stop()
            self._open()

    @locked
    def _draw(self) -> None:
        """Draw the maps: of a page that is just being opened, when its words can be read."""
        self._picture.open(*self._chosen)
        put(self._place, self._picture.view)

    @locked
    def _show(self) -> None:
        self._picture.show()

    def _go_home(self, event: object) -> None:
        self._visit.go(data=DEFAULT_DATA, run=SHOWCASE)
