"""The catalogue of data sets: what each contains, whether it is on this computer, and how to get it."""

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
    """List and details; a fetch is a job of the server, shown to every visitor."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._list = ItemList(lambda name: session.param.update(entry=name))
        self._facts, self._how, self._status = html(), markdown(), JobStatus()
        button = {"margin": (8, 0)}
        self._open = pmui.Button(label="Open this data set", icon="place", on_click=self._on_open, **button)
        self._fetch = pmui.Button(
            label="Fetch", icon="cloud_download", on_click=notice.guard(self._on_fetch), **button
        )
        self._stop = pmui.Button(
            label="Stop", icon="stop", variant="outlined", on_click=self._on_stop, **button
        )
        self._accept = pmui.Checkbox(label="The licence is unknown; I accept that", value=False, size="small")
        buttons = wrap_row(self._open, self._fetch, self._stop, self._accept)
        details = flexible_column(self._facts, self._how, buttons, self._status.view, grow=2, basis=380)
        self.view = side_by_side(flexible_column(self._list.view, grow=1, basis=290), details)
        session.param.watch(lambda *_: self.update(), ["entry", "data"])
        self.update()

    def update(self) -> None:
        """Show the catalogue as it is now, with the session's item."""
        item = self._item
        self._list.update({each.name: data_item(each) for each in catalogue_items()}, item.name)
        self._facts.object = data_facts(item)
        self._how.object = "" if item.here else item.how
        self.poll()

    def poll(self) -> bool:
        """Show the fetch of the item in view; return whether any fetch is running."""
        item = self._item
        job = self._job(item.name)
        busy = job is not None and not job.state.ended
        self._status.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        self._open.visible = item.openable
        self._fetch.visible = item.fetchable and not item.here
        self._fetch.disabled, self._stop.visible = busy, busy
        self._accept.visible = self._fetch.visible and item.licence_unknown
        return any(not each.state.ended for each in self._services.registry.jobs(FetchJob))

    @property
    def _item(self) -> CatalogueItem:
        items = {each.name: each for each in catalogue_items()}
        return items.get(self._session.entry) or items.get(self._session.data) or next(iter(items.values()))

    def _job(self, name: str) -> FetchJob | None:
        jobs = reversed(self._services.registry.jobs(FetchJob))
        return next((job for job in jobs if job.data == name), None)

    def _on_fetch(self, event: object) -> None:
        item, accepted = self._item, bool(self._accept.value)
        expect(
            accepted or not item.licence_unknown,
            f"{item.title}: its licence is unknown. {item.licence_note} Tick the box to accept that",
        )
        self._services.registry.start(FetchJob(self._services.io_workers, item.name, accepted))
        self.poll()
        self._on_start()

    def _on_stop(self, event: object) -> None:
        job = self._job(self._item.name)
        if job is not None:
            job.stop()

    def _on_open(self, event: object) -> None:
        self._session.request(data=self._item.name, page="sites")
