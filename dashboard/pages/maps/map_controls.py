"""What is shown on the maps and how: menus and buttons that follow the session and change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel_material_ui as pmui

from dashboard.pages.maps.map_layers import Layer, known_layers, usual_pair
from dashboard.state.map_choices import MOST_MAPS
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.layout import SMALL_CHOICES, flexible_width, wrap_row
from dashboard.ui.place_filter import PlaceFilter
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import INTERVALS, label

_COMPARE = {"Side by side": "side", "Difference": "difference", "Swipe": "swipe"}
_ALONG = {"none": "", "west to east": "row", "south to north": "column", "between two cells": "line"}
_SIDE = "side"


class MapControls:
    """The widgets; ``choose`` is called with whatever the visitor has changed."""

    def __init__(self, session: SessionState, guard: Callable[[Callable], Callable]) -> None:
        self._session, self._layers = session, {}
        self._following = False
        self._maps = pmui.MultiChoice(
            label="Maps (up to six)",
            options=[],
            searchable=True,
            **SMALL_CHOICES,
            **flexible_width(900),
        )
        self._interval = toggle_buttons({label(name): name for name in INTERVALS}, session.interval, 480)
        self._compare = toggle_buttons(_COMPARE, session.compare or _SIDE, 330)
        self._pair = [
            pmui.Select(label=words, options=[], size="small", **flexible_width(230)) for words in ("", "")
        ]
        self._along = pmui.Select(label="Transect", options=_ALONG, size="small", **flexible_width(190))
        self.places = PlaceFilter(session)
        chosen = guard(self._choose)
        for widget in (self._maps, self._interval, self._compare, *self._pair, self._along):
            widget.param.watch(chosen, "value")

    def rows(self, at_the_top: object, *at_the_end: object) -> tuple[object, ...]:
        """The widgets in three rows; the first and the last one end with something else."""
        return (
            wrap_row(self._maps, at_the_top),
            wrap_row(self._interval, self._compare, *self._pair),
            wrap_row(self._along, *self.places.widgets, *at_the_end),
        )

    def offer(self, layers: Mapping[str, Layer]) -> None:
        """Offer the layers of a run."""
        if list(layers) != list(self._layers):
            self._layers = dict(layers)
            self._following = True
            self._maps.options = {layer.choice: key for key, layer in layers.items()}
            self._following = False
        self.follow()

    @property
    def shown(self) -> tuple[str, ...]:
        """The layers in view."""
        return known_layers(self._session.values_of("maps"), self._layers)[:MOST_MAPS]

    @property
    def pair(self) -> tuple[int, int]:
        """Which two of the layers in view are compared: those of the session, or the usual ones."""
        shown = self.shown
        asked = [shown.index(key) for key in self._session.values_of("pair") if key in shown]
        if len(asked) == 2:
            return asked[0], asked[1]
        if self._session.compare == "difference":
            return usual_pair([self._layers[key] for key in shown])
        return 0, len(shown) - 1

    def follow(self) -> None:
        """Show what the session has chosen."""
        session, shown = self._session, self.shown
        self._following = True
        try:
            self._maps.value = list(shown)
            self._interval.value, self._compare.value = session.interval, session.compare or _SIDE
            self._along.value = session.along
            names = {self._layers[key].choice: key for key in shown}
            words = ("This", "minus") if session.compare == "difference" else ("West", "East")
            for widget, number, what in zip(self._pair, self.pair, words):
                widget.param.update(
                    label=what, options=names, value=shown[number], visible=bool(session.compare)
                )
        finally:
            self._following = False

    def _choose(self, event: object) -> None:
        if self._following or event.new is None:
            return
        session, count = self._session, len(self._maps.value)
        if count > MOST_MAPS:
            self.follow()
        expect(
            count <= MOST_MAPS,
            f"Maps: expected {MOST_MAPS} at most, found {count} chosen; take one away first",
        )
        usual = known_layers((), self._layers)
        maps = tuple(self._maps.value) or usual
        compare = "" if self._compare.value == _SIDE else self._compare.value
        pair = ",".join(self._paired(event)) if event.obj in self._pair else session.pair
        session.param.update(
            maps="" if maps == usual else ",".join(maps),
            interval=self._interval.value,
            compare=compare,
            pair=pair if compare else "",
            along=self._along.value,
        )
        self.follow()

    def _paired(self, event: object) -> list[str]:
        """The two maps that are chosen; the map that the other menu has is swapped with its own."""
        pair = [widget.value for widget in self._pair]
        if pair[0] == pair[1] and event.old is not None:
            pair[1 - self._pair.index(event.obj)] = event.old
        return pair
