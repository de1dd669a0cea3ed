"""Gelman-Rubin and R-hat of the chains as they grow.

Stays on Bokeh sources: values are streamed while the chains run.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, Range1d, Span
from bokeh.plotting import figure

from dashboard.pages.assimilation.diagnostics_table import GELMAN_RUBIN_LIMIT, RHAT_LIMIT
from dashboard.pages.assimilation.trace_figures import SMALL_TOOLS, growing_figure, set_few_ticks
from dashboard.plots.style import legend_above
from proda_core.assimilation.convergence import gelman_rubin, rank_diagnostics
from proda_core.figures.theme import CHAIN_COLOURS, noted
from proda_core.records.convergence import Limits

MIN_STATES = 12  # of each chain, below which there is no diagnostic
COLUMNS = ("iteration", "gelman_rubin", "rhat")
TOP_RANGE = (1.2, 5.0)  # least and largest upper end of the axis


def running_diagnostics(draws: np.ndarray) -> tuple[float, float]:
    """Compute the worst Gelman-Rubin and R-hat over all parameters of draws (chain, draw, parameter).

    The first half is discarded as burn-in. NaN for too few draws; for a single chain Gelman-Rubin is NaN, and
    R-hat compares its halves.
    """
    kept = draws[:, draws.shape[1] // 2 :]
    if kept.shape[1] < MIN_STATES:
        return float("nan"), float("nan")
    with np.errstate(all="ignore"):
        between = _worst(gelman_rubin(kept)) if len(kept) > 1 else float("nan")
        return between, _worst(rank_diagnostics(kept)["rhat"])


def convergence_figure(source: ColumnDataSource, iterations: Range1d) -> figure:
    """Draw both diagnostics, with the limits below which chains agree."""
    plot = growing_figure(
        "convergence", "worst of all parameters", iterations, SMALL_TOOLS, y_range=Range1d(1, 3)
    )
    set_few_ticks(plot)
    legend_above(plot)
    marks = (("gelman_rubin", "Gelman–Rubin", GELMAN_RUBIN_LIMIT), ("rhat", "R-hat", RHAT_LIMIT))
    for (name, label, limit), colour in zip(marks, CHAIN_COLOURS):
        plot.line("iteration", name, source=source, color=colour, line_width=2, legend_label=label)
        plot.scatter("iteration", name, source=source, color=colour, size=4)
        line = {"dimension": "width", "line_color": colour, "line_dash": "dotted"}
        plot.add_layout(Span(location=limit, name=name, **line))
    return plot


def set_limits(plot: figure, limits: Limits) -> None:
    """Draw the limits of the schedule, or the customary ones where it has none."""
    lines = plot.select(Span)
    for name, limit in (
        ("gelman_rubin", limits.gelman_rubin or GELMAN_RUBIN_LIMIT),
        ("rhat", limits.rhat or RHAT_LIMIT),
    ):
        next(line for line in lines if line.name == name).location = limit


def update_convergence(plot: figure, source: ColumnDataSource, note: str) -> None:
    """Set title and axis range after values were streamed."""
    worst = np.array([*source.data["gelman_rubin"], *source.data["rhat"]], dtype=float)
    worst = worst[np.isfinite(worst)]
    top = float(np.clip(worst.max(initial=TOP_RANGE[0]) * 1.05, *TOP_RANGE))
    plot.y_range.update(start=0.98, end=top)
    plot.title.text = noted("Convergence so far", note)


def _worst(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else float("nan")
