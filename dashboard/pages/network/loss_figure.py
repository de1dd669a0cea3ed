"""Loss of a network while it learns: training sites thin, validation sites thick, one colour per member."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, Legend, LegendItem, NumeralTickFormatter
from bokeh.plotting import figure

from dashboard.plots.labels import noted
from dashboard.plots.palette import CHAIN_COLOURS, MUTED

MOST_MEMBERS = len(CHAIN_COLOURS)


def loss_columns(epochs: tuple = ()) -> dict[str, np.ndarray]:
    """Epochs (number, training loss, validation loss) as columns."""
    table = np.array(epochs, dtype=float).reshape(-1, 3)
    return {"epoch": table[:, 0], "train": table[:, 1], "validation": table[:, 2]}


def empty_losses() -> list[ColumnDataSource]:
    """One empty source per member, to be streamed into."""
    return [ColumnDataSource(loss_columns(), name=f"losses-{i}") for i in range(MOST_MEMBERS)]


def loss_figure(sources: list[ColumnDataSource]) -> figure:
    """Loss against epoch, logarithmic."""
    plot = figure(
        title="",
        x_axis_label="epoch",
        y_axis_label="loss",
        y_axis_type="log",
        tools="pan,wheel_zoom,box_zoom,reset,save",
        name="losses",
    )
    plot.toolbar.logo = None
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    lines = []
    for source, colour in zip(sources, CHAIN_COLOURS):
        thin = plot.line(
            "epoch", "train", source=source, color=colour, line_width=1.2, line_dash="dashed", line_alpha=0.8
        )
        lines.append((thin, plot.line("epoch", "validation", source=source, color=colour, line_width=2.4)))
    items = [
        LegendItem(label="training sites", renderers=[lines[0][0]]),
        LegendItem(label="validation sites", renderers=[lines[0][1]]),
    ]
    plot.add_layout(Legend(items=items, orientation="horizontal", padding=2, border_line_alpha=0), "above")
    plot.outline_line_color, plot.outline_line_alpha = MUTED, 0.3
    return plot


def loss_title(losses: dict[int, tuple], note: str = "") -> str:
    """How many networks have learned for how long, and the best validation loss."""
    if not losses:
        return noted("Loss of the network", note)
    best = min(epoch[2] for epochs in losses.values() for epoch in epochs)
    count = len(losses)
    words = f"{count} network{'s' if count > 1 else ''}, {sum(map(len, losses.values())):,} epochs"
    return noted(f"{words}, best validation loss {best:.4g}", note)
