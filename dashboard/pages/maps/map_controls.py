"""Menus and buttons of the maps: what is shown, how it is compared, and in which projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel_material_ui as pmui

from dashboard.pages.maps.map_layers import UNIDENTIFIED_MARK, Layer, default_pair, known_layers
from dashboard.state.map_choices import MOST_MAPS
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import SMALL_CHOICES, flexible_width, wrap_row
from dashboard.ui.place_filter import PlaceFilter
from proda_core.comparison.identified import SENTENCE
from proda_core.figures.projection import ALBERS, GEOGRAPHIC, MERCATOR
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import INTERVALS, label

_SIDE = "side"
_COMPARE = {"Side by side": _SIDE, "Difference": "difference", "Swipe": "swipe"}
_TRANSECTS = {"none": "", "west to east": "row", "south to north": "column", "between two cells": "line"}
_PROJECTIONS = {"Web Mercator": MERCATOR, "Albers equal-area": ALBERS, "Geographic (lon-lat)": GEOGRAPHIC}
# Not disabled: their maps, of the prior and of trade-offs, can still be chosen.
_GREYED = f".MuiMenuItem-root[value$='{UNIDENTIFIED_MARK}'] {{ opacity: 0.5 }}"
_CHOICES = ("maps", "interval", "compare", "pair", "along", "projection")


class MapControls:
    """The widgets: they change the session, and show what it holds whoever has changed it."""

    def __init__(self, session: SessionState, guard: Callable[[Callable], Callable]) -> None:
        self._session, self._layers = session, {}
        self._updating = Updating()
        greyed = {"stylesheets": [*SMALL_CHOICES["stylesheets"], _GREYED]}
        self._maps = pmui.MultiChoice(
            label="Maps (up to six)",
            options=[],
            searchable=True,
            **SMALL_CHOICES | greyed,
            **flexible_width(900),
        )
        self._interval = toggle_buttons({label(name): name for name in INTERVALS}, session.interval, 480)
        self._compare = toggle_buttons(_COMPARE, session.compare or _SIDE, 330)
        self._pair = [_menu(name, [], 230) for name in ("", "")]
        self._along = _menu("Transect", _TRANSECTS, 190)
        self._projection = _menu("Projection", _PROJECTIONS, 210)
        self.place_filter = PlaceFilter(session)
        on_choice = guard(self._on_choice)
        widgets = self._maps, self._interval, self._compare, *self._pair, self._along, self._projection
        for widget in widgets:
            widget.param.watch(on_choice, "value")
        session.param.watch(lambda *_: self.sync_from_state(), list(_CHOICES))

    def layout(self, beside_maps: object, *at_the_end: object) -> tuple[object, ...]:
        """Return the widgets in three rows, with more widgets beside the menu of maps and in the last row."""
        return (
            wrap_row(self._maps, beside_maps),
            wrap_row(self._interval, self._compare, *self._pair),
            wrap_row(self._along, self._projection, *self.place_filter.widgets, *at_the_end),
        )

    def set_options(self, layers: Mapping[str, Layer]) -> None:
        """Set the layers of a run as options."""
        if list(layers) != list(self._layers):
            self._layers = dict(layers)
            with self._updating:
                every = all(layer.identified for layer in layers.values())
                self._maps.param.update(
                    options={layer.choice: key for key, layer in layers.items()},
                    helper_text="" if every else f"Grey in the menu: {SENTENCE}",
                )
        self.sync_from_state()

    @property
    def shown(self) -> tuple[str, ...]:
        """The layers in view, by key."""
        return known_layers(self._session.values_of("maps"), self._layers)[:MOST_MAPS]

    @property
    def pair(self) -> tuple[int, int]:
        """Which two of the layers in view are compared: those of the session, or the default ones."""
        shown = self.shown
        chosen = [shown.index(key) for key in self._session.values_of("pair") if key in shown]
        if len(chosen) == 2:
            return chosen[0], chosen[1]
        if self._session.compare == "difference":
            return default_pair([self._layers[key] for key in shown])
        return 0, len(shown) - 1

    def sync_from_state(self) -> None:
        """Set the widgets to the session's choices; without layers there is nothing to set."""
        if not self._layers:
            return
        session, shown = self._session, self.shown
        with self._updating:
            self._maps.value = list(shown)
            self._interval.value, self._compare.value = session.interval, session.compare or _SIDE
            self._along.value, self._projection.value = session.along, session.projection
            options = {self._layers[key].choice: key for key in shown}
            names = ("This", "minus") if session.compare == "difference" else ("West", "East")
            for menu, number, name in zip(self._pair, self.pair, names):
                menu.param.update(
                    label=name, options=options, value=shown[number], visible=bool(session.compare)
                )

    def _on_choice(self, event: object) -> None:
        if self._updating or event.new is None:
            return
        count = len(self._maps.value)
        if count > MOST_MAPS:
            self.sync_from_state()
        expect(
            count <= MOST_MAPS,
            f"Maps: expected {MOST_MAPS} at most, found {count} chosen; remove one first",
        )
        choices = self._choices(event)
        if all(getattr(self._session, name) == value for name, value in choices.items()):
            self.sync_from_state()  # no map chosen means the default ones
        else:
            self._session.param.update(**choices)

    def _choices(self, event: object) -> dict[str, str]:
        """Return the values of the widgets as choices of the session."""
        default = known_layers((), self._layers)
        maps = tuple(self._maps.value) or default
        compare = "" if self._compare.value == _SIDE else self._compare.value
        pair = ",".join(self._swapped_pair(event)) if event.obj in self._pair else self._session.pair
        return {
            "maps": "" if maps == default else ",".join(maps),
            "interval": self._interval.value,
            "compare": compare,
            "pair": pair if compare else "",
            "along": self._along.value,
            "projection": self._projection.value,
        }

    def _swapped_pair(self, event: object) -> list[str]:
        """Return the two maps chosen; a map that the other menu has is swapped with its own."""
        pair = [menu.value for menu in self._pair]
        if pair[0] == pair[1] and event.old is not None:
            pair[1 - self._pair.index(event.obj)] = event.old
        return pair


def _menu(name: str, options: object, width: int) -> pmui.Select:
    return pmui.Select(label=name, options=options, size="small", **flexible_width(width))
