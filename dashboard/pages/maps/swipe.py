"""Two maps in one frame, and the line between them: moved in the browser, without the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import panel as pn
from bokeh.models import ColumnDataSource, Range

from dashboard.pages.maps import map_panes as draw
from dashboard.pages.maps.map_layers import Layer
from dashboard.plots.basemap import Box, to_mercator
from dashboard.plots.cells import HALF_CELL
from dashboard.ui.layout import figure_pane

HEIGHT = 600  # px
_MOVE = """
const {left, right} = source.data
const at = x_of(cb_obj.value)
const west = [], east = []
for (let i = 0; i < left.length; i++) ((left[i] + right[i]) / 2 < at ? west : east).push(i)
before.indices = west
after.indices = east
line.location = at
function x_of(lon) { return lon * Math.PI / 180 * 6378137 }
"""


class Swipe:
    """The frame with its slider; ``on_move`` is told the longitude at which the line was left."""

    def __init__(
        self,
        source: ColumnDataSource,
        box: Box,
        ranges: dict[str, Range],
        on_move: Callable[[float], None],
    ) -> None:
        self._source = source
        self._pane = draw.swipe_figure(source, box, ranges)
        self.plot = self._pane.plot
        middle = (box[0] + box[2]) / 2
        self._line = pn.widgets.FloatSlider(
            label="Line between the maps (longitude, °)",
            start=box[0] - HALF_CELL,
            end=box[2] + HALF_CELL,
            step=0.25,
            value=round(2 * middle) / 2,
            sizing_mode="stretch_width",
        )
        arguments = {
            "source": source,
            "line": self._pane.line,
            "before": self._pane.filters[0],
            "after": self._pane.filters[1],
        }
        self._line.jscallback(args=arguments, value=_MOVE)
        self._line.param.watch(lambda event: on_move(event.new), "value_throttled")
        self._split()
        self.view = pn.Column(
            self._line, figure_pane(self._pane.plot, HEIGHT), sizing_mode="stretch_width", margin=0
        )

    def put_line(self, longitude: float) -> None:
        """Put the line somewhere [degrees]; inside the maps at any rate."""
        wanted = min(max(longitude, self._line.start), self._line.end)
        if wanted != self._line.value:
            self._line.value = wanted
            self._split()

    def show(self, layers: Sequence[Layer], limits: Sequence[tuple], tips: list, sheet: object) -> None:
        """Show two layers with the limits of their colour scales."""
        draw.show_swipe(self._pane, layers, limits, sheet.interval, sheet.note)
        for hover in self._pane.hovers:
            hover.tooltips = tips

    def _split(self) -> None:
        easting = float(to_mercator(self._line.value, 0.0)[0])
        west, east = draw.split_at(self._source.data, easting)
        self._pane.filters[0].indices, self._pane.filters[1].indices = west, east
        self._pane.line.location = easting
