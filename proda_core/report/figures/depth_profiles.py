"""Carbon against depth by vegetation class: medians, the middle half as a band."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.comparison.places import vegetation_order
from proda_core.records.checks import expect
from proda_core.report.figures.panels import grid_of
from proda_core.report.style import DENSITY_UNIT, colour, styled

BANDS = (OBSERVED, "proda")  # more bands than two hide each other
LEAST_SLICES = 3  # of depth; fewer make no profile
_TICKS = (0, 1, 5, 10, 25, 50, 100, 200)  # kgC m-3


@styled
def depth_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """One panel per class. frame : of ``comparison.depth_profiles.profiles_by_class``."""
    slices = frame.groupby("vegetation")["depth"].nunique()
    frame = frame[frame["vegetation"].isin(slices.index[slices >= LEAST_SLICES])]
    expect(len(frame) > 0, f"no vegetation class is measured in {LEAST_SLICES} slices of depth")
    classes, products = vegetation_order(frame["vegetation"]), order(frame["product"])
    figure, panels = grid_of(len(classes), note, columns=3, height=2.75, sharex=True, sharey=True)
    for axes, name in zip(panels, classes):
        part = frame[frame["vegetation"] == name]
        for product in products:
            _line(axes, part[part["product"] == product], product)
        count = part.loc[part["product"] == OBSERVED, "n"].sum()
        axes.set_title(f"{name} ({int(count):,} observations)")
        axes.grid()
    top = 1.05 * float(np.nanmax(frame["high"]))
    for axes in panels:
        # the root shows the subsoil and, unlike a logarithm, layers without carbon
        axes.set_xscale("function", functions=(_root, np.square))
        axes.set(xlim=(0, top), ylim=(2.0, 0.0), xticks=[tick for tick in _TICKS if tick < top])
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(f"density ({DENSITY_UNIT})")
        axes.set_ylabel("depth (m)" if axes.get_subplotspec().is_first_col() else "")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(products))
    return figure


def _root(density: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(density, 0))


def _line(axes: Axes, part: pd.DataFrame, product: str) -> None:
    observed = product == OBSERVED
    style = {"color": colour(product), "linewidth": 2.2 if observed else 1.5}
    axes.plot(
        part["median"],
        part["depth"],
        "o-" if observed else "-",
        markersize=3.5,
        label=label(product),
        **style,
    )
    if product in BANDS:
        axes.fill_betweenx(
            part["depth"], part["low"], part["high"], color=style["color"], alpha=0.16, linewidth=0
        )
