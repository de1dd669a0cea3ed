"""Overview: what PRODA is, the steps of the method, and the maps and scores of a finished run."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.overview_data import has_reference
from dashboard.jobs.job import State
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.pages.overview.overview_maps import OverviewMaps
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

POLL_MS = 500  # of the job that reads the reference products


class OverviewPage:
    """Needs no open data set: everything it shows comes from a finished run."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._maps = Notice(), OverviewMaps(session)
        self._poller = Poller(self._poll, POLL_MS)
        self._table = html()
        self._maps_column = pn.Column(self._maps.waiting, sizing_mode="stretch_width", margin=0)
        self._no_run = self._no_run_view()
        session.param.watch(lambda *_: self._update(), ["data", "run", "page"])
        session.param.watch(lambda *_: self._sync_from_state(), "interval")
        question = heading(
            "How well does each method match measurements?", help_.button("headline", "the table")
        )
        left = card_column(paragraph("overview"), question, self._table, grow=2, basis=400)
        right = card_column(self._maps_column, grow=3, basis=560)
        self.view = page_column(card(workflow(session)), self._notice.view, side_by_side(left, right))
        self._update()

    def _no_run_view(self) -> pn.Column:
        start = pmui.Button(
            label="Start a run", icon="play_arrow", on_click=lambda _: self._session.param.update(page="maps")
        )
        showcase = pmui.Button(
            label="See the showcase", icon="home", variant="outlined", on_click=self._on_showcase
        )
        styles = {"max-width": "560px", "margin": "10vh auto", "gap": "12px"}
        words = paragraph("overview_empty", styles={"text-align": "center"})
        buttons = wrap_row(start, showcase, **{"justify-content": "safe center"})
        return pn.Column(words, buttons, sizing_mode="stretch_width", styles=styles)

    @on_next_tick
    def _update(self) -> None:
        """Load the session's run, or the newest one if it names none."""
        if self._session.page != "overview":
            return
        choice = self._services.runs.chosen(self._session.data, self._session.run)
        if choice is None:
            self._table.object = headline_table(None)
            set_content(self._maps_column, self._no_run)
            return
        try:
            overview = self._services.results.overview(choice, self._references())
        except (InputError, OSError) as error:
            self._notice.report(f"The run {choice.id} cannot be read. {error}", "error")
            set_content(self._maps_column, self._no_run)
            return
        note = "synthetic data" if self._services.studies.find(self._session.data).synthetic else ""
        self._table.object = headline_table(overview.scores, note, overview.kept)
        self._loaded = (overview, note)
        pn.state.onload(self._draw)

    def _references(self) -> Mapping:
        """Return the reference products on the run's cells, none while a worker still reads them."""
        if has_reference(self._session.data):
            return {}
        job = self._services.results.references(self._session.data)
        if not job.state.ended:
            self._poller.start()
        if job.state is State.FAILED:
            self._notice.report(missing_references_sentence(job))
        return job.result or {}

    def _poll(self) -> None:
        if self._services.results.references(self._session.data).state.ended:
            self._poller.stop()
            self._update()

    @on_next_tick
    def _draw(self) -> None:
        """Draw the maps; on a page that is being loaded, after its text is readable."""
        self._maps.load(*self._loaded)
        set_content(self._maps_column, self._maps.view)

    @on_next_tick
    def _sync_from_state(self) -> None:
        self._maps.sync_from_state()

    def _on_showcase(self, event: object) -> None:
        self._session.request(data=DEFAULT_DATA, run=SHOWCASE)
