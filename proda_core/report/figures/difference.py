"""Where two products differ: maps of one minus the other, centred on zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from proda_core.comparison.labels import label
from proda_core.report.figures.panels import map_grid
from proda_core.report.ground import Ground
from proda_core.report.style import DIVERGING, STOCK_UNIT, number, readable_top, styled
from proda_core.vocabulary.depth_intervals import label as interval_label


@styled
def difference_maps(frames: Sequence[pd.DataFrame], note: str = "") -> Figure:
    """One map per pair of products, one colour scale. frames : of ``comparison.map_products.difference``."""
    first = frames[0]
    ground = Ground(first["lon"].to_numpy(), first["lat"].to_numpy())
    figure, panels = map_grid(len(frames), ground, note, columns=2)
    end = readable_top(np.abs(np.concatenate([frame["difference"].to_numpy() for frame in frames])), 0.95)
    for axes, frame in zip(panels, frames):
        lon, lat, away = (frame[name].to_numpy() for name in ("lon", "lat", "difference"))
        cells = ground.cells(axes, lon, lat, away, cmap=DIVERGING, vmin=-end, vmax=end)
        median = number(float(np.nanmedian(away)))
        axes.set_title(f"{label(frame.attrs['one'])} minus {label(frame.attrs['two'])} (median {median})")
    bar = figure.colorbar(
        cells, ax=panels, location="bottom", shrink=0.5, aspect=40, fraction=0.05, pad=0.02, extend="both"
    )
    interval = interval_label(first.attrs["interval"])
    bar.set_label(f"difference of the stock, {interval} ({STOCK_UNIT}; blue: the first has less)")
    return figure
