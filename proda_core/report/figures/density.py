"""Figure 37.2, scatter: modelled against observed density, counted where points lie thick."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.density import regression
from proda_core.comparison.labels import label, order
from proda_core.report.figures.panels import grid_of
from proda_core.report.style import DENSITY_UNIT, INK, number, styled

_GRID = 42  # hexagons across
_COUNTS = "cividis_r"
_SPAN = (0.002, 0.999)  # quantiles of all values that the axes reach


@styled
def density_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """One panel per method on logarithmic axes. frame : of ``comparison.density.densities``."""
    methods = order(frame["method"])
    lines = regression(frame).set_index("method")
    low, high = _limits(frame)
    columns = 2 if len(methods) in (2, 4) else 3
    figure, panels = grid_of(len(methods), note, columns=columns, height=11 / columns * 0.8)
    hexagons = [_panel(axes, frame[frame["method"] == m], low, high) for axes, m in zip(panels, methods)]
    most = max(float(h.get_array().max()) for h in hexagons)
    for axes, method, counted in zip(panels, methods, hexagons):
        counted.set_clim(1, max(most, 2))
        line = lines.loc[method]
        x = np.geomspace(low, high, 200)
        y = line["intercept"] + line["slope"] * x
        axes.plot(x[y > 0], y[y > 0], color="#d55e00", linewidth=1.8)
        axes.set_title(
            f"{label(method)}\nR² {number(line['r2'], 2)}, slope {number(line['slope'], 2)},"
            f" n {int(line['n']):,}"
        )
    bar = figure.colorbar(hexagons[0], ax=panels, location="bottom", shrink=0.5, aspect=40, pad=0.02)
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    bar.set_label("observations in a hexagon (grey: modelled = observed; red: linear regression)")
    return figure


def _panel(axes: Axes, part: pd.DataFrame, low: float, high: float):
    inside = part[part[["observed", "modelled"]].gt(0).all(axis=1)]
    x = inside["observed"].clip(low, high).to_numpy()
    y = inside["modelled"].clip(low, high).to_numpy()
    span = (np.log10(low), np.log10(high)) * 2
    counted = axes.hexbin(
        x,
        y,
        gridsize=_GRID,
        xscale="log",
        yscale="log",
        bins="log",
        mincnt=1,
        cmap=_COUNTS,
        linewidths=0.1,
        extent=span,
    )
    axes.plot([low, high], [low, high], color=INK, alpha=0.55, linewidth=0.9, linestyle="--")
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.set(xlabel=f"observed ({DENSITY_UNIT})", ylabel=f"modelled ({DENSITY_UNIT})")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
    return counted


def _limits(frame: pd.DataFrame) -> tuple[float, float]:
    """Ends of both axes [kgC m-3]; the few values beyond are drawn at the edge."""
    values = frame[["observed", "modelled"]].to_numpy().ravel()
    low, high = np.quantile(values[values > 0], _SPAN)
    return float(low), float(high)
