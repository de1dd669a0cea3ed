"""Profiles of every product of a run, drawn into a profile figure beside the observations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from bokeh.models import ColumnDataSource, LegendItem
from bokeh.plotting import figure

from dashboard.plots.palette import product_title
from dashboard.plots.profile import band_columns, line_columns
from dashboard.plots.style import draw_band
from proda_core.figures.theme import MUTED, PRODUCT_COLOURS
from proda_core.vocabulary.soil_layers import LayerGrid

WITHOUT_BAND = "default"  # has no posterior
PRODUCTS: tuple[str, ...] = ("default", "batch", "end_to_end", "proda", "site_level")
_DASHES = {"default": "dashed", "batch": "dotdash", "end_to_end": "dotted"}


def product_sources() -> dict[str, ColumnDataSource]:
    """Return one empty source per product."""
    return {name: ColumnDataSource(band_columns()) for name in PRODUCTS}


def draw_products(plot: figure, sources: Mapping[str, ColumnDataSource]) -> None:
    """Draw a line per product, with a band where it has one; the legend names those that have data."""
    plot.legend[0].ncols = 3
    for name, source in sources.items():
        colour = PRODUCT_COLOURS[name]
        bands = [] if name == WITHOUT_BAND else [draw_band(plot, source, colour)]
        line = plot.line(
            "carbon",
            "depth",
            source=source,
            color=colour,
            line_width=2.5,
            line_dash=_DASHES.get(name, "solid"),
            name=f"profile-{name}",
        )
        label = {"value": product_title(name)}
        plot.legend[0].items.append(LegendItem(label=label, renderers=[line, *bands], visible=False))


def update_products(
    plot: figure,
    sources: Mapping[str, ColumnDataSource],
    grid: LayerGrid,
    carbon: Mapping[str, np.ndarray],
    bands: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
) -> None:
    """Update profiles (layer) [gC m-3] by product; products that are not given disappear."""
    for name, source in sources.items():
        profile = carbon.get(name)
        line = line_columns(grid, profile)
        low, high = (bands or {}).get(name, (None, None))
        ends = [
            line_columns(grid, end)["carbon"] if end is not None else line["carbon"] for end in (low, high)
        ]
        source.data = line | {"low": ends[0], "high": ends[1]}
        for item in plot.legend[0].items:
            if item.renderers and item.renderers[0].name == f"profile-{name}":
                item.visible = profile is not None


def draw_neighbours(plot: figure, source: ColumnDataSource) -> None:
    """Draw observed profiles of other sites (xs, ys), faint."""
    lines = plot.multi_line(
        "xs", "ys", source=source, line_color=MUTED, line_alpha=0.45, line_width=1, name="neighbours"
    )
    plot.legend[0].items.append(LegendItem(label={"value": "neighbours"}, renderers=[lines]))
