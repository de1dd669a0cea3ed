"""The transect through the tapped cell, or between two of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.pages.maps.map_layers import scale_limits
from dashboard.pages.maps.map_spec import SLOTS, MapSpec
from dashboard.pages.maps.map_view import MapView
from dashboard.pages.maps.transect_figure import (
    transect,
    transect_columns,
    transect_figure,
    update_transect,
)
from dashboard.ui.layout import card, figure_pane
from dashboard.ui.text import markdown

HEIGHT = 270  # px
_HINTS = {  # by number of cells that are needed
    1: "**Transect:** tap a cell of a map; the transect runs through it.",
    2: "**Transect:** tap one end on a map, then the other one with *Shift*.",
}
_NOWHERE = np.zeros(0)


class TransectView:
    """Empty unless a transect is chosen; draws its path on the maps too."""

    def __init__(self) -> None:
        columns = {name: [] for name in ("distance", "lon", "lat", *SLOTS)}
        self._source = ColumnDataSource(columns, name="transect-values")
        self._plot = transect_figure(self._source, SLOTS)
        self._card = card(figure_pane(self._plot, HEIGHT))
        self._words = markdown()
        self._hint = card(self._words)
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def update(
        self,
        maps: MapView,
        spec: MapSpec,
        values: Mapping[str, np.ndarray],
        direction: str,
        rows: list[int],
    ) -> None:
        """Draw the values (cell) of the maps in view along a transect.

        direction : "" for none
        rows : of the tapped cells
        """
        needed = 2 if direction == "line" else 1
        if not direction or len(rows) < needed:
            maps.set_path(_NOWHERE, _NOWHERE)
            self._words.object = _HINTS[needed]
            self.view[:] = [self._hint] if direction else []
            return
        found = transect(maps.lon, maps.lat, direction, rows)
        maps.set_path(found.path_lon, found.path_lat)
        self._draw(maps, spec, transect_columns(found, maps.lon, maps.lat, values))
        self.view[:] = [self._card]

    def _draw(self, maps: MapView, spec: MapSpec, columns: dict[str, np.ndarray]) -> None:
        """Draw the layers of the quantity of the first map: the axis has one unit."""
        quantity = spec.layers[0].quantity
        layers = {slot: layer for slot, layer in zip(SLOTS, spec.layers) if layer.quantity == quantity}
        missing = columns["distance"] * np.nan
        known = ("distance", "lon", "lat", *layers)
        self._source.data = {name: columns[name] if name in known else missing for name in self._source.data}
        limits = scale_limits(layers.values(), spec.interval)[quantity]
        update_transect(self._plot, layers, limits, spec.interval, spec.note)
