"""Figure 37.2, maps: where each method has too much carbon and where too little."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from proda_core.comparison.labels import label, order
from proda_core.report.figures.panels import map_grid
from proda_core.report.ground import Ground
from proda_core.report.style import DIVERGING, STOCK_UNIT, number, styled
from proda_core.vocabulary.depth_intervals import label as interval_label


@styled
def deviation_maps(frame: pd.DataFrame, note: str = "") -> Figure:
    """One map per method. frame : of ``comparison.deviation.profile_deviation``."""
    methods = order(frame["method"])
    ground = Ground(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    figure, panels = map_grid(len(methods), ground, note)
    for axes, method in zip(panels, methods):
        part = frame[frame["method"] == method]
        # the largest departures on top
        part = part.iloc[part["scaled"].abs().argsort(kind="stable")]
        marks = ground.points(
            axes,
            part["lon"].to_numpy(),
            part["lat"].to_numpy(),
            part["scaled"].to_numpy(),
            cmap=DIVERGING,
            vmin=-1,
            vmax=1,
        )
        ends = f"5 %: {number(part['low'].iloc[0])}, 95 %: {number(part['high'].iloc[0])} {STOCK_UNIT}"
        axes.set_title(f"{label(method)}\n{ends}")
    interval = interval_label(frame["interval"].iloc[0])
    bar = figure.colorbar(
        marks,
        ax=list(panels),
        location="bottom",
        shrink=0.5,
        aspect=40,
        fraction=0.05,
        pad=0.02,
        ticks=[-1, -0.5, 0, 0.5, 1],
    )
    bar.set_label(
        f"modelled minus measured stock, {interval}, scaled by its 5 % and 95 % quantiles (blue: too little)"
    )
    return figure
