"""Posterior against prior: all parameters within their prior range, and one of them as a histogram.

Stays on Bokeh sources: both are redrawn for every site and parameter of an assimilation that is watched, in
many sessions at once. Updating a source takes 0.6 ms (intervals) and 0.3 ms (histogram) of processor time, an
element 140 ms and 65 ms.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource, FactorRange, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import parameter_label
from dashboard.plots.style import plain_figure
from proda_core.figures.theme import MUTED, OBSERVED, POSTERIOR, noted, number, unit
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PRIORS, UNITS

BINS = 40
EDGE = 0.015  # beyond the prior range, so that a mark at its end is drawn whole
_QUANTILES = ("q05", "q25", "q50", "q75", "q95")
_COLUMNS = ("parameter", *_QUANTILES, "default", "median", "range", "sd_ratio")
_TOOLTIPS = [
    ("", "@parameter"),
    ("median", "@median"),
    ("5–95 %", "@range"),
    ("sd / prior sd", "@sd_ratio{0.00}"),
]


def interval_columns(summary: xr.Dataset | None, prior: str) -> dict[str, list]:
    """Return the quantiles (parameter) of one site as shares 0..1 of the prior range, and hover texts."""
    if summary is None:
        return {name: [] for name in _COLUMNS}
    bounds = PRIORS[prior].bounds
    names = [str(name) for name in summary["parameter"].values]
    low = np.array([bounds[name][0] for name in names])
    span = np.array([bounds[name][1] for name in names]) - low
    columns = {q: (summary[q].values - low) / span for q in _QUANTILES}
    default = (DEFAULTS[[INDEX[name] for name in names]] - low) / span
    texts = [_quantile_texts(summary, i, name) for i, name in enumerate(names)]
    return columns | {
        "parameter": names,
        "default": np.where((default >= 0) & (default <= 1), default, np.nan),
        "median": [median for median, _ in texts],
        "range": [ends for _, ends in texts],
        "sd_ratio": summary["sd_ratio"].values,
    }


def prior_range_figure(prior: str, height: float, name: str) -> figure:
    """Draw a row per parameter with its prior range as a pale bar; ``height`` is a share of the row."""
    names = list(PRIORS[prior].names)
    plot = plain_figure(
        name,
        "share of the prior range",
        tools="save",
        y_range=FactorRange(factors=names[::-1]),
        x_range=Range1d(-EDGE, 1 + EDGE),
    )
    plot.hbar(y=names, left=0, right=1, height=height, fill_color=MUTED, fill_alpha=0.14, line_color=None)
    plot.ygrid.visible = False
    return plot


def interval_figure(source: ColumnDataSource, prior: str) -> figure:
    """Draw posteriors within prior ranges: 5-95 % thin, 25-75 % thick, median a dot, default a cross.

    The 5-95 % of a prior that is not uniform are a darker part of its range.
    """
    plot = prior_range_figure(prior, 0.62, "posterior-intervals")
    _draw_prior_intervals(plot, prior)
    bar = {"y": "parameter", "source": source, "fill_color": POSTERIOR, "line_color": None}
    wide = plot.hbar(left="q05", right="q95", height=0.22, fill_alpha=0.55, **bar)
    plot.hbar(left="q25", right="q75", height=0.50, fill_alpha=0.8, **bar)
    dot = {"size": 7, "fill_color": "white", "line_color": POSTERIOR, "line_width": 2}
    plot.scatter("q50", "parameter", source=source, **dot)
    plot.scatter("default", "parameter", source=source, marker="x", size=8, line_color=OBSERVED, line_width=2)
    plot.add_tools(HoverTool(renderers=[wide], tooltips=_TOOLTIPS))
    return plot


def _draw_prior_intervals(plot: figure, prior: str) -> None:
    chosen = PRIORS[prior]
    if not chosen.is_uniform:
        low, high = (chosen.to_unit(chosen.quantile(share)) for share in (0.05, 0.95))
        rows = {"y": list(chosen.names), "left": low, "right": high, "height": 0.62}
        plot.hbar(**rows, fill_color=MUTED, fill_alpha=0.3, line_color=None, name="prior-intervals")


def histogram_columns(draws: np.ndarray, parameter: str, prior: str) -> dict[str, np.ndarray]:
    """Return edges and density, 1 where uniform, of draws (any shape) in bins of the prior range.

    >>> float(histogram_columns(np.full(9, 2.0), "q10", "proda")["density"].sum())
    40.0
    """
    edges = np.linspace(*PRIORS[prior].bounds[parameter], BINS + 1)
    counts, _ = np.histogram(np.asarray(draws).ravel(), bins=edges)
    return {"left": edges[:-1], "right": edges[1:], "density": counts * BINS / max(counts.sum(), 1)}


def density_columns(parameter: str, prior: str) -> dict[str, np.ndarray]:
    """Return values of a parameter over its prior range and the prior's density there, 1 where uniform."""
    (low, high), unit = PRIORS[prior].bounds[parameter], np.linspace(0.0, 1.0, 5 * BINS + 1)
    inside = np.clip(unit, 1e-6, 1 - 1e-6)
    return {"value": low + unit * (high - low), "density": PRIORS[prior].relative_density(parameter, inside)}


def empty_histogram() -> dict[str, list]:
    """Return the columns of a histogram without draws."""
    return {"left": [], "right": [], "density": []}


def histogram_figure(
    source: ColumnDataSource, density: ColumnDataSource, parameter: str, prior: str
) -> figure:
    """Draw the density of one parameter, and that of its prior as a line; a uniform one is 1.

    density : :func:`density_columns`
    """
    plot = plain_figure(
        "posterior-histogram", "", "density (uniform = 1)", tools="save", x_range=Range1d(0, 1)
    )
    style = {"fill_color": POSTERIOR, "fill_alpha": 0.6, "line_color": None, "legend_label": "posterior"}
    plot.quad(left="left", right="right", bottom=0, top="density", source=source, **style)
    line = {"line_color": MUTED, "line_width": 2, "line_dash": "dashed", "legend_label": "prior"}
    plot.line("value", "density", source=density, name="prior-density", **line)
    plot.y_range.start = 0
    plot.legend.border_line_alpha = 0
    plot.legend.background_fill_alpha = 0
    set_histogram_parameter(plot, parameter, prior)
    return plot


def set_histogram_parameter(plot: figure, parameter: str, prior: str, note: str = "") -> None:
    """Set title, axis label and axis range of a histogram."""
    low, high = PRIORS[prior].bounds[parameter]
    plot.title.text = noted(f"Posterior of {parameter} against its prior", note)
    plot.xaxis[0].axis_label = parameter_label(parameter)
    plot.x_range.update(start=float(low), end=float(high))


def _quantile_texts(summary: xr.Dataset, i: int, name: str) -> tuple[str, str]:
    """Return the median and the 5-95 % range of a parameter with its unit."""
    q05, q50, q95 = (float(summary[q].values[i]) for q in ("q05", "q50", "q95"))
    units = unit(UNITS[name])
    return f"{number(q50)} {units}".strip(), f"{number(q05)} – {number(q95)} {units}".strip()
