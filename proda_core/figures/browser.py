"""Elements as Bokeh figures, and the themes of notebooks."""

from __future__ import annotations

import holoviews as hv
from bokeh.plotting import figure
from bokeh.themes import Theme
from holoviews.plotting.bokeh import BokehRenderer

from proda_core.figures.ground import ground
from proda_core.figures.projection import ALBERS
from proda_core.figures.theme import bokeh_settings, matplotlib_settings


def plots(element) -> list[figure]:
    """Return one Bokeh figure per panel of an element; panels of a Layout share the ranges of their axes."""
    drawn = BokehRenderer.instance().get_plot(element)
    if not isinstance(element, hv.Layout):
        return [drawn.state]
    cells = [cell.subplots.get("main") for cell in drawn.subplots.values() if cell is not None]
    return [cell.state for cell in cells if cell is not None]


def use_theme(theme: str) -> None:
    """Set the theme ("light", "dark" or "print") of all elements that a notebook shows from now on."""
    hv.renderer("bokeh").theme = Theme(json=bokeh_settings(theme))
    hv.opts.defaults(hv.opts.Overlay(fig_rcparams=matplotlib_settings(theme)), backend="matplotlib")


def prepare(frame, projection: str = ALBERS) -> None:
    """Import what draws and project the borders under the places of a table, once; may run in a thread."""
    ground(frame, projection).borders  # noqa: B018 - cached
