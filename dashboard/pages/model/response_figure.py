"""Change of the carbon stock in the years after a step change of climate."""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource, Span
from bokeh.plotting import figure

from dashboard.pages.model.pool_figures import POOL_COLOURS
from dashboard.plots.labels import STOCK_UNIT
from dashboard.plots.style import legend_above, plain_figure
from proda_core.figures.theme import MUTED
from proda_core.vocabulary.pools import POOLS


def response_columns(found: xr.Dataset | None = None) -> dict[str, np.ndarray]:
    """Return the change of each pool's stock and of their sum since the start, each (time) [kgC m-2]."""
    if found is None:
        return {name: np.zeros(0) for name in ("time", "total", *POOLS)}
    change = (found["stock"] - found["stock"].isel(time=0)).transpose("pool", "time").values
    return {"time": found["time"].values, "total": change.sum(axis=0), **dict(zip(POOLS, change))}


def response_figure(source: ColumnDataSource, steady_state: Span) -> figure:
    """Draw the columns over time; ``steady_state`` marks the new steady state of their sum."""
    plot = plain_figure("response", "years after the change", f"change of the stock ({STOCK_UNIT})")
    legend_above(plot, columns=4, orientation="vertical", spacing=2)
    plot.add_layout(steady_state)
    plot.line("time", "total", source=source, line_width=3.5, color=MUTED, legend_label="whole column")
    for pool in POOLS:
        plot.line("time", pool, source=source, line_width=1.8, color=POOL_COLOURS[pool], legend_label=pool)
    return plot


def response_title(found: xr.Dataset) -> str:
    """Return the title: the change at the end of the period, and at the new steady state."""
    stock = found["stock"].sum("pool").values
    ends = float(stock[-1] - stock[0]), equilibrium_change(found)
    at_end, at_equilibrium = (f"{value:+.2f}".replace("-", "−") for value in ends)
    years = int(found["time"].values[-1])
    return f"{at_end} {STOCK_UNIT} after {years} years, {at_equilibrium} at the new steady state"


def equilibrium_change(found: xr.Dataset) -> float:
    """Compute the change of the column's stock from the start to the new steady state [kgC m-2]."""
    return float(found["end"].sum() - found["stock"].isel(time=0).sum())
