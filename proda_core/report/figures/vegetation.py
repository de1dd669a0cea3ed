"""Figure 37.5: stocks by vegetation class, measured and of every product, with half a standard deviation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.comparison.places import vegetation_order
from proda_core.records.checks import expect
from proda_core.report.style import FAINT, INK, STOCK_UNIT, colour, marker, new_figure, styled
from proda_core.vocabulary.depth_intervals import label as interval_label

_ROOM = 0.74  # of a class's width that its marks take
LEAST_SITES = 3  # fewer have no spread worth a mark; the table has them


@styled
def vegetation_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """One panel per interval. frame : of ``comparison.vegetation.by_vegetation``."""
    frame = frame[frame["n"] >= LEAST_SITES]
    expect(len(frame) > 0, f"no vegetation class has {LEAST_SITES} profiles that carry a stock")
    classes, products = vegetation_order(frame["vegetation"]), order(frame["product"])
    intervals = list(dict.fromkeys(frame["interval"]))
    figure = new_figure(2.35 * len(intervals) + 0.7, note)
    panels = np.atleast_1d(figure.subplots(len(intervals), 1))
    for axes, interval in zip(panels, intervals):
        _panel(axes, frame[frame["interval"] == interval], classes, products)
        axes.set_title(interval_label(interval))
        axes.set_ylabel(f"stock ({STOCK_UNIT})")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=len(products) if len(products) < 6 else 4
    )
    return figure


def _panel(axes: Axes, part: pd.DataFrame, classes: list[str], products: list[str]) -> None:
    offsets = np.linspace(-_ROOM / 2, _ROOM / 2, len(products))
    for offset, product in zip(offsets, products):
        row = part[part["product"] == product].set_index("vegetation").reindex(classes)
        x = np.arange(len(classes)) + offset
        observed = product == OBSERVED
        axes.errorbar(
            x,
            row["mean"],
            yerr=[row["mean"] - row["low"], row["high"] - row["mean"]],
            fmt="o" if observed else marker(product),
            color=colour(product),
            markersize=6.5 if observed else 5,
            elinewidth=2.4 if observed else 1.5,
            label=label(product),
        )
    for x in range(1, len(classes)):
        axes.axvline(x - 0.5, color=FAINT, linewidth=0.8)
    count = part[part["product"] == products[0]].set_index("vegetation")["n"].reindex(classes).fillna(0)
    names = [f"{name.replace(' ', chr(10))}\n{_count_text(int(n))}" for name, n in count.items()]
    axes.set_xticks(range(len(classes)), names)
    axes.set_xlim(-0.5, len(classes) - 0.5)
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y")
    axes.spines["bottom"].set_color(INK)


def _count_text(n: int) -> str:
    return f"n = {n:,}" if n else f"n < {LEAST_SITES}"
