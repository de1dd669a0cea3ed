"""Chains of one site as they grow: trace of a parameter, running acceptance rate, misfit.

Stays on Bokeh sources: states are streamed several times a second, and what is drawn is never sent again. An
element would be built anew each time, 50 to 60 ms of processor time a figure; streaming to three chains takes
0.1 ms.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import (
    BasicTicker,
    BoxAnnotation,
    ColumnDataSource,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from dashboard.plots.labels import parameter_label
from dashboard.plots.style import legend_above, plain_figure
from proda_core.figures.theme import CHAIN_COLOURS, POSTERIOR, noted
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

SMALL_TOOLS = "xpan,xwheel_zoom,reset"  # more do not fit beside a small figure
RANGE_MARGIN = 1.3  # factor between the extremes of the misfit and the ends of its axis
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_LOW, _HIGH, _INSIDE = "window-low", "window-high", "window"  # names of the marks of the acceptance window
_FITTED = "fitted"  # tag of an axis whose range is that of the data


def chain_columns(
    iteration: np.ndarray, value: np.ndarray, acceptance: np.ndarray, misfit: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the lines of one chain, each (draw,): parameter value, acceptance rate and misfit."""
    columns = {"iteration": iteration, "value": value, "acceptance": acceptance, "misfit": misfit}
    return {name: np.asarray(column, dtype=np.float32) for name, column in columns.items()}


def empty_chains(count: int) -> list[ColumnDataSource]:
    """Return one empty source per chain, which all figures of the chains draw from."""
    return [ColumnDataSource(chain_columns([], [], [], [])) for _ in range(count)]


def trace_figure(sources: list[ColumnDataSource], parameter: str, prior: str, iterations: Range1d) -> figure:
    """Draw the trace of a parameter, one line per chain, over the range of its prior."""
    tools = "xpan,xwheel_zoom,box_zoom,reset,save"
    plot = growing_figure("trace", parameter_label(parameter), iterations, tools)
    legend_above(plot)
    set_trace_parameter(plot, parameter, prior)
    for chain, (source, colour) in enumerate(zip(sources, CHAIN_COLOURS), start=1):
        style = {"color": colour, "line_width": 1.2, "line_alpha": 0.85}
        plot.line("iteration", "value", source=source, legend_label=f"chain {chain}", **style)
    return plot


def set_trace_parameter(plot: figure, parameter: str, prior: str, owner: str = "", note: str = "") -> None:
    """Set title, axis label and axis range of a trace; ``owner`` as in "Site 9"."""
    low, high = PRIORS[prior].bounds[parameter]
    start = f"{owner} · " if owner else ""
    plot.title.text = noted(f"{start}{parameter}, {_MEANINGS[parameter]}", note)
    plot.yaxis[0].axis_label = parameter_label(parameter)
    plot.y_range.update(start=float(low), end=float(high))


def acceptance_figure(sources: list[ColumnDataSource], iterations: Range1d) -> figure:
    """Draw the running acceptance rate of every chain, and the window of :func:`set_acceptance_window`."""
    plot = growing_figure("acceptance", "accepted", iterations, SMALL_TOOLS)
    set_few_ticks(plot)
    plot.y_range.update(start=0.0, end=0.8)
    plot.yaxis.formatter = NumeralTickFormatter(format="0 %")
    plot.yaxis.ticker.desired_num_ticks = 4
    plot.add_layout(BoxAnnotation(name=_INSIDE, fill_color=POSTERIOR, fill_alpha=0.12, line_color=None))
    for name in (_LOW, _HIGH):
        style = {"line_color": POSTERIOR, "line_dash": "dotted", "line_width": 1.5}
        plot.add_layout(Span(name=name, dimension="width", **style))
    _draw_lines(plot, sources, "acceptance")
    return plot


def set_acceptance_window(plot: figure, window: tuple[float, float]) -> None:
    """Mark the acceptance rates outside which the schedule rejects a chain."""
    plot.select_one({"name": _INSIDE}).update(bottom=window[0], top=window[1])
    for name, edge in zip((_LOW, _HIGH), window):
        plot.select_one({"name": name}).location = edge


def misfit_figure(sources: list[ColumnDataSource], iterations: Range1d) -> figure:
    """Draw the misfit J of the states of every chain on a logarithmic axis."""
    plot = growing_figure("misfit", "misfit J", iterations, SMALL_TOOLS, y_axis_type="log")
    set_few_ticks(plot)
    plot.y_range.update(start=1.0, end=1e4)  # decades, until there are data
    plot.yaxis.ticker.desired_num_ticks = 4
    _draw_lines(plot, sources, "misfit")
    return plot


def reset_misfit_range(plot: figure) -> None:
    """Let the next values determine the range of the misfit axis."""
    plot.y_range.tags = []


def extend_misfit_range(plot: figure, values: np.ndarray) -> None:
    """Extend the range of the misfit axis to these values."""
    good = values[np.isfinite(values) & (values > 0)]
    if good.size:
        low, high = float(good.min()) / RANGE_MARGIN, float(good.max()) * RANGE_MARGIN
        if plot.y_range.tags == [_FITTED]:
            low, high = min(plot.y_range.start, low), max(plot.y_range.end, high)
        plot.y_range.update(start=low, end=high, tags=[_FITTED])


def set_chain_titles(acceptance: figure, misfit: figure, note: str) -> None:
    """Set the titles of the two small figures."""
    acceptance.title.text = noted("Running acceptance rate", note)
    misfit.title.text = noted("Misfit J of each chain", note)


def set_few_ticks(plot: figure) -> None:
    """Label few iterations: a small figure has no space for 15,000 beside 20,000."""
    plot.xaxis.ticker = BasicTicker(desired_num_ticks=4, num_minor_ticks=0)
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")


def _draw_lines(plot: figure, sources: list[ColumnDataSource], column: str) -> None:
    for source, colour in zip(sources, CHAIN_COLOURS):
        plot.line("iteration", column, source=source, color=colour, line_width=1.4, line_alpha=0.9)


def growing_figure(name: str, label: str, iterations: Range1d, tools: str, **options: object) -> figure:
    """Return an empty figure over iterations, whose range is shared."""
    options = {"x_range": iterations, "y_range": Range1d(0.1, 10), "outline": True} | options
    plot = plain_figure(name, "iteration", label, tools=tools, **options)
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot
