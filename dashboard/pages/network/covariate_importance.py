"""What a network listens to: importance of covariates, and a parameter's dependence on one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, FactorRange, FixedTicker, HoverTool
from bokeh.plotting import figure

from dashboard.plots.labels import noted, number, parameter_label, unit
from dashboard.plots.palette import CHAIN_COLOURS
from proda_core.vocabulary.covariates import COVARIATES
from proda_core.vocabulary.parameters import PRIORS

ALL = "all parameters"
MOST_BARS = 15
_KINDS = {c.name: c.kind for c in COVARIATES}
_MEANINGS = {c.name: c.meaning for c in COVARIATES}
_COLOURS = {
    "place": CHAIN_COLOURS[6],
    "climate": CHAIN_COLOURS[1],
    "soil": CHAIN_COLOURS[5],
    "vegetation": CHAIN_COLOURS[2],
}
_OTHER = CHAIN_COLOURS[0]
_LONGEST_LABEL = 14


def importance_columns(frame: pd.DataFrame | None = None, parameter: str = ALL) -> dict[str, list]:
    """The most important rows, the greatest last: name, how far parameters move, colour of its kind."""
    if frame is None:
        return {"name": [], "moved": [], "colour": [], "kind": [], "meaning": []}
    moved = frame.mean(axis=1) if parameter == ALL else frame[parameter]
    chosen = moved.sort_values().tail(MOST_BARS)
    names = [str(name) for name in chosen.index]
    kinds = [_KINDS.get(name, name) for name in names]
    return {
        "name": names,
        "moved": chosen.to_numpy().tolist(),
        "colour": [_COLOURS.get(kind, _OTHER) for kind in kinds],
        "kind": kinds,
        "meaning": [_MEANINGS.get(name, name) for name in names],
    }


def importance_figure(source: ColumnDataSource, name: str) -> figure:
    """How far the parameters move, in shares of the prior range, when a covariate is shuffled."""
    plot = figure(
        title="",
        y_range=FactorRange(),
        x_axis_label="change of the prediction, share of the prior range",
        tools="save",
        name=name,
    )
    plot.toolbar.logo = None
    plot.ygrid.visible = False
    plot.x_range.start = 0
    bars = plot.hbar("name", right="moved", height=0.65, source=source, color="colour")
    tips = [("", "@meaning"), ("kind", "@kind"), ("moves parameters by", "@moved{0.0000}")]
    plot.add_tools(HoverTool(renderers=[bars], tooltips=tips))
    return plot


def show_importance(plot: figure, source: ColumnDataSource, columns: dict[str, list]) -> None:
    """Draw other bars: the axis of names and the bars change together."""
    plot.y_range.factors = columns["name"]
    source.data = columns


def dependence_columns(found: dict | None = None, fit: dict | None = None, parameter: str = "") -> dict:
    """Mean predicted parameter against the value of one covariate; places 0, 1, 2... for a category."""
    if found is None or fit is None:
        return {"value": np.zeros(0), "mean": np.zeros(0), "label": []}
    values, labels = found["values"], found["labels"]
    place = values if labels is None else np.arange(len(values), dtype=float)
    shown = [f"{value:.4g}" for value in values] if labels is None else labels
    return {"value": place, "mean": found["means"][:, fit["parameters"].index(parameter)], "label": shown}


def dependence_figure(source: ColumnDataSource) -> figure:
    """A line with dots; the same for numbers and for categories."""
    plot = figure(title="", tools="pan,wheel_zoom,box_zoom,reset,save", name="dependence")
    plot.toolbar.logo = None
    plot.line("value", "mean", source=source, color=_OTHER, line_width=2.5)
    dots = plot.scatter("value", "mean", source=source, color=_OTHER, size=8)
    tips = [("value", "@label"), ("mean parameter", "@mean{0.0000}")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    return plot


def relabel_dependence(
    plot: figure, found: dict, covariate: str, parameter: str, prior: str, note: str = ""
) -> None:
    """Point the figure at a covariate and a parameter; a category has its names on the axis."""
    plot.title.text = noted(f"{parameter} when every site had one {covariate}", note)
    units = unit(found["unit"])
    plot.xaxis[0].axis_label = f"{_MEANINGS.get(covariate, covariate)}{f' ({units})' if units else ''}"
    low, high = (number(float(end)) for end in PRIORS[prior].bounds[parameter])
    plot.yaxis[0].axis_label = f"mean {parameter_label(parameter)}; prior {low} to {high}"
    labels, axis = found["labels"], plot.xaxis[0]
    if labels is None:
        axis.update(
            ticker=_numbers(found["values"]), major_label_overrides={}, major_label_orientation="horizontal"
        )
    else:
        places = list(range(len(labels)))
        short = [name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…" for name in labels]
        axis.update(
            ticker=FixedTicker(ticks=places),
            major_label_overrides=dict(zip(places, short)),
            major_label_orientation=np.pi / 4,
        )


def _numbers(values: np.ndarray) -> FixedTicker:
    """Round numbers over the values' range."""
    low, high = float(np.min(values)), float(np.max(values))
    if low == high:
        return FixedTicker(ticks=[low])
    step = 10.0 ** np.floor(np.log10((high - low) / 3))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 7)
    return FixedTicker(ticks=(np.arange(np.ceil(low / step), high / step + 1e-9) * step).tolist())
