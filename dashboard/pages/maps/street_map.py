"""The switch for streets under the maps. Off on arrival and in no link: a link makes no request elsewhere."""

from __future__ import annotations

import panel_material_ui as pmui
from bokeh.plotting import figure

from dashboard.pages.maps.street_tiles import set_tiles
from dashboard.ui.layout import flexible_width
from proda_core.figures.projection import MERCATOR, Projection

LABEL = "Street map (loads from OpenStreetMap)"
WHY_DISABLED = "Street map (in Web Mercator only)"


class StreetMap:
    """``attach`` every map when it is made; ``switch`` is the widget, disabled where there are no tiles."""

    def __init__(self) -> None:
        self._plots: list[figure] = []
        self.switch = pmui.Switch(label=LABEL, value=False, **flexible_width(340))
        self.switch.param.watch(lambda *_: self._update(), "value")

    def reset(self, projection: Projection) -> None:
        """Forget the maps attached so far; the next ones are in this projection."""
        self._plots.clear()
        has_tiles = projection.name == MERCATOR
        self.switch.param.update(
            disabled=not has_tiles,
            label=LABEL if has_tiles else WHY_DISABLED,
            value=self.switch.value and has_tiles,
        )

    def attach(self, plot: figure) -> None:
        """Show streets under a map while the switch is on."""
        self._plots.append(plot)
        set_tiles(plot, self.switch.value)

    def _update(self) -> None:
        for plot in self._plots:
            set_tiles(plot, self.switch.value)
