"""Elements as Bokeh figures, and the themes of notebooks."""

from __future__ import annotations

from math import ceil

import holoviews as hv
from bokeh.document import Document
from bokeh.models import DataRange1d, Legend, Range1d
from bokeh.models.glyphs import Line
from bokeh.plotting import figure
from bokeh.themes import Theme
from holoviews.plotting.bokeh import BokehRenderer

from proda_core.figures.base_map import base_map
from proda_core.figures.projection import ALBERS
from proda_core.figures.theme import bokeh_settings, matplotlib_settings

_AXIS, _BESIDE, _LEGEND_ROW = 60, 90, 22  # px of an axis; of title, axis and colour bar; of a row of a legend


def plots(element) -> list[figure]:
    """Return one Bokeh figure per panel of an element, of a size that a page may stretch.

    Panels of a Layout share the ranges of their axes; maps stay in proportion whatever their size. A
    legend beside the panels of a Layout is left to the page, which has colours and names of products.
    Panels are drawn one by one: a Layout as a whole takes a quarter longer.
    """
    panels = list(element) if isinstance(element, hv.Layout) else [element]
    renderer = BokehRenderer.instance(mode="server")
    # In documents of their own, as a server draws: HoloViews replaces the theme of the document it draws in.
    found = [renderer.get_plot(p, doc=Document()).state for p in panels if not isinstance(p, hv.Empty)]
    for plot in found:
        _release(plot)
    if len(found) > 1 and hv.Store.lookup_options("bokeh", element, "plot").kwargs.get("shared_axes", True):
        for axis in ("x_range", "y_range"):
            _link(found, axis)
    _link_maps([plot for plot in found if plot.match_aspect])
    return found


def _release(plot: figure) -> None:
    """Size the whole figure instead of its frame; a Taylor diagram keeps its frame, to stay round."""
    legends = [item for item in plot.above if isinstance(item, Legend)]
    rows = sum(ceil(len(legend.items) / int(legend.ncols)) for legend in legends)
    size = {"width": plot.frame_width + _AXIS, "height": plot.frame_height + _BESIDE + _LEGEND_ROW * rows}
    if plot.match_aspect or "equal" not in plot.tags:
        plot.update(frame_width=None, frame_height=None, **size)
    plot.right = [item for item in plot.right if not isinstance(item, Legend)]
    plot.toolbar_location = "above"  # a Layout has one for all, which is not among them


def _link(plots: list[figure], axis: str) -> None:
    """Share one range, which holds those of all, among the axes of the same dimension."""
    known: dict[str, Range1d] = {}
    for plot in plots:
        own = getattr(plot, axis)
        shared = known.setdefault(str(own.tags), own)  # HoloViews writes the dimension there
        low, *_, high = sorted((shared.start, shared.end, own.start, own.end))
        start, end = (high, low) if shared.start > shared.end else (low, high)
        shared.update(start=start, end=end, reset_start=start, reset_end=end)
        setattr(plot, axis, shared)


def _link_maps(maps: list[figure]) -> None:
    """Share ranges that keep a metre as long on both axes, around what is coloured."""
    marks = [mark for plot in maps for mark in plot.renderers if not isinstance(mark.glyph, Line)]
    x, y = (DataRange1d(renderers=marks, range_padding=0.03) for _ in range(2))
    for plot in maps:
        plot.update(x_range=x, y_range=y)


def use_theme(theme: str) -> None:
    """Set the theme ("light", "dark" or "print") of all elements that a notebook shows from now on."""
    hv.renderer("bokeh").theme = Theme(json=bokeh_settings(theme))
    hv.opts.defaults(hv.opts.Overlay(fig_rcparams=matplotlib_settings(theme)), backend="matplotlib")


def prepare(frame, projection: str = ALBERS) -> None:
    """Import what draws and project the borders under the places of a table, once; may run in a thread."""
    base_map(frame, projection).borders  # noqa: B018 - cached
