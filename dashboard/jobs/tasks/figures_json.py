"""Elements of ``proda_core.figures`` as JSON of Bokeh models, drawn in a worker process.

Drawing takes 0.1 to 1 s, too long for the server's event loop; a session reads the JSON in a fifth of that.
"""

from __future__ import annotations

import gc
import json

from bokeh.core.serialization import Serializer
from bokeh.models import GlyphRenderer
from bokeh.plotting import figure

from dashboard.jobs.messages import TaskContext
from proda_core import figures


def figures_json(element: object) -> str:
    """Return the Bokeh figures of an element, which ``dashboard.plots.elements.figures_from_json`` reads."""
    plots = figures.plots(element)
    for plot in plots:
        _remove_unused_glyphs(plot)
    return json.dumps(Serializer(deferred=False).serialize(plots).content)


def warm_up(context: TaskContext) -> None:
    """Import what draws (2 s) and draw once, so that the first figure does not wait for it.

    What is in memory then stays there: the garbage collector need not search it while figures are drawn,
    which takes it up to 0.4 s each time.
    """
    figures_json(figures.losses({0: [(1, 1.0, 1.0), (2, 0.5, 0.6)]}))
    gc.collect()
    gc.freeze()


def _remove_unused_glyphs(plot: figure) -> None:
    """Remove the glyphs of selected and muted marks: nothing can be selected, and a legend hides its mark."""
    for renderer in plot.renderers:
        if isinstance(renderer, GlyphRenderer):
            renderer.update(selection_glyph=None, nonselection_glyph=None, muted_glyph=None, hover_glyph=None)
    for legend in plot.legend:
        legend.click_policy = "hide"
