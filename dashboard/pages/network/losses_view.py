"""The loss curves of a network, streamed while it is being trained."""

from __future__ import annotations

import panel as pn

from dashboard.pages.network.loss_figure import (
    MOST_MEMBERS,
    loss_columns,
    loss_figure,
    loss_sources,
    loss_title,
)
from dashboard.ui.layout import figure_pane

HEIGHT = 300  # px


class LossesView:
    """Sends each epoch to the browser once."""

    def __init__(self) -> None:
        self._sources = loss_sources()
        self._sent = [0] * MOST_MEMBERS
        self._plot = loss_figure(self._sources)
        self.view: pn.pane.Bokeh = figure_pane(self._plot, HEIGHT)

    def clear(self) -> None:
        """Remove all curves."""
        for member, source in enumerate(self._sources):
            self._sent[member] = 0
            source.data = loss_columns()

    def update(self, losses: dict[int, tuple], note: str) -> None:
        """Add the new epochs of each member."""
        for member, epochs in losses.items():
            if member >= MOST_MEMBERS:
                continue
            new = epochs[self._sent[member] :]
            if new:
                self._sources[member].stream(loss_columns(new))
                self._sent[member] += len(new)
        self._plot.title.text = loss_title(losses, note)
