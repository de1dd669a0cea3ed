"""Chains while they run: the trace of a parameter, the running acceptance rate, the misfit."""

from __future__ import annotations

import numpy as np
from bokeh.models import (
    BasicTicker,
    BoxAnnotation,
    ColumnDataSource,
    Legend,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from dashboard.plots.labels import noted, unit
from dashboard.plots.palette import CHAIN_COLOURS, MUTED, POSTERIOR
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

ACCEPTANCE_WINDOW = (0.15, 0.50)  # outside it a chain is rejected [ch37]
SMALL_TOOLS = "xpan,xwheel_zoom,reset"  # as many as stand beside a small figure
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_UNITS = {p.name: p.unit for p in PARAMETERS}


def parameter_label(name: str) -> str:
    """Name and unit of a parameter as on an axis.

    >>> parameter_label("tau4s3"), parameter_label("q10")
    ('tau4s3 (yr)', 'q10')
    """
    shown = unit(_UNITS[name])
    return f"{name} ({shown})" if shown else name


def chain_columns(
    iteration: np.ndarray, value: np.ndarray, acceptance: np.ndarray, misfit: np.ndarray
) -> dict[str, np.ndarray]:
    """One chain's lines, each (draw,): value of the parameter in view, acceptance rate and misfit."""
    columns = {"iteration": iteration, "value": value, "acceptance": acceptance, "misfit": misfit}
    return {name: np.asarray(column, dtype=np.float32) for name, column in columns.items()}


def empty_chains(count: int) -> list[ColumnDataSource]:
    """One empty source per chain, to be streamed into; all figures of the chains draw from it."""
    return [ColumnDataSource(chain_columns([], [], [], [])) for _ in range(count)]


def trace_figure(sources: list[ColumnDataSource], parameter: str, prior: str, iterations: Range1d) -> figure:
    """Trace of one parameter, all chains; the axis is the prior's range, dashed the CLM5 default."""
    plot = _growing("", parameter_label(parameter), iterations, name="trace")
    relabel_trace(plot, parameter, prior)
    for chain, (source, colour) in enumerate(zip(sources, CHAIN_COLOURS), start=1):
        plot.line(
            "iteration",
            "value",
            source=source,
            color=colour,
            line_width=1.2,
            line_alpha=0.85,
            legend_label=f"chain {chain}",
        )
    return plot


def relabel_trace(plot: figure, parameter: str, prior: str, whose: str = "", note: str = "") -> None:
    """Point a trace figure at another parameter, or the chains of others: title, axis label, axis range."""
    low, high = PRIORS[prior].bounds[parameter]
    where = f"{whose} · " if whose else ""
    plot.title.text = noted(f"{where}{parameter}, {_MEANINGS[parameter]}", note)
    plot.yaxis[0].axis_label = parameter_label(parameter)
    plot.y_range.update(start=float(low), end=float(high))


def acceptance_figure(sources: list[ColumnDataSource], iterations: Range1d) -> figure:
    """Running acceptance rate of every chain, with the window in which a chain is kept."""
    plot = _growing("", "accepted", iterations, name="acceptance")
    plot.y_range.update(start=0.0, end=0.8)
    plot.yaxis.formatter = NumeralTickFormatter(format="0 %")
    plot.yaxis.ticker.desired_num_ticks = 4
    low, high = ACCEPTANCE_WINDOW
    plot.add_layout(
        BoxAnnotation(bottom=low, top=high, fill_color=POSTERIOR, fill_alpha=0.12, line_color=None)
    )
    for edge in ACCEPTANCE_WINDOW:
        plot.add_layout(
            Span(location=edge, dimension="width", line_color=POSTERIOR, line_dash="dotted", line_width=1.5)
        )
    _draw_lines(plot, sources, "acceptance")
    return plot


def misfit_figure(sources: list[ColumnDataSource], iterations: Range1d) -> figure:
    """Misfit J of the state of every chain, logarithmic."""
    plot = _growing("", "misfit J", iterations, y_axis_type="log", name="misfit")
    plot.y_range.update(start=1.0, end=1e4)  # decades until there is something to see
    plot.yaxis.ticker.desired_num_ticks = 4
    _draw_lines(plot, sources, "misfit")
    return plot


def few_ticks(plot: figure) -> None:
    """Iterations in thousands, few of them: a small figure has no room for 15,000 beside 20,000."""
    plot.xaxis.ticker = BasicTicker(desired_num_ticks=4, num_minor_ticks=0)
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")


def set_chain_titles(acceptance: figure, misfit: figure, note: str) -> None:
    """Titles of the two small figures."""
    acceptance.title.text = noted("Running acceptance rate", note)
    misfit.title.text = noted("Misfit J of each chain", note)


def extend_misfit_range(plot: figure, values: np.ndarray) -> None:
    """Make the logarithmic axis of the misfit reach over these values and all before."""
    good = values[np.isfinite(values) & (values > 0)]
    if good.size:
        room = 1.3
        low, high = float(good.min()) / room, float(good.max()) * room
        first = plot.y_range.tags != ["seen"]
        start = low if first else min(plot.y_range.start, low)
        end = high if first else max(plot.y_range.end, high)
        plot.y_range.update(start=start, end=end, tags=["seen"])


def _draw_lines(plot: figure, sources: list[ColumnDataSource], column: str) -> None:
    for source, colour in zip(sources, CHAIN_COLOURS):
        plot.line("iteration", column, source=source, color=colour, line_width=1.4, line_alpha=0.9)


def _growing(title: str, label: str, iterations: Range1d, **options) -> figure:
    plot = figure(
        title=title,
        x_axis_label="iteration",
        y_axis_label=label,
        x_range=iterations,
        tools="xpan,xwheel_zoom,box_zoom,reset,save" if options["name"] == "trace" else SMALL_TOOLS,
        y_range=Range1d(0.1, 10),
        **options,
    )
    plot.toolbar.logo = None
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    plot.outline_line_color = MUTED
    plot.outline_line_alpha = 0.3
    if options["name"] != "trace":
        few_ticks(plot)
    else:
        plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    return plot
