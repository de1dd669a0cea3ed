"""Two maps in one frame, and the line between them: a meridian, moved in the browser without the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.pages.maps.map_layers import Layer
from dashboard.pages.maps.map_panes import MapFrame, split_rows, swipe_pane, update_swipe
from dashboard.pages.maps.map_spec import MapSpec
from dashboard.plots.cells import HALF_CELL
from dashboard.ui.layout import figure_pane
from proda_core.figures.projection import MERCATOR_POLE_DEGREES, Box, Projection

HEIGHT = 600  # px
STEP_DEGREES = 0.25
_BEYOND_DEGREES = 15.0  # of latitude that the line reaches beyond the cells
# The ends of the line are looked up by the slider's step: the browser transforms no coordinates.
_MOVE = """
const {lon} = cells.data
const [west, east] = [[], []]
for (let i = 0; i < lon.length; i++) (lon[i] < cb_obj.value ? west : east).push(i)
before.indices = west
after.indices = east
const step = Math.round((cb_obj.value - cb_obj.start) / cb_obj.step)
const at = name => [(meridians.data[name] ?? meridians.data.get(name))[step]]
line.data = {x0: at('x0'), y0: at('y0'), x1: at('x1'), y1: at('y1')}
"""


class SwipeView:
    """The frame with its slider; ``on_move`` gets the longitude at which the line was left."""

    def __init__(self, frame: MapFrame, on_move: Callable[[float], None]) -> None:
        self._frame, self._pane = frame, swipe_pane(frame)
        self.plot = self._pane.plot
        west, _, east, _ = frame.box
        self._slider = pn.widgets.FloatSlider(
            label="Line between the maps (longitude, °)",
            start=west - HALF_CELL,
            end=east + HALF_CELL,
            step=STEP_DEGREES,
            value=round(west + east) / 2,
            sizing_mode="stretch_width",
        )
        steps = np.arange(self._slider.start, self._slider.end + STEP_DEGREES, STEP_DEGREES)
        arguments = {
            "cells": frame.cells,
            "meridians": ColumnDataSource(meridian_ends(steps, frame.box, frame.projection)),
            "line": self._pane.line,
            "before": self._pane.filters[0],
            "after": self._pane.filters[1],
        }
        self._slider.jscallback(args=arguments, value=_MOVE)
        self._slider.param.watch(lambda event: on_move(event.new), "value_throttled")
        self._split()
        self.view = pn.Column(
            self._slider, figure_pane(self.plot, HEIGHT), sizing_mode="stretch_width", margin=0
        )

    def set_line(self, longitude: float) -> None:
        """Move the line to a longitude [degrees], or to the end of the maps nearest to it."""
        longitude = min(max(longitude, self._slider.start), self._slider.end)
        if longitude != self._slider.value:
            self._slider.value = longitude
            self._split()

    def update(self, layers: Sequence[Layer], limits: Sequence[tuple], tips: list, spec: MapSpec) -> None:
        """Show two layers with the limits of their colour scales."""
        update_swipe(self._pane, layers, limits, spec.interval, spec.note)
        for hover in self._pane.hovers:
            hover.tooltips = tips

    def _split(self) -> None:
        longitude = self._slider.value
        west, east = split_rows(self._frame.cells.data["lon"], longitude)
        self._pane.filters[0].indices, self._pane.filters[1].indices = west, east
        self._pane.line.data = meridian_ends(np.array([longitude]), self._frame.box, self._frame.projection)


def meridian_ends(longitudes: np.ndarray, box: Box, projection: Projection) -> dict[str, np.ndarray]:
    """Return both ends (x0, y0, x1, y1) in the plane of meridians through a map of a box [degrees]."""
    south = max(box[1] - _BEYOND_DEGREES, -MERCATOR_POLE_DEGREES)
    north = min(box[3] + _BEYOND_DEGREES, MERCATOR_POLE_DEGREES)
    x0, y0 = projection.project(longitudes, np.full(len(longitudes), south))
    x1, y1 = projection.project(longitudes, np.full(len(longitudes), north))
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
