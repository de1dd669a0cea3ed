"""HoloViews and GeoViews elements of ``proda_core.figures`` as Bokeh figures of a page.

Drawn here, or by a worker process that sends JSON, which a server reads five times as fast.

The colours of text, axes and background are left to the theme of the page, so a figure is drawn once
for light and dark.
"""

from __future__ import annotations

import json
import re

from bokeh.core.serialization import Deserializer
from bokeh.models import ColumnDataSource, GlyphRenderer
from bokeh.plotting import figure
from bokeh.util.serialization import make_id

from proda_core import figures

_ID = re.compile(r'("name": "\w+", )?"id": "([^"]+)"')  # of a model, with its class where it is defined


def figures_of(element: object) -> list[figure]:
    """Return the Bokeh figure of each panel of an element, in the order of the panels.

    A figure has the name of its panel, the source of a mark that of its label in the legend: a page and its
    tests find them by name, ``source_of(plot, "observed")``.
    """
    return _prepared(figures.plots(element))


def figures_from_json(text: str) -> list[figure]:
    """Return the figures that a worker has drawn, their models with new ids: a document has each id once."""
    ids: dict[str, str] = {}

    def rename(found: re.Match) -> str:
        defined, old = found.groups(default="")
        repeated = defined and old in ids  # Bokeh defines a default anew in each model that has it
        return f'{defined}"id": "{make_id() if repeated else ids.setdefault(old, make_id())}"'

    return _prepared(Deserializer().deserialize(json.loads(_ID.sub(rename, text))))


def _prepared(plots: list[figure]) -> list[figure]:
    for plot in plots:
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
