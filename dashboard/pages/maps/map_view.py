"""The linked maps of one run: draws what is chosen, and reports taps and moves of the swipe's line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.pages.maps.map_layers import scale_limits, total_text
from dashboard.pages.maps.map_panes import MapPane, map_frame, map_pane, tooltips, update_pane
from dashboard.pages.maps.map_spec import DIFFERENCE_SLOT, SLOTS, SWIPE_SLOTS, MapSpec
from dashboard.pages.maps.swipe_view import SwipeView
from dashboard.plots.basemap import box_around
from dashboard.plots.cells import HALF_CELL, cell_columns
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import figure_pane, grid, set_content
from proda_core.figures.projection import MERCATOR, Projection

HEIGHTS = {1: 600, 2: 520}  # px, by number of maps in view
USUAL_HEIGHT = 430  # px
FINE = "fine"  # slot of a map finer than the cells
COLUMNS = {1: 1, 2: 2, 4: 2}  # by number of maps in view; three otherwise


class MapView:
    """Maps of one run.

    ``on_tap`` gets the rows of the tapped cells, ``on_figure`` every map that is made, ``on_swipe`` the
    longitude at which the line of a swipe was left.
    """

    def __init__(
        self,
        on_tap: Callable[[list[int]], None],
        on_figure: Callable[[figure], None],
        on_swipe: Callable[[float], None],
    ) -> None:
        self._on_tap, self._on_figure, self._on_swipe = on_tap, on_figure, on_swipe
        self._updating = Updating()
        self._panes: dict[str, MapPane] = {}
        self._bokeh_panes: dict[str, pn.pane.Bokeh] = {}
        self._swipe: SwipeView | None = None
        self._placed: list[str] = []
        self._grid: pn.Column | None = None
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def load(self, maps: RunMaps, projection: str = MERCATOR) -> None:
        """Change to the cells of a run, drawn in a projection."""
        ds = maps.carbon.ds
        self.lon, self.lat = ds["lon"].values, ds["lat"].values
        self.area = (ds["cell_area"] * ds["land_fraction"]).values
        self.box = box_around(self.lon, self.lat)
        self.projection = Projection(projection, box_around(self.lon, self.lat, HALF_CELL))
        columns = cell_columns(maps.carbon.cells, self.lon, self.lat, self.projection)
        empty = np.full(len(self.lon), np.nan, np.float32)
        slots = (*SLOTS, DIFFERENCE_SLOT, *SWIPE_SLOTS)
        self._source = ColumnDataSource(columns | dict.fromkeys(slots, empty), name="cells")
        self._source.selected.on_change("indices", self._on_selection)
        self._frame = map_frame(self._source, self.box, self.projection)
        self.ranges = self._frame.ranges
        self._panes, self._bokeh_panes, self._swipe, self._placed = {}, {}, None, []

    def update(self, spec: MapSpec, values: Mapping[str, np.ndarray]) -> None:
        """Draw the maps of ``spec.values()``; figures stay, their columns, titles and scales change."""
        layers = spec.by_slot()
        limits = scale_limits(layers.values(), spec.interval)
        layers = {slot: layers[slot] for slot in spec.shown_slots(layers)}
        tips = tooltips(list(layers), list(layers.values()))
        if spec.compare == "swipe":
            self._update_swipe(spec, values, limits, tips)
            return
        for slot, layer in layers.items():
            self._send(slot, values[slot])
            pane, total = self._pane(slot), total_text(layer, values[slot], self.area, spec.in_view)
            words = " · ".join(filter(None, (total, spec.note)))
            update_pane(pane, layer, limits[layer.quantity], spec.interval, words)
            pane.hover.tooltips = tips
        self._place([*layers, *self._fine_slot(spec.fine)])

    def select_rows(self, rows: Sequence[int]) -> None:
        """Outline the tapped cells."""
        if not self._updating and list(self._source.selected.indices) != list(rows):
            self._source.selected.indices = list(rows)

    def set_path(self, lon: np.ndarray, lat: np.ndarray) -> None:
        """Draw the path of a transect [degrees] on every map; empty removes it."""
        x, y = self.projection.project(lon, lat)
        path = self._frame.path
        if not (np.array_equal(path.data["x"], x) and np.array_equal(path.data["y"], y)):
            path.data = {"x": x, "y": y}

    def _update_swipe(self, spec: MapSpec, values: Mapping, limits: dict, tips: list) -> None:
        layers = spec.compared
        for slot, number in zip(SWIPE_SLOTS, spec.pair):
            self._send(slot, values[SLOTS[number]])
        for slot in values:
            self._send(slot, values[slot])
        if self._swipe is None:
            self._swipe = SwipeView(self._frame, self._on_swipe)
            self._on_figure(self._swipe.plot)
        if spec.line is not None:
            self._swipe.set_line(spec.line)
        self._swipe.update(layers, [limits[layer.quantity] for layer in layers], tips, spec)
        set_content(self.view, self._swipe.view)

    def _send(self, slot: str, values: np.ndarray) -> None:
        """Send a column to the browser if it has changed."""
        if not np.array_equal(self._source.data[slot], values, equal_nan=True):
            self._source.data[slot] = values

    def _pane(self, slot: str) -> MapPane:
        if slot not in self._panes:
            self._panes[slot] = map_pane(slot, self._frame)
            self._bokeh_panes[slot] = figure_pane(self._panes[slot].plot, USUAL_HEIGHT)
            self._on_figure(self._panes[slot].plot)
        return self._panes[slot]

    def _fine_slot(self, fine: figure | None) -> list[str]:
        """Return the slot of the fine map, if there is one."""
        if fine is None:
            return []
        if FINE not in self._bokeh_panes:
            self._bokeh_panes[FINE] = figure_pane(fine, USUAL_HEIGHT)
            self._on_figure(fine)
        return [FINE]

    def _place(self, slots: list[str]) -> None:
        """Arrange the maps of these slots; figures that stay in view are not made again."""
        if slots == self._placed and list(self.view) == [self._grid]:
            return
        height = HEIGHTS.get(len(slots), USUAL_HEIGHT)
        panes = [self._bokeh_panes[slot] for slot in slots]
        for pane in panes:
            pane.object.height = pane.min_height = height
        self._placed, self._grid = slots, grid(panes, COLUMNS.get(len(slots), 3))
        set_content(self.view, self._grid)

    def _on_selection(self, attribute: str, old: list[int], new: list[int]) -> None:
        with self._updating:
            self._on_tap(list(new))
