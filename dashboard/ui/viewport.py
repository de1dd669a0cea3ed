"""The part of the maps in view, kept in the session: reported after a move, requested on arrival."""

from __future__ import annotations

import math

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from dashboard.plots.basemap import WEB_MERCATOR
from dashboard.plots.viewport import box_source, link_view
from dashboard.state import viewport
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating, on_next_tick
from proda_core.figures.projection import Projection
from proda_core.records.checks import InputError


class Viewport:
    """Ties every map of one page to the session's view.

    ``attach`` each map once, when it is made; ``reset`` before those of another data set or projection are.
    """

    def __init__(self, session: SessionState) -> None:
        self._session, self._updating = session, Updating()
        self.reset()
        session.param.watch(lambda *_: None if self._updating else self._request_soon(), "view")

    def reset(self, projection: Projection = WEB_MERCATOR) -> None:
        """Forget the maps attached so far; the next ones are drawn in this projection."""
        self._projection = projection
        self.reported = box_source("viewport")
        self.requested: ColumnDataSource = box_source("requested-view", self._box())
        self.reported.on_change("data", self._on_report)

    def attach(self, plot: figure) -> None:
        """Fit a map to the session's view, and its moves into the session."""
        link_view(plot, self.reported, self.requested)

    @on_next_tick
    def _request_soon(self) -> None:
        """Send the session's view to the browser."""
        box = self._box()
        if list(self.requested.data["box"]) != box:
            self.requested.data = {"box": box}

    def _box(self) -> list[float]:
        """Return the session's view in the plane of the maps; empty for all of the data."""
        if not self._session.view:
            return []
        try:
            return self._projection.box_to_plane(viewport.read(self._session.view))
        except InputError:
            return []  # a bad view of a link is reported where the link is read

    def _on_report(self, attribute: str, old: dict, new: dict) -> None:
        *ends, _ = (float(end) for end in new["box"])
        with self._updating:
            self._session.view = _text(ends, self._projection)


def _text(ends: list[float], projection: Projection) -> str:
    """Return a rectangle of the plane as a link has it; empty where it holds nothing of the world."""
    if len(ends) != 4 or not all(map(math.isfinite, ends)):
        return ""
    box = projection.plane_to_box(ends)
    if not all(map(math.isfinite, box)):
        return ""
    text = viewport.write(box)
    try:
        viewport.read(text)
    except InputError:
        return ""
    return text
