"""Bulk processes as maps, and what skill and stock are lost where one part of the model is held."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from proda_core.comparison.labels import label, order
from proda_core.report.figures.panels import map_grid
from proda_core.report.ground import Ground
from proda_core.report.style import INK, SEQUENTIAL, colour, new_figure, readable_top, styled

_UNITS = {"1": "", "yr-1": "yr$^{-1}$", "yr": "yr", "gC m-2 yr-1": "gC m$^{-2}$ yr$^{-1}$"}
_NOTHING = "nothing"


@styled
def process_maps(frame: pd.DataFrame, note: str = "") -> Figure:
    """One map per process, each with its own scale. frame : of ``comparison.components.bulk_processes``."""
    names = list(dict.fromkeys(frame["process"]))
    ground = Ground(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    figure, panels = map_grid(len(names), ground, note, bars=True)
    for axes, name in zip(panels, names):
        part = frame[frame["process"] == name]
        lon, lat, value = (part[column].to_numpy() for column in ("lon", "lat", "value"))
        top = readable_top(value)
        cells = ground.cells(axes, lon, lat, value, cmap=SEQUENTIAL, vmin=0.0, vmax=top)
        axes.set_title(name.replace("_", " "))
        bar = figure.colorbar(
            cells, ax=axes, location="bottom", shrink=0.8, aspect=30, pad=0.02, extend="max"
        )
        unit = part["unit"].iloc[0]
        bar.set_label(_UNITS.get(unit, unit))
    return figure


@styled
def control_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """Two panels of bars. frame : of ``comparison.components.component_control``."""
    frame = frame[frame["group"] != _NOTHING]
    groups, products = list(dict.fromkeys(frame["group"])), order(frame["product"])
    figure = new_figure(1.3 + 0.42 * len(groups), note)
    panels = figure.subplots(1, 2, sharey=True)
    thick = 0.8 / len(products)
    shown = {
        "nse_lost": "efficiency lost on held-out sites",
        "change_0-200": "change of the carbon in all, 0–200 cm (PgC)",
    }
    for axes, (column, title) in zip(panels, shown.items()):
        for i, product in enumerate(products):
            value = frame[frame["product"] == product].set_index("group")[column].reindex(groups)
            y = np.arange(len(groups)) + (i - (len(products) - 1) / 2) * thick
            axes.barh(y, value, height=0.9 * thick, color=colour(product), label=label(product))
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        axes.set_title(title)
    panels[0].set_yticks(range(len(groups)), [name.replace("_", " ") for name in groups])
    panels[0].set_ylim(len(groups) - 0.4, -0.6)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(products))
    return figure
