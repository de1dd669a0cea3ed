"""The switch that lays streets under the maps. Off until pressed, and in no link: a link asks nobody else."""

from __future__ import annotations

import panel_material_ui as pmui
from bokeh.plotting import figure

from dashboard.pages.maps.street_tiles import HOST, show_tiles
from dashboard.ui.layout import flexible_width


class StreetMap:
    """Every map is attached when it is made; ``switch`` is the widget."""

    def __init__(self) -> None:
        self._plots: list[figure] = []
        self.switch = pmui.Switch(label=f"Streets (asks {HOST})", value=False, **flexible_width(320))
        self.switch.param.watch(lambda *_: self._show(), "value")

    def clear(self) -> None:
        """Let go of maps that are shown no more."""
        self._plots.clear()

    def attach(self, plot: figure) -> None:
        """Let a map follow the switch."""
        self._plots.append(plot)
        show_tiles(plot, self.switch.value)

    def _show(self) -> None:
        for plot in self._plots:
            show_tiles(plot, self.switch.value)
