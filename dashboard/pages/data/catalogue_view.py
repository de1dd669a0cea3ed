"""The catalogue of data sets: what there is, whether it is here, and how it comes here."""

from __future__ import annotations

from collections.abc import Callable

import panel_material_ui as pmui

from dashboard.jobs.data.data_catalogue import CatalogueItem, FetchJob, catalogue_items
from dashboard.jobs.services import Services
from dashboard.pages.data.item_list import ItemList
from dashboard.plots.catalogue_tables import data_facts, data_item
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import html, markdown
from proda_core.records.checks import expect


class CatalogueView:
    """List and details; a fetch belongs to the server and is seen by everybody."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._list = ItemList(lambda name: session.param.update(entry=name))
        self._facts, self._how, self._panel = html(), markdown(), JobStatus()
        self._open = pmui.Button(label="Open this data set", icon="place", margin=(8, 0), on_click=self._go)
        self._fetch = pmui.Button(
            label="Fetch", icon="cloud_download", margin=(8, 0), on_click=notice.guard(self._start)
        )
        self._stop = pmui.Button(
            label="Cancel", icon="stop", variant="outlined", margin=(8, 0), on_click=self._halt
        )
        self._accept = pmui.Checkbox(label="The licence is unknown; I accept that", value=False, size="small")
        buttons = wrap_row(self._open, self._fetch, self._stop, self._accept)
        details = flexible_column(self._facts, self._how, buttons, self._panel.view, grow=2, basis=380)
        self.view = side_by_side(flexible_column(self._list.view, grow=1, basis=290), details)
        session.param.watch(lambda *_: self.show(), ["entry", "data"])
        self.show()

    @property
    def _known(self) -> CatalogueItem:
        every = {known.name: known for known in catalogue_items()}
        return every.get(self._session.entry) or every.get(self._session.data) or next(iter(every.values()))

    def _job(self, name: str) -> FetchJob | None:
        return next((j for j in reversed(self._services.registry.jobs(FetchJob)) if j.data == name), None)

    def show(self) -> None:
        """Tell what is there now."""
        known = self._known
        self._list.show({each.name: data_item(each) for each in catalogue_items()}, known.name)
        self._facts.object = data_facts(known)
        self._how.object = "" if known.here else known.how
        self.show_job()

    def show_job(self) -> bool:
        """Tell of the fetch of the data set in view; whether any fetch is under way."""
        known = self._known
        job = self._job(known.name)
        busy = job is not None and not job.state.ended
        self._panel.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        self._open.visible = known.openable
        self._fetch.visible = known.fetchable and not known.here
        self._fetch.disabled, self._stop.visible = busy, busy
        self._accept.visible = self._fetch.visible and known.licence_unknown
        return any(not each.state.ended for each in self._services.registry.jobs(FetchJob))

    def _start(self, event: object) -> None:
        known, accepted = self._known, bool(self._accept.value)
        expect(
            accepted or not known.licence_unknown,
            f"{known.title}: its licence is unknown. {known.licence_note} Tick the box to accept that",
        )
        self._services.registry.start(FetchJob(self._services.io_workers, known.name, accepted))
        self.show_job()
        self._on_start()

    def _halt(self, event: object) -> None:
        job = self._job(self._known.name)
        if job is not None:
            job.cancel()

    def _go(self, event: object) -> None:
        self._session.request(data=self._known.name, page="sites")
