"""How much one profile says: posterior against prior spread, and parameters plotted against each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from bokeh.models import (
    Axis,
    BasicTicker,
    BoxAnnotation,
    ColumnDataSource,
    FactorRange,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure

from dashboard.plots.labels import parameter_label
from dashboard.plots.labels import noted
from dashboard.plots.palette import MUTED, OBSERVED, POSTERIOR
from proda_core.vocabulary.parameters import PRIORS

MOST_PAIRED = 5
BINS = 24
PAIR_HEIGHT = 130  # px, of one small figure
BORDER = 7  # px, around every small figure
LEFT, BELOW = 96, 56  # px, room for the labels of the first column and of the last row
_SHOWN = 600  # draws in a scatter plot


def sd_columns(summary: xr.Dataset | None, prior: str) -> dict[str, list]:
    """Posterior over prior standard deviation of every parameter, the best constrained last (on top)."""
    if summary is None:
        return {"parameter": [], "ratio": [], "learnt": []}
    ratio = summary["sd_ratio"].values.astype(float)
    order = np.argsort(-np.nan_to_num(ratio, nan=np.inf))
    names = np.array([str(name) for name in summary["parameter"].values], dtype=object)
    return {
        "parameter": list(names[order]),
        "ratio": ratio[order],
        "learnt": [f"{max(0.0, 1 - value**2):.0%}" for value in ratio[order]],
    }


def sd_figure(source: ColumnDataSource, prior: str) -> figure:
    """One bar per parameter; at the dashed line the profile has said nothing."""
    plot = figure(
        title="",
        y_range=FactorRange(factors=list(PRIORS[prior].names)[::-1]),
        x_range=Range1d(0, 1.25),
        x_axis_label="posterior sd / prior sd",
        tools="save",
        name="identifiability",
    )
    plot.toolbar.logo = None
    bars = plot.hbar(
        y="parameter",
        left=0,
        right="ratio",
        height=0.6,
        source=source,
        fill_color=POSTERIOR,
        fill_alpha=0.75,
        line_color=None,
    )
    plot.vspan(x=[1.0], line_color=OBSERVED, line_dash="dashed", line_width=2)
    tips = [("", "@parameter"), ("sd / prior sd", "@ratio{0.00}"), ("variance explained away", "@learnt")]
    plot.add_tools(HoverTool(renderers=[bars], tooltips=tips))
    plot.ygrid.visible = False
    return plot


def show_sds(plot: figure, source: ColumnDataSource, columns: dict, title: str, note: str) -> None:
    """Show the bars of another site, sorted."""
    if columns["parameter"]:
        plot.y_range.factors = columns["parameter"]
    source.data = columns
    plot.title.text = noted(title, note)


def pair_figures(summary: xr.Dataset, parameters: Sequence[str], prior: str) -> list[list[figure]]:
    """Draws of some parameters against each other below the diagonal, each one's histogram on it, by row.

    Frames are of one size where the first column is ``LEFT - BORDER`` wider, as the last row is higher.
    """
    chosen = list(parameters)[:MOST_PAIRED]
    draws = {name: np.asarray(summary["draws"].sel(parameter=name)).ravel() for name in chosen}
    stride = max(1, len(next(iter(draws.values()))) // _SHOWN)
    source = ColumnDataSource({name: values[::stride] for name, values in draws.items()})
    ranges = {name: Range1d(*map(float, PRIORS[prior].bounds[name])) for name in chosen}
    rows = []
    for i, down in enumerate(chosen):
        scatters = [_scatter(source, across, down, ranges) for across in chosen[:i]]
        rows.append([*scatters, _histogram(draws[down], down, ranges)])
    _label_edges(rows, chosen)
    return rows


def _scatter(source: ColumnDataSource, across: str, down: str, ranges: dict[str, Range1d]) -> figure:
    plot = _small(ranges[across], ranges[down], f"pair-{across}-{down}")
    plot.scatter(
        across, down, source=source, size=3.5, fill_color=POSTERIOR, fill_alpha=0.45, line_color=None
    )
    return plot


def _histogram(values: np.ndarray, name: str, ranges: dict[str, Range1d]) -> figure:
    edges = np.linspace(ranges[name].start, ranges[name].end, BINS + 1)
    counts, _ = np.histogram(values, bins=edges)
    plot = _small(ranges[name], Range1d(0, max(1, counts.max()) * 1.1), f"pair-{name}")
    plot.quad(
        left=edges[:-1],
        right=edges[1:],
        bottom=0,
        top=counts,
        fill_color=POSTERIOR,
        fill_alpha=0.6,
        line_color=None,
    )
    return plot


def _small(x_range: Range1d, y_range: Range1d, name: str) -> figure:
    plot = figure(
        x_range=x_range,
        y_range=y_range,
        tools="",
        height=PAIR_HEIGHT,
        min_width=40,
        sizing_mode="stretch_width",
        name=name,
    )
    plot.toolbar_location = None
    plot.min_border = BORDER
    plot.add_layout(  # the frame; an outline is not drawn in every theme
        BoxAnnotation(fill_color=MUTED, fill_alpha=0.07, line_color=MUTED, line_alpha=0.5, level="underlay")
    )
    plot.axis.visible = False
    plot.grid.visible = False
    return plot


def _label_edges(rows: list[list[figure]], names: list[str]) -> None:
    for row in rows:
        row[0].min_border_left = LEFT
    for row, name in zip(rows[1:], names[1:]):
        _label(row[0].yaxis[0], name)
    for plot, name in zip(rows[-1], names):
        plot.update(min_border_bottom=BELOW, height=PAIR_HEIGHT + BELOW - BORDER)
        _label(plot.xaxis[0], name)


def _label(axis: Axis, name: str) -> None:
    """Few, short numbers: a small figure has room for three."""
    axis.update(
        visible=True,
        axis_label=parameter_label(name),
        ticker=BasicTicker(desired_num_ticks=3, num_minor_ticks=0),
        formatter=NumeralTickFormatter(format="0.[00000]"),
        axis_label_text_font_size="12px",
        major_label_text_font_size="10px",
    )
