"""Parameters as a network predicts them against those retrieved from the profiles."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, FactorRange, HoverTool, Legend, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import noted, number, parameter_label
from dashboard.plots.palette import CHAIN_COLOURS, MUTED
from proda_core.vocabulary.parameters import PRIORS

HELD_OUT = CHAIN_COLOURS[0]
_SHARES = (0.05, 0.5, 0.95)


def fit_columns(fit: dict | None = None, parameter: str = "", held_out: bool = True) -> dict[str, np.ndarray]:
    """One part of the sites: number, retrieved and predicted value, and that with the spread around it."""
    if fit is None:
        return {name: np.zeros(0) for name in ("site", "retrieved", "predicted", "low", "high")}
    j, rows = fit["parameters"].index(parameter), fit["held_out"] == held_out
    predicted = fit["predicted"][rows, j]
    spread = np.nan_to_num(fit["spread"][rows, j])
    columns = {"site": fit["sites"][rows], "retrieved": fit["retrieved"][rows, j], "predicted": predicted}
    return columns | {"low": predicted - spread, "high": predicted + spread}


def fit_figure(held_out: ColumnDataSource, training: ColumnDataSource) -> figure:
    """Predicted against retrieved, both over the prior's range; bars are one spread of the ensemble."""
    plot = figure(
        title="",
        x_range=Range1d(0, 1),
        y_range=Range1d(0, 1),
        tools="pan,wheel_zoom,box_zoom,reset,save",
        name="parameter-fit",
    )
    plot.toolbar.logo = None
    plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    plot.line([-1e4, 1e4], [-1e4, 1e4], line_color=MUTED, line_dash="dashed", line_width=1.5)
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


def relabel_fit(plot: figure, fit: dict, parameter: str, note: str = "") -> None:
    """Point the figure at a parameter: title with R2, axes over the prior's range."""
    j, (low, high) = fit["parameters"].index(parameter), PRIORS[fit["prior"]].bounds[parameter]
    held_out, training = (number(float(fit["r2"][part][j]), 2) for part in ("test", "train"))
    plot.title.text = noted(f"{parameter} · R² {held_out} held out, {training} in training", note)
    label = parameter_label(parameter)
    plot.xaxis[0].axis_label, plot.yaxis[0].axis_label = f"retrieved: {label}", f"predicted: {label}"
    for span in (plot.x_range, plot.y_range):
        span.update(start=float(low), end=float(high))


def skill_columns(fit: dict | None = None) -> dict[str, np.ndarray]:
    """R2 of every parameter, the best last, on held-out and on training sites."""
    if fit is None:
        return {"parameter": [], "test": np.zeros(0), "train": np.zeros(0)}
    order = np.argsort(np.nan_to_num(fit["r2"]["test"]))
    names = [fit["parameters"][i] for i in order]
    return {"parameter": names, "test": fit["r2"]["test"][order], "train": fit["r2"]["train"][order]}


def skill_figure(source: ColumnDataSource) -> figure:
    """R2 of every parameter: bar held out, circle in training."""
    plot = _by_parameter("R² (squared correlation)", "parameter-skill")
    plot.x_range = Range1d(0, 1)
    bars = plot.hbar(
        "parameter", right="test", height=0.6, source=source, color=HELD_OUT, legend_label="held-out sites"
    )
    dots = {"size": 8, "fill_alpha": 0, "line_color": MUTED, "line_width": 2}
    plot.scatter("train", "parameter", source=source, legend_label="training sites", **dots)
    tips = [("", "@parameter"), ("held out", "@test{0.00}"), ("training", "@train{0.00}")]
    plot.add_tools(HoverTool(renderers=[bars], tooltips=tips))
    plot.title.text = "Which parameters can be predicted"
    return plot


def spread_columns(fit: dict | None = None) -> dict[str, np.ndarray]:
    """Spread of the ensemble on held-out sites as a share of the prior's range: 5, 50 and 95 %."""
    if fit is None:
        return {"parameter": [], "low": np.zeros(0), "middle": np.zeros(0), "high": np.zeros(0)}
    bounds = np.array([PRIORS[fit["prior"]].bounds[name] for name in fit["parameters"]])
    rows = fit["spread"][fit["held_out"]] / (bounds[:, 1] - bounds[:, 0])
    if not np.isfinite(rows).any():
        return spread_columns()
    low, middle, high = np.quantile(rows, _SHARES, axis=0)
    order = np.argsort(middle)
    names = [fit["parameters"][i] for i in order]
    return {"parameter": names, "low": low[order], "middle": middle[order], "high": high[order]}


def spread_figure(source: ColumnDataSource) -> figure:
    """How far the networks of the ensemble are apart."""
    plot = _by_parameter("standard deviation between networks, share of the prior range", "ensemble-spread")
    plot.legend.visible = False
    plot.hbar("parameter", left="low", right="high", height=0.35, source=source, color=HELD_OUT, alpha=0.45)
    dots = plot.scatter("middle", "parameter", source=source, size=9, color=HELD_OUT)
    tips = [("", "@parameter"), ("median", "@middle{0.000}"), ("5–95 %", "@low{0.000} – @high{0.000}")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    plot.x_range.start = 0
    plot.title.text = spread_title()
    return plot


def spread_title(fit: dict | None = None) -> str:
    """What the figure of the spread shows, or why it is empty."""
    alone = fit is not None and not len(spread_columns(fit)["parameter"])
    return "One network has no other to disagree with" if alone else "Where the networks disagree"


def _by_parameter(label: str, name: str) -> figure:
    plot = figure(title="", y_range=FactorRange(), x_axis_label=label, tools="save", name=name)
    plot.toolbar.logo = None
    plot.ygrid.visible = False
    plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    return plot
