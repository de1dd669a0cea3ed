"""The linked maps of one run: what is chosen is drawn; a tapped cell goes to the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.pages.maps import map_panes as draw
from dashboard.pages.maps.map_layers import Layer, difference_layer, in_words, scale_limits
from dashboard.pages.maps.swipe import Swipe
from dashboard.plots.basemap import box_around
from dashboard.plots.cells import cell_columns
from dashboard.ui.layout import figure_pane, grid, set_content

HEIGHTS = {1: 600, 2: 520}  # px, by number of maps in view
USUAL_HEIGHT = 430
FINE = "fine"  # slot of a map finer than the cells


@dataclass(frozen=True, eq=False)
class MapSpec:
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

    @property
    def compared(self) -> tuple[Layer, Layer]:
        """The two layers that are compared."""
        first, second = self.pair
        return self.layers[first], self.layers[second]

    @property
    def difference(self) -> Layer | None:
        """The first of the pair minus the second, if that is asked for and their unit is the same."""
        first, second = self.compared
        asked = self.compare == "difference" and first.unit == second.unit
        return difference_layer(first, second) if asked else None


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
        columns = cell_columns(maps.carbon.cells, self.lon, self.lat)
        empty = np.full(len(self.lon), np.nan, np.float32)
        slots = (*draw.SLOTS, draw.DIFFERENCE_SLOT, *draw.SWIPE_SLOTS)
        self._source = ColumnDataSource(columns | dict.fromkeys(slots, empty), name="cells")
        self._source.selected.on_change("indices", self._tapped)
        self.ranges = draw.linked_ranges()
        self._panes, self._places, self._swipe, self._placed = {}, {}, None, []

    def values(self, sheet: MapSpec) -> dict[str, np.ndarray]:
        """Values (cell) of every layer and of the difference by slot, NaN where a cell is not in view."""
        values = {
            slot: np.where(sheet.kept, layer.at(sheet.interval), np.nan).astype(np.float32)
            for slot, layer in zip(draw.SLOTS, sheet.layers)
        }
        if sheet.difference is not None:
            first, second = (draw.SLOTS[number] for number in sheet.pair)
            values[draw.DIFFERENCE_SLOT] = values[first] - values[second]
        return values

    def show(self, sheet: MapSpec) -> None:
        """Draw a sheet; figures stay, their columns, titles and scales change."""
        values, shown = self.values(sheet), by_slot(sheet)
        limits = scale_limits(shown.values(), sheet.interval)
        if sheet.compare == "difference":
            slots = (*(draw.SLOTS[number] for number in sheet.pair), draw.DIFFERENCE_SLOT)
            shown = {slot: shown[slot] for slot in slots if slot in shown}
        tips = draw.tooltips(list(shown), list(shown.values()))
        if sheet.compare == "swipe":
            self._show_swipe(sheet, values, limits, tips)
            return
        for slot, layer in shown.items():
            self._send(slot, values[slot])
            pane, said = self._pane(slot), in_words(layer, values[slot], self.area, sheet.kept)
            words = " · ".join(filter(None, (said, sheet.note)))
            draw.show_layer(pane, layer, limits[layer.quantity], sheet.interval, words)
            pane.hover.tooltips = tips
        self._place([*shown, *self._beside(sheet.fine)])

    def mark(self, rows: Sequence[int]) -> None:
        """Frame the tapped cells."""
        if not self._taking and list(self._source.selected.indices) != list(rows):
            self._source.selected.indices = list(rows)

    def _show_swipe(self, sheet: MapSpec, values: dict, limits: dict, tips: list) -> None:
        layers = sheet.compared
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
        set_content(self.view, self._swipe.view)

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
        self._placed, self._row = slots, grid([self._places[slot] for slot in slots], across)
        set_content(self.view, self._row)

    def _tapped(self, attribute: str, old: list[int], new: list[int]) -> None:
        self._taking = True
        try:
            self._on_tap(list(new))
        finally:
            self._taking = False


def by_slot(sheet: MapSpec) -> dict[str, Layer]:
    """The layers of a sheet, and their difference if there is one, by the column that holds their values."""
    difference = sheet.difference
    shown = dict(zip(draw.SLOTS, sheet.layers))
    return shown if difference is None else shown | {draw.DIFFERENCE_SLOT: difference}
