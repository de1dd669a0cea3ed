"""Losses during training: training sites dashed, validation sites solid, one colour per network.

Stays on Bokeh sources, into which epochs are streamed: an element takes 0.05 s and a new figure each time, a
stream 0.001 s.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, LegendItem, NumeralTickFormatter
from bokeh.plotting import figure

from dashboard.plots.style import legend_above, plain_figure
from proda_core.figures.theme import CHAIN_COLOURS, MUTED, noted

MOST_MEMBERS = len(CHAIN_COLOURS)


def loss_columns(epochs: tuple = ()) -> dict[str, np.ndarray]:
    """Return epochs (number, training loss, validation loss) as columns."""
    table = np.array(epochs, dtype=float).reshape(-1, 3)
    return {"epoch": table[:, 0], "train": table[:, 1], "validation": table[:, 2]}


def loss_sources() -> list[ColumnDataSource]:
    """Return one empty source per member."""
    return [ColumnDataSource(loss_columns(), name=f"losses-{i}") for i in range(MOST_MEMBERS)]


def loss_figure(sources: list[ColumnDataSource]) -> figure:
    """Draw losses against epochs on a logarithmic axis."""
    plot = plain_figure("losses", "epoch", "loss", y_axis_type="log")
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    lines = []
    for source, colour in zip(sources, CHAIN_COLOURS):
        thin = plot.line(
            "epoch", "train", source=source, color=colour, line_width=1.2, line_dash="dashed", line_alpha=0.8
        )
        lines.append((thin, plot.line("epoch", "validation", source=source, color=colour, line_width=2.4)))
    labels = zip(("training sites", "validation sites"), lines[0])
    legend_above(plot, *(LegendItem(label=label, renderers=[line]) for label, line in labels))
    plot.outline_line_color, plot.outline_line_alpha = MUTED, 0.3
    return plot


def loss_title(losses: dict[int, tuple], note: str = "") -> str:
    """Return how many networks have been trained for how many epochs, and their best validation loss."""
    if not losses:
        return noted("Loss of the network", note)
    best = min(epoch[2] for epochs in losses.values() for epoch in epochs)
    count = len(losses)
    title = f"{count} network{'s' if count > 1 else ''}, {sum(map(len, losses.values())):,} epochs"
    return noted(f"{title}, best validation loss {best:.4g}", note)
