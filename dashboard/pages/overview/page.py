"""Overview: what PRODA is, the way through it, and one living picture of what it finds."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import State
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.pages.overview.overview_maps import OverviewPicture
from dashboard.pages.overview.workflow import workflow
from dashboard.plots.headline_table import headline_table
from dashboard.state.session_state import DEFAULT_DATA, SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.job_status import missing_references_sentence
from dashboard.ui.layout import card, card_column, page_column, set_content, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import heading, html, paragraph
from proda_core.records.checks import InputError

WAIT = 500  # ms between two looks whether reference products have been read


class OverviewPage:
    """The page needs no data set to be open: all it shows comes from a finished run."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._picture = Notice(), OverviewPicture(session)
        self._wait = Poller(self._look, WAIT)
        self._table = html()
        self._place = pn.Column(self._picture.waiting, sizing_mode="stretch_width", margin=0)
        self._empty = self._way_to_a_run()
        session.param.watch(lambda *_: self._open(), ["data", "run", "page"])
        session.param.watch(lambda *_: self._show(), "interval")
        table = heading("Table 37.1, computed", help_.button("headline", "the table"))
        left = card_column(paragraph("overview"), table, self._table, grow=2, basis=400)
        right = card_column(self._place, grow=3, basis=560)
        self.view = page_column(card(workflow(session)), self._notice.view, side_by_side(left, right))
        self._open()

    def _way_to_a_run(self) -> pn.Column:
        start = pmui.Button(
            label="Start a run", icon="play_arrow", on_click=lambda _: self._session.param.update(page="maps")
        )
        show = pmui.Button(label="See the showcase", icon="home", variant="outlined", on_click=self._go_home)
        styles = {"max-width": "560px", "margin": "10vh auto", "gap": "12px"}
        words = paragraph("overview_empty", styles={"text-align": "center"})
        buttons = wrap_row(start, show, **{"justify-content": "safe center"})
        return pn.Column(words, buttons, sizing_mode="stretch_width", styles=styles)

    @on_next_tick
    def _open(self) -> None:
        """Show the session's run, the newest one if it names none."""
        if self._session.page != "overview":
            return
        choice = self._services.runs.chosen(self._session.data, self._session.run)
        if choice is None:
            self._table.object = headline_table(None)
            set_content(self._place, self._empty)
            return
        try:
            picture = self._services.overviews.picture(choice, self._products())
        except (InputError, OSError) as error:
            self._notice.report(f"The run {choice.id} cannot be read. {error}", "error")
            set_content(self._place, self._empty)
            return
        note = "synthetic data" if self._services.studies.find(self._session.data).synthetic else ""
        self._table.object = headline_table(picture.scores, note)
        self._chosen = (picture, note)
        pn.state.onload(self._draw)

    def _products(self) -> Mapping:
        """What others made of the same cells: read by a worker, and awaited here."""
        if self._services.overviews.has_reference(self._session.data):
            return {}
        job = self._services.references.job(self._session.data)
        if not job.state.ended:
            self._wait.start()
        if job.state is State.FAILED:
            self._notice.report(missing_references_sentence(job))
        return job.result or {}

    def _look(self) -> None:
        if self._services.references.job(self._session.data).state.ended:
            self._wait.stop()
            self._open()

    @on_next_tick
    def _draw(self) -> None:
        """Draw the maps: of a page that is just being opened, when its words can be read."""
        self._picture.open(*self._chosen)
        set_content(self._place, self._picture.view)

    @on_next_tick
    def _show(self) -> None:
        self._picture.show()

    def _go_home(self, event: object) -> None:
        self._session.request(data=DEFAULT_DATA, run=SHOWCASE)
