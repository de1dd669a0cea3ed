"""The linked maps of one run: what is chosen is drawn; a tapped cell goes to the visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from dashboard.components.panes import figure_pane, in_rows, put
from dashboard.components.swipe import Swipe
from dashboard.figures import map_panes as draw
from dashboard.figures.ground import box_around
from dashboard.figures.map_layers import Layer, difference_layer, in_words, scale_limits
from dashboard.jobs.run_maps import RunMaps

HEIGHTS = {1: 600, 2: 520}  # px, by number of maps in view
USUAL_HEIGHT = 430
FINE = "fine"  # slot of a map finer than the cells


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is to be drawn: layers, how they are compared, and which cells are in view (cell) bool.

    ``fine`` is a map that draws itself; it stands beside the others, but not in a swipe. ``line`` is the
    longitude of a swipe's line [degrees], None where nobody has moved it.
    """

    layers: tuple[Layer, ...]
    interval: str
    compare: str
    pair: tuple[int, int]
    kept: np.ndarray
    note: str
    fine: figure | None = None
    line: float | None = None


class MapView:
    """Maps of one run.

    ``on_tap`` gets the rows of the tapped cells, ``on_new`` every map that is made, ``on_swipe`` the
    longitude at which the line of a swipe was left.
    """

    def __init__(
        self,
        on_tap: Callable[[list[int]], None],
        on_new: Callable[[figure], None],
        on_swipe: Callable[[float], None],
    ) -> None:
        self._on_tap, self._on_new, self._on_swipe = on_tap, on_new, on_swipe
        self._taking = False
        self._panes: dict[str, draw.Pane] = {}
        self._places: dict[str, pn.pane.Bokeh] = {}
        self._swipe: Swipe | None = None
        self._placed: list[str] = []
        self._row: pn.Column | None = None
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def open(self, maps: RunMaps) -> None:
        """Go to the cells of another run."""
        ds = maps.carbon.ds
        self.lon, self.lat = ds["lon"].values, ds["lat"].values
        self.area = (ds["cell_area"] * ds["land_fraction"]).values
        self.box = box_around(self.lon, self.lat)
        columns = draw.cell_columns(maps.carbon.cells, self.lon, self.lat)
        empty = np.full(len(self.lon), np.nan, np.float32)
        slots = (*draw.SLOTS, draw.DIFFERENCE_SLOT, *draw.SWIPE_SLOTS)
        self._source = ColumnDataSource(columns | dict.fromkeys(slots, empty), name="cells")
        self._source.selected.on_change("indices", self._tapped)
        self.ranges = draw.linked_ranges()
        self._panes, self._places, self._swipe, self._placed = {}, {}, None, []

    def values(self, sheet: Sheet) -> dict[str, np.ndarray]:
        """Values (cell) of every layer in view by slot, NaN where a cell is not in view."""
        return {
            slot: np.where(sheet.kept, layer.at(sheet.interval), np.nan).astype(np.float32)
            for slot, layer in zip(draw.SLOTS, sheet.layers)
        }

    def show(self, sheet: Sheet) -> None:
        """Draw a sheet; figures stay, their columns, titles and scales change."""
        values = self.values(sheet)
        slots, layers = list(values), list(sheet.layers)
        limits = scale_limits(layers, sheet.interval)
        tips = draw.tooltips(slots, layers)
        if sheet.compare == "swipe":
            self._show_swipe(sheet, values, limits, tips)
            return
        shown = dict(zip(slots, layers))
        if sheet.compare == "difference":
            shown = self._with_difference(sheet, shown, values)
            limits |= scale_limits([shown[draw.DIFFERENCE_SLOT]], sheet.interval)
            tips = draw.tooltips(list(shown), list(shown.values()))
        for slot, layer in shown.items():
            self._send(slot, values[slot])
            pane = self._pane(slot)
            words = " · ".join(filter(None, (in_words(layer, values[slot], self.area), sheet.note)))
            draw.show_layer(pane, layer, limits[layer.quantity], sheet.interval, words)
            pane.hover.tooltips = tips
        self._place([*shown, *self._beside(sheet.fine)])

    def mark(self, rows: Sequence[int]) -> None:
        """Frame the tapped cells."""
        if not self._taking and list(self._source.selected.indices) != list(rows):
            self._source.selected.indices = list(rows)

    def _with_difference(self, sheet: Sheet, shown: dict, values: dict) -> dict[str, Layer]:
        pair = [draw.SLOTS[number] for number in sheet.pair]
        difference = difference_layer(*(shown[slot] for slot in pair))
        values[draw.DIFFERENCE_SLOT] = values[pair[0]] - values[pair[1]]
        return {slot: shown[slot] for slot in dict.fromkeys(pair)} | {draw.DIFFERENCE_SLOT: difference}

    def _show_swipe(self, sheet: Sheet, values: dict, limits: dict, tips: list) -> None:
        layers = [sheet.layers[number] for number in sheet.pair]
        for slot, number in zip(draw.SWIPE_SLOTS, sheet.pair):
            self._send(slot, values[draw.SLOTS[number]])
        for slot in values:
            self._send(slot, values[slot])
        if self._swipe is None:
            self._swipe = Swipe(self._source, self.box, self.ranges, self._on_swipe)
            self._on_new(self._swipe.plot)
        if sheet.line is not None:
            self._swipe.put_line(sheet.line)
        self._swipe.show(layers, [limits[layer.quantity] for layer in layers], tips, sheet)
        put(self.view, self._swipe.view)

    def _send(self, slot: str, values: np.ndarray) -> None:
        """Send a column if it is another one."""
        if not np.array_equal(self._source.data[slot], values, equal_nan=True):
            self._source.data[slot] = values

    def _pane(self, slot: str) -> draw.Pane:
        if slot not in self._panes:
            self._panes[slot] = draw.pane_figure(slot, self._source, self.box, self.ranges)
            self._places[slot] = figure_pane(self._panes[slot].plot, USUAL_HEIGHT)
            self._on_new(self._panes[slot].plot)
        return self._panes[slot]

    def _beside(self, fine: figure | None) -> list[str]:
        """The slot of the map that draws itself, if there is one."""
        if fine is None:
            return []
        if FINE not in self._places:
            self._places[FINE] = figure_pane(fine, USUAL_HEIGHT)
            self._on_new(fine)
        return [FINE]

    def _place(self, slots: list[str]) -> None:
        """Lay out the maps of these slots; figures that stay in view are not made again."""
        if slots == self._placed and list(self.view) == [self._row]:
            return
        height = HEIGHTS.get(len(slots), USUAL_HEIGHT)
        for slot in slots:
            self._places[slot].object.height = self._places[slot].min_height = height
        across = {1: 1, 2: 2, 4: 2}.get(len(slots), 3)
        self._placed, self._row = slots, in_rows([self._places[slot] for slot in slots], across)
        put(self.view, self._row)

    def _tapped(self, attribute: str, old: list[int], new: list[int]) -> None:
        self._taking = True
        try:
            self._on_tap(list(new))
        finally:
            self._taking = False
