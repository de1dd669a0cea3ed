"""Importance of covariates for a parameter.

Stays on Bokeh sources, because it changes with every choice of a parameter: both elements take 0.17 s, new
columns 0.001 s.
"""

from __future__ import annotations

import pandas as pd
from bokeh.models import ColumnDataSource, FactorRange, HoverTool
from bokeh.plotting import figure

from dashboard.plots.style import without_logo
from proda_core.figures.theme import KIND_COLOURS, OTHER_KIND
from proda_core.vocabulary.covariates import COVARIATES

MOST_BARS = 15
_KINDS = {c.name: c.kind for c in COVARIATES}
_MEANINGS = {c.name: c.meaning for c in COVARIATES}


def importance_columns(frame: pd.DataFrame | None = None, parameter: str = "") -> dict[str, list]:
    """Return the most important rows, the greatest last, of a parameter or of the mean of all.

    frame : shares of the prior range, covariates down, parameters across
    """
    if frame is None:
        return {"name": [], "moved": [], "colour": [], "kind": [], "meaning": []}
    moved = frame[parameter] if parameter else frame.mean(axis=1)
    chosen = moved.sort_values().tail(MOST_BARS)
    names = [str(name) for name in chosen.index]
    kinds = [_KINDS.get(name, name) for name in names]
    return {
        "name": names,
        "moved": chosen.to_numpy().tolist(),
        "colour": [KIND_COLOURS.get(kind, OTHER_KIND) for kind in kinds],
        "kind": kinds,
        "meaning": [_MEANINGS.get(name, name) for name in names],
    }


def importance_figure(source: ColumnDataSource, name: str) -> figure:
    """Draw how far the prediction moves, in shares of the prior range, when a covariate is permuted."""
    plot = figure(
        title="",
        y_range=FactorRange(),
        x_axis_label="change of the prediction, share of the prior range",
        tools="save",
        name=name,
    )
    without_logo(plot)
    plot.ygrid.visible = False
    plot.x_range.start = 0
    bars = plot.hbar("name", right="moved", height=0.65, source=source, color="colour")
    tips = [("", "@meaning"), ("kind", "@kind"), ("moves parameters by", "@moved{0.0000}")]
    plot.add_tools(HoverTool(renderers=[bars], tooltips=tips))
    return plot


def update_importance(plot: figure, source: ColumnDataSource, columns: dict[str, list]) -> None:
    """Set the bars and the names on their axis together."""
    plot.y_range.factors = columns["name"]
    source.data = columns
