"""HoloViews and GeoViews elements of ``proda_core.figures`` as Bokeh figures of a page.

The colours of text, axes and ground are left to the theme of the page, so a figure is drawn once for light
and dark.
"""

from __future__ import annotations

from bokeh.models import ColumnDataSource, GlyphRenderer
from bokeh.plotting import figure

from dashboard.plots.style import without_logo
from proda_core import figures


def figures_of(element: object) -> list[figure]:
    """Return the Bokeh figure of each panel of an element, in the order of the panels.

    A figure has the name of its panel, the source of a mark that of its label in the legend, so that a page and
    its tests find them: ``source_of(plot, "observed")``.
    """
    plots = figures.plots(element)
    for plot in plots:
        without_logo(plot)
        for item in (item for legend in plot.legend for item in legend.items):
            for renderer in item.renderers:
                renderer.data_source.name = renderer.data_source.name or str(item.label.value)
    return plots


def source_of(plot: figure, name: str) -> ColumnDataSource:
    """Return the source of that name; KeyError with the known names where there is none."""
    sources = {r.data_source.name: r.data_source for r in plot.select({"type": GlyphRenderer})}
    if name not in sources:
        raise KeyError(f"{name!r}; expected one of {', '.join(sorted(filter(None, sources)))}")
    return sources[name]
