"""The part of the maps in view, as the session has it: told after a move, shown on arrival."""

from __future__ import annotations

import math

from bokeh.plotting import figure

from dashboard.plots.viewport import box_source, box_to_degrees, box_to_mercator, link_view
from dashboard.state import viewport
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import on_next_tick
from proda_core.records.checks import InputError


class Viewport:
    """Ties every map of one page to the session's view. ``attach`` each map once, when it is made."""

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self._told, self._wanted = box_source("viewport"), box_source("wanted-view")
        self._told.on_change("data", self._take)
        self._taking = False
        self._ask()
        session.param.watch(lambda *_: self._follow(), "view")

    def attach(self, plot: figure) -> None:
        """Let a map follow the view and tell it."""
        link_view(plot, self._told, self._wanted)

    def _follow(self) -> None:
        if not self._taking:
            self._ask_soon()

    @on_next_tick
    def _ask_soon(self) -> None:
        self._ask()

    def _ask(self) -> None:
        """Ask the browser for the session's view."""
        try:
            box = box_to_mercator(viewport.read(self._session.view)) if self._session.view else []
        except InputError:
            box = []  # a link's bad view is told where the link is read
        if list(self._wanted.data["box"]) != box:
            self._wanted.data = {"box": box}

    def _take(self, attribute: str, old: dict, new: dict) -> None:
        *box, _ = (float(end) for end in new["box"])
        self._taking = True
        try:
            self._session.view = _text(box)
        finally:
            self._taking = False


def _text(box: list[float]) -> str:
    """A box of Web Mercator [m] as a link has it; empty where it holds nothing of the world."""
    if len(box) != 4 or not all(map(math.isfinite, box)):
        return ""
    text = viewport.write(box_to_degrees(box))
    try:
        viewport.read(text)
    except InputError:
        return ""
    return text
