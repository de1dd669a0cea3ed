"""A parameter as the network predicts it against the value retrieved from each profile.

Stays on Bokeh sources, because it changes with every choice of a parameter: an element takes 0.08 s, new
columns 0.001 s.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import parameter_label
from dashboard.plots.style import legend_above, without_logo
from proda_core.figures.theme import CHAIN_COLOURS, MUTED, noted, number
from proda_core.vocabulary.parameters import PRIORS

HELD_OUT = CHAIN_COLOURS[0]
_FAR = 1e4  # beyond every prior: the line 1:1 crosses the whole frame


def fit_columns(fit: dict | None = None, parameter: str = "", held_out: bool = True) -> dict[str, np.ndarray]:
    """Return one part of the sites: number, retrieved and predicted value, and that -+ the spread."""
    if fit is None:
        return {name: np.zeros(0) for name in ("site", "retrieved", "predicted", "low", "high")}
    j, rows = fit["parameters"].index(parameter), fit["held_out"] == held_out
    predicted = fit["predicted"][rows, j]
    spread = np.nan_to_num(fit["spread"][rows, j])
    columns = {"site": fit["sites"][rows], "retrieved": fit["retrieved"][rows, j], "predicted": predicted}
    return columns | {"low": predicted - spread, "high": predicted + spread}


def fit_figure(held_out: ColumnDataSource, training: ColumnDataSource) -> figure:
    """Draw predicted against retrieved values, with bars of one spread of the ensemble."""
    plot = figure(
        title="",
        x_range=Range1d(0, 1),
        y_range=Range1d(0, 1),
        tools="pan,wheel_zoom,box_zoom,reset,save",
        name="parameter-fit",
    )
    without_logo(plot)
    legend_above(plot)
    plot.line([-_FAR, _FAR], [-_FAR, _FAR], line_color=MUTED, line_dash="dashed", line_width=1.5)
    grey = {"size": 4, "color": MUTED, "alpha": 0.45, "legend_label": "training sites"}
    plot.scatter("retrieved", "predicted", source=training, **grey)
    plot.segment(
        "retrieved", "low", "retrieved", "high", source=held_out, line_color=HELD_OUT, line_alpha=0.35
    )
    blue = {"size": 7, "color": HELD_OUT, "alpha": 0.75, "legend_label": "held-out sites"}
    points = plot.scatter("retrieved", "predicted", source=held_out, **blue)
    tips = [("site", "@site"), ("retrieved", "@retrieved{0.0000}"), ("predicted", "@predicted{0.0000}")]
    plot.add_tools(HoverTool(renderers=[points], tooltips=tips))
    return plot


def update_fit_labels(plot: figure, fit: dict, parameter: str, note: str = "") -> None:
    """Title the figure with a parameter and its R2, and set its axes to the prior's range."""
    j, (low, high) = fit["parameters"].index(parameter), PRIORS[fit["prior"]].bounds[parameter]
    held_out, training = (number(float(fit["r2"][part][j]), 2) for part in ("test", "train"))
    plot.title.text = noted(f"{parameter} · R² {held_out} held out, {training} in training", note)
    label = parameter_label(parameter)
    plot.xaxis[0].axis_label, plot.yaxis[0].axis_label = f"retrieved: {label}", f"predicted: {label}"
    for span in (plot.x_range, plot.y_range):
        span.update(start=float(low), end=float(high))
