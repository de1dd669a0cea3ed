"""Partial dependence of a predicted parameter on one covariate.

Stays on Bokeh sources, because it changes with every choice of a parameter or covariate: an element takes
0.04 s, new columns 0.001 s.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool
from bokeh.plotting import figure

from dashboard.plots.labels import parameter_label
from dashboard.plots.style import without_logo
from proda_core.figures.theme import CHAIN_COLOURS, noted, number, unit
from proda_core.vocabulary.covariates import COVARIATES
from proda_core.vocabulary.parameters import PRIORS

_MEANINGS = {c.name: c.meaning for c in COVARIATES}
_COLOUR = CHAIN_COLOURS[0]
_LONGEST_LABEL = 14  # letters
_MOST_TICKS = 7


def dependence_columns(found: dict | None = None, fit: dict | None = None, parameter: str = "") -> dict:
    """Return the mean predicted parameter by value of a covariate; positions 0, 1, 2... of categories."""
    if found is None or fit is None:
        return {"value": np.zeros(0), "mean": np.zeros(0), "label": []}
    values, labels = found["values"], found["labels"]
    position = values if labels is None else np.arange(len(values), dtype=float)
    shown = [f"{value:.4g}" for value in values] if labels is None else labels
    return {
        "value": position,
        "mean": found["means"][:, fit["parameters"].index(parameter)],
        "label": shown,
    }


def dependence_figure(source: ColumnDataSource) -> figure:
    """Draw a line with dots, of numbers and of categories alike."""
    plot = figure(title="", tools="pan,wheel_zoom,box_zoom,reset,save", name="dependence")
    without_logo(plot)
    plot.line("value", "mean", source=source, color=_COLOUR, line_width=2.5)
    dots = plot.scatter("value", "mean", source=source, color=_COLOUR, size=8)
    tips = [("value", "@label"), ("mean parameter", "@mean{0.0000}")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    return plot


def update_dependence_labels(
    plot: figure, found: dict, covariate: str, parameter: str, prior: str, note: str = ""
) -> None:
    """Set title and axes for a covariate and a parameter; categories are named on the axis."""
    plot.title.text = noted(f"Effect of {covariate} on {parameter}", note)
    units = unit(found["unit"])
    plot.xaxis[0].axis_label = f"{_MEANINGS.get(covariate, covariate)}{f' ({units})' if units else ''}"
    low, high = (number(float(end)) for end in PRIORS[prior].bounds[parameter])
    plot.yaxis[0].axis_label = f"mean {parameter_label(parameter)}; prior {low} to {high}"
    labels, axis = found["labels"], plot.xaxis[0]
    if labels is None:
        axis.update(
            ticker=_round_ticks(found["values"]),
            major_label_overrides={},
            major_label_orientation="horizontal",
        )
    else:
        axis.update(
            ticker=FixedTicker(ticks=list(range(len(labels)))),
            major_label_overrides=dict(enumerate(map(_shortened, labels))),
            major_label_orientation=np.pi / 4,
        )


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _round_ticks(values: np.ndarray) -> FixedTicker:
    """Return ticks at round numbers within the range of the values."""
    low, high = float(np.min(values)), float(np.max(values))
    if low == high:
        return FixedTicker(ticks=[low])
    step = 10.0 ** np.floor(np.log10((high - low) / 3))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= _MOST_TICKS)
    return FixedTicker(ticks=(np.arange(np.ceil(low / step), high / step + 1e-9) * step).tolist())
