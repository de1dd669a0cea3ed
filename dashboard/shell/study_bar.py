"""The bar under the header: data set, whether it is synthetic or measured, and run."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.runs import Runs
from dashboard.plots.catalogue_tables import badge
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import centre, flexible_width
from dashboard.ui.text import html, markdown, unique_labels

NO_RUN = "no finished run yet"
_STRIP = {
    "flex-wrap": "wrap",
    "gap": "2px 12px",
    "align-items": "center",
    "padding": "2px 16px",
    "position": "sticky",
    "top": "0",
    "z-index": "20",
    "background": "var(--panel-surface-color)",
    "border-bottom": "1px solid color-mix(in srgb, currentcolor 16%, transparent)",
}


class StudyBar:
    """Menus of data sets and runs, bound to the session.

    load : loads choices, possibly after their data set has been opened
    """

    def __init__(
        self, studies: Studies, runs: Runs, session: SessionState, load: Callable[[dict], None]
    ) -> None:
        self._studies, self._runs, self._session, self._load = studies, runs, session, load
        self._data = pmui.Select(label="Data set", size="small", **flexible_width(430))
        self._badge = html(sizing_mode=None)
        self._run = pmui.Select(label="Run", size="small", **flexible_width(460))
        self._words = markdown(styles={"flex": "1 1 120px", "opacity": "0.68"})
        self._updating = Updating()
        self._data.param.watch(self._on_data, "value")
        self._run.param.watch(self._on_run, "value")
        session.param.watch(lambda *_: self.sync_from_state(), ["data", "run", "page"])
        parts = (self._data, self._badge, self._run, self._words)
        centre(parts)
        self.view = pn.Row(*parts, sizing_mode="stretch_width", styles=_STRIP, margin=0)
        self.sync_from_state()

    def sync_from_state(self) -> None:
        """Update both menus and the badge from the session."""
        choices = self._studies.all()
        titled = {c.name: c.title if c.available else f"{c.title} (not fetched)" for c in choices}
        options = unique_labels(titled)
        missing = [choice.name for choice in choices if not choice.available]
        self._data.param.update(options=options, disabled_options=missing, value=self._session.data)
        self._badge.object = badge(self._studies.find(self._session.data).synthetic)
        self._update_run()

    def _update_run(self) -> None:
        known = self._runs.with_maps(self._session.data)
        options = unique_labels({choice.id: choice.title for choice in known}) or {NO_RUN: ""}
        chosen = self._runs.chosen(self._session.data, self._session.run)
        value = chosen.id if chosen else next(iter(options.values()))
        with self._updating:
            self._run.param.update(options=options, value=value, disabled=not known)

    def _on_data(self, event: object) -> None:
        if event.new and event.new != self._session.data:
            self._load({"data": event.new})

    def _on_run(self, event: object) -> None:
        chosen = self._runs.chosen(self._session.data, self._session.run)
        if not self._updating and event.new and (chosen is None or event.new != chosen.id):
            self._session.run = event.new
