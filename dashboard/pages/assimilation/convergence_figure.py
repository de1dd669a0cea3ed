"""Gelman-Rubin and R-hat of the chains as they grow."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, Legend, Range1d, Span
from bokeh.plotting import figure

from dashboard.pages.assimilation.diagnostics_table import GELMAN_RUBIN_LIMIT, RHAT_LIMIT
from dashboard.plots.chain_traces import SMALL_TOOLS, few_ticks
from dashboard.plots.labels import noted
from dashboard.plots.palette import CHAIN_COLOURS, MUTED
from proda_core.assimilation.convergence import gelman_rubin, rank_diagnostics

FEWEST = 12  # states of each chain before anything is said
COLUMNS = ("iteration", "gelman_rubin", "rhat")


def running(draws: np.ndarray) -> tuple[float, float]:
    """Worst Gelman-Rubin and R-hat over all parameters of draws (chain, draw, parameter) so far.

    The first half of what there is counts as burn-in. NaN for too few draws; a single chain has an R-hat,
    which splits it, and no Gelman-Rubin.
    """
    kept = draws[:, draws.shape[1] // 2 :]
    if kept.shape[1] < FEWEST:
        return float("nan"), float("nan")
    with np.errstate(all="ignore"):
        between = _worst(gelman_rubin(kept)) if len(kept) > 1 else float("nan")
        return between, _worst(rank_diagnostics(kept)["rhat"])


def convergence_figure(source: ColumnDataSource, iterations: Range1d) -> figure:
    """Both diagnostics above one, logarithmic, with the limits below which they are good."""
    plot = figure(
        title="",
        x_axis_label="iteration",
        y_axis_label="worst of all parameters",
        x_range=iterations,
        y_range=Range1d(1, 3),
        tools=SMALL_TOOLS,
        name="convergence",
    )
    plot.toolbar.logo = None
    few_ticks(plot)
    plot.outline_line_color = MUTED
    plot.outline_line_alpha = 0.3
    plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    marks = (("gelman_rubin", "Gelman–Rubin", GELMAN_RUBIN_LIMIT), ("rhat", "R-hat", RHAT_LIMIT))
    for (name, words, limit), colour in zip(marks, CHAIN_COLOURS):
        plot.line("iteration", name, source=source, color=colour, line_width=2, legend_label=words)
        plot.scatter("iteration", name, source=source, color=colour, size=4)
        plot.add_layout(Span(location=limit, dimension="width", line_color=colour, line_dash="dotted"))
    return plot


def show_convergence(plot: figure, source: ColumnDataSource, note: str) -> None:
    """Title and axis of what has been streamed so far."""
    worst = np.array([*source.data["gelman_rubin"], *source.data["rhat"]], dtype=float)
    worst = worst[np.isfinite(worst)]
    top = float(np.clip(worst.max(initial=1.2) * 1.05, 1.2, 5.0))
    plot.y_range.update(start=0.98, end=top)
    plot.title.text = noted("Convergence so far", note)


def _worst(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else float("nan")
