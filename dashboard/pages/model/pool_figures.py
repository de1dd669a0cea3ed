"""Carbon of the seven pools with depth, and the stocks and misfit of a setting.

Stays on Bokeh sources: they are redrawn with every move of a slider.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import DEPTH_LABEL, GRAMS_PER_KILOGRAM, STOCK_UNIT
from dashboard.plots.style import legend_above, plain_figure
from dashboard.plots.tables import html_table
from proda_core.figures.theme import MUTED, number
from proda_core.soil_model.observation import interpolate, stock
from proda_core.vocabulary.depth_intervals import label
from proda_core.vocabulary.pools import MEANINGS, POOLS, SOIL_POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

CURRENT = "#2f8fce"
POOL_COLOURS: Mapping[str, str] = MappingProxyType(
    dict(zip(POOLS, (MUTED, "#b5a800", "#e69f00", "#d55e00", "#cc79a7", "#56b4e9", "#009e73")))
)
STOCK_INTERVALS = ("0-30", "0-100", "0-200")  # cm
MIN_CARBON = 1e-4  # kgC m-3, left end of the logarithmic axis
_ZERO_CARBON = 1e-12  # gC m-3; a layer below it has no place on a logarithmic axis


def pool_columns(grid: LayerGrid | None = None, pools: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Return pools (pool, layer) [gC m-3] as one column each [kgC m-3], and depth [m]."""
    if grid is None or pools is None:
        return {name: np.zeros(0) for name in ("depth", *POOLS)}
    carbon = np.where(pools > _ZERO_CARBON, pools / GRAMS_PER_KILOGRAM, np.nan)
    return {"depth": grid.layer_node, **dict(zip(POOLS, carbon))}


def pools_figure(current: ColumnDataSource, default: ColumnDataSource, depth: Range1d) -> figure:
    """Draw carbon of each pool against depth on a logarithmic axis; the default run is dotted."""
    plot = plain_figure(
        "model-pools",
        "carbon of a pool (kgC m⁻³), logarithmic",
        DEPTH_LABEL,
        x_axis_type="log",
        x_range=Range1d(MIN_CARBON, 100.0),
        y_range=depth,
    )
    legend_above(plot, columns=4, orientation="vertical", spacing=2)
    for pool, meaning in zip(POOLS, MEANINGS):
        style = {"y": "depth", "color": POOL_COLOURS[pool]}
        plot.line(x=pool, source=default, line_dash="dotted", line_width=1.3, line_alpha=0.9, **style)
        line = plot.line(x=pool, source=current, line_width=2.6, legend_label=pool, **style)
        tips = [(meaning, f"@{pool}{{0.0000}} kgC m⁻³"), ("depth", "@depth{0.00} m")]
        plot.add_tools(HoverTool(renderers=[line], tooltips=tips, visible=False))
    return plot


def add_current(plot: figure, source: ColumnDataSource) -> None:
    """Draw the visitor's setting into the figure of a profile."""
    line = plot.line(
        "carbon", "depth", source=source, color=CURRENT, line_width=3, legend_label="your setting"
    )
    tips = [("depth", "@depth{0.00} m"), ("your setting", "@carbon{0.00} kgC m⁻³")]
    plot.add_tools(HoverTool(renderers=[line], tooltips=tips, visible=False))


def stocks_table(
    grid: LayerGrid, current: np.ndarray, default: np.ndarray, observed: tuple[np.ndarray, np.ndarray]
) -> str:
    """Return an HTML table of stocks and misfit of two profiles (layer) [gC m-3].

    observed : depth [m] and carbon [gC m-3]
    """
    rows = [
        (
            f"stock {label(name)} ({STOCK_UNIT})",
            *(number(float(stock(run, grid, name))) for run in (current, default)),
        )
        for name in STOCK_INTERVALS
    ]
    if len(observed[0]):
        misfits = (number(_rmse(run, *observed, grid)) for run in (current, default))
        rows.append(("RMSE to the observations (kgC m⁻³)", *misfits))
    return html_table(("", "Your setting", "CLM5 default"), rows, caption="Stocks of this setting")


def soil_carbon(pools: np.ndarray) -> np.ndarray:
    """Sum the soil pools of pools (pool, layer) to soil organic carbon (layer), both [gC m-3].

    >>> soil_carbon(np.ones((7, 2))).tolist()
    [3.0, 3.0]
    """
    return pools[[POOLS.index(pool) for pool in SOIL_POOLS]].sum(axis=0)


def _rmse(profile: np.ndarray, depth: np.ndarray, carbon: np.ndarray, grid: LayerGrid) -> float:
    error = interpolate(profile, depth, grid) - carbon
    return float(np.sqrt(np.mean(error**2))) / GRAMS_PER_KILOGRAM
