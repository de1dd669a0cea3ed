"""The loss curves of a network, fed by streams while it learns."""

from __future__ import annotations

import panel as pn

from dashboard.pages.network import loss_figure as draw
from dashboard.ui.layout import figure_pane

HEIGHT = 300  # px


class LossesView:
    """What has been shown is never sent again."""

    def __init__(self) -> None:
        self._sources = draw.empty_losses()
        self._shown = [0] * draw.MOST_MEMBERS
        self._plot = draw.loss_figure(self._sources)
        self.view: pn.pane.Bokeh = figure_pane(self._plot, HEIGHT)

    def clear(self) -> None:
        """Show nothing, ready for another network."""
        for member, source in enumerate(self._sources):
            self._shown[member] = 0
            source.data = draw.loss_columns()

    def show(self, losses: dict[int, tuple], note: str) -> None:
        """Draw what is new in the losses of each member."""
        for member, epochs in losses.items():
            if member >= draw.MOST_MEMBERS:
                continue
            new = epochs[self._shown[member] :]
            if new:
                self._sources[member].stream(draw.loss_columns(new))
                self._shown[member] += len(new)
        self._plot.title.text = draw.loss_title(losses, note)
