"""Elements of ``proda_core.figures`` as JSON of Bokeh models, drawn in a worker process.

Drawing takes 0.1 to 1 s, too long for the server's event loop; a session reads the JSON in a fifth of that.
"""

from __future__ import annotations

import json

from bokeh.core.serialization import Serializer

from proda_core import figures


def figures_json(element: object) -> str:
    """Return the Bokeh figures of an element, which ``dashboard.plots.elements.figures_from_json`` reads."""
    return json.dumps(Serializer(deferred=False).serialize(figures.plots(element)).content)
