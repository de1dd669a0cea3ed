"""The carbon maps of one run: three linked maps and their colour bar."""

from __future__ import annotations

import panel as pn

from dashboard.components.panes import equal, figure_pane, put
from dashboard.figures.carbon_maps import CarbonMaps, carbon_maps, show_interval
from proda_core.records.maps import CarbonMap

MAP_HEIGHT, BAR_HEIGHT = 420, 84  # px


class MapsView:
    """Built anew for another run; another interval changes values and colours only."""

    def __init__(self) -> None:
        self._carbon: CarbonMap | None = None
        self._maps: CarbonMaps | None = None
        self._interval = self._note = ""
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def open(self, carbon: CarbonMap, interval: str, note: str) -> None:
        """Show the maps of a run. ``note`` says what has to be said of the data."""
        if carbon is self._carbon:
            self.show(interval)
            return
        self._carbon, self._interval, self._note = carbon, interval, note
        self._maps = carbon_maps(carbon, interval, note)
        maps = equal(*(figure_pane(plot, MAP_HEIGHT) for plot in self._maps.plots.values()))
        whole = pn.Column(maps, figure_pane(self._maps.bar, BAR_HEIGHT), sizing_mode="stretch_width")
        put(self.view, whole)

    def show(self, interval: str) -> None:
        """Show another depth interval."""
        if self._carbon is None or interval == self._interval:
            return
        self._interval = interval
        show_interval(self._maps, self._carbon, interval, self._note)
