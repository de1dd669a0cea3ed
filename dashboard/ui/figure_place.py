"""The place of a figure on a page: it holds a drawn element, or words while there is none."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import panel as pn
from bokeh.plotting import figure

from dashboard.plots.style import frame_figure
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.layout import figure_pane
from dashboard.ui.text import html
from proda_core.records.checks import InputError

NARROWEST = 150  # px: two beside each other fit on a phone
NOT_COMPUTED = "Not computed yet"


class FigurePlace:
    """As high as its figure [px], so that the page does not move when it is drawn."""

    def __init__(self, height: int) -> None:
        self._height, self._inputs = height, ()
        self.view = pn.Column(sizing_mode="stretch_width", min_height=height, margin=0)
        self.report(NOT_COMPUTED)

    def update(self, draw: Callable[..., list[figure]], *inputs: object) -> None:
        """Draw ``draw(*inputs)`` unless it is there; words while an input is None or nothing can be drawn."""
        if len(inputs) == len(self._inputs) and all(map(_same, inputs, self._inputs)):
            return
        self._inputs = inputs
        if any(given is None for given in inputs):
            self.report(NOT_COMPUTED)
        else:
            self._draw(draw, inputs)

    @on_next_tick
    def _draw(self, draw: Callable[..., list[figure]], inputs: tuple) -> None:
        """Draw one figure per tick: the first is seen before the last is drawn, others wait less."""
        if inputs is not self._inputs:
            return
        try:
            (plot,) = draw(*inputs)
        except InputError as error:
            self.report(str(error))
            return
        frame_figure(plot)
        self.view[:] = [figure_pane(plot, self._height, narrowest=NARROWEST)]

    def report(self, words: str) -> None:
        """Show words in the place of the figure."""
        self.view[:] = [html(f"<p class='quiet'>{escape(words)}</p>")]


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, str) and one == other)
