"""Figure 37.3: products down, depth intervals across, one colour scale in each column."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.report.ground import Ground
from proda_core.report.style import SEQUENTIAL, STOCK_UNIT, WIDTH, blank, new_figure, readable_top, styled
from proda_core.vocabulary.depth_intervals import label as interval_label


@styled
def product_maps(frame: pd.DataFrame, note: str = "") -> Figure:
    """A grid of maps. frame : of ``comparison.map_products.map_products``."""
    products, intervals = order(frame["product"]), list(dict.fromkeys(frame["interval"]))
    on_cells = frame[frame["product"] != OBSERVED]
    ground = Ground(on_cells["lon"].to_numpy(), on_cells["lat"].to_numpy())
    width = (WIDTH - 0.4) / len(intervals) - 0.2
    figure = new_figure(len(products) * (width * ground.aspect + 0.16) + 1.1, note, layout="constrained")
    grid = figure.subplots(len(products), len(intervals), squeeze=False)
    for column, interval in enumerate(intervals):
        here = frame[frame["interval"] == interval]
        top = readable_top(here.loc[here["product"] != OBSERVED, "stock"].to_numpy())
        scale = {"cmap": SEQUENTIAL, "vmin": 0.0, "vmax": top}
        for row, product in enumerate(products):
            drawn = _panel(grid[row, column], ground, here[here["product"] == product], product, scale)
        grid[0, column].set_title(interval_label(interval), loc="center", fontweight="bold")
        bar = figure.colorbar(
            drawn,
            ax=list(grid[:, column]),
            location="bottom",
            shrink=0.85,
            aspect=32,
            fraction=0.02,
            pad=0.01,
            extend="max",
        )
        bar.set_label(f"stock, {interval_label(interval)} ({STOCK_UNIT})")
    for row, product in enumerate(products):
        grid[row, 0].set_ylabel(label(product).replace(" (", "\n("), fontweight="bold")
    return figure


def _panel(axes, ground: Ground, part: pd.DataFrame, product: str, scale: dict):
    ground.prepare(axes)
    lon, lat, stock = (part[name].to_numpy(float) for name in ("lon", "lat", "stock"))
    if product == OBSERVED:
        drawn = ground.points(axes, lon, lat, stock, **scale)
    else:
        drawn = ground.cells(axes, lon, lat, stock, **scale)
    if not np.isfinite(stock).any():
        blank(axes, "not mapped")
    return drawn
