"""The transect through the tapped cell, or between two of them."""

from __future__ import annotations

import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.pages.maps import transect_figure as draw
from dashboard.pages.maps.map_layers import scale_limits
from dashboard.pages.maps.map_panes import SLOTS
from dashboard.pages.maps.map_view import MapSpec, MapView
from dashboard.ui.layout import card, figure_pane
from dashboard.ui.text import markdown

HEIGHT = 270  # px
_WHY = {
    1: "**Transect:** tap a cell of a map; the transect runs through it.",
    2: "**Transect:** tap one end on a map, then the other one with *Shift*.",
}


class TransectView:
    """Nothing unless a transect is asked for."""

    def __init__(self) -> None:
        columns = {name: [] for name in ("distance", "lon", "lat", *SLOTS)}
        self._source = ColumnDataSource(columns, name="transect-values")
        self._plot = draw.transect_figure(self._source, SLOTS)
        self._card = card(figure_pane(self._plot, HEIGHT))
        self._words = markdown()
        self._hint = card(self._words)
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def show(self, maps: MapView, sheet: MapSpec, way: str, rows: list[int]) -> None:
        """Cut the maps in view; ``way`` is "" for none, ``rows`` the tapped cells."""
        if not way:
            self.view[:] = []
            return
        needed = 2 if way == "line" else 1
        if len(rows) < needed:
            self._words.object = _WHY[needed]
            self.view[:] = [self._hint]
            return
        met, distance = draw.stations(maps.lon, maps.lat, way, rows)
        first = sheet.layers[0].quantity
        layers = {slot: layer for slot, layer in zip(SLOTS, sheet.layers) if layer.quantity == first}
        values = {slot: column for slot, column in maps.values(sheet).items() if slot in layers}
        columns = draw.transect_columns(met, distance, maps.lon, maps.lat, values)
        empty = {slot: columns["distance"] * float("nan") for slot in SLOTS if slot not in values}
        self._source.data = columns | empty
        limits = scale_limits(layers.values(), sheet.interval)[first]
        draw.show_transect(self._plot, layers, limits, sheet.interval, sheet.note)
        self.view[:] = [self._card]
