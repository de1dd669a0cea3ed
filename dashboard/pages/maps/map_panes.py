"""Maps side by side on the same cells: one data source, linked pan and zoom, one hover for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bokeh.models import (
    CDSView,
    ColorBar,
    ColumnDataSource,
    GlyphRenderer,
    HoverTool,
    IndexFilter,
    LinearColorMapper,
    Quad,
    Range,
    SaveTool,
    Span,
    TapTool,
)
from bokeh.plotting import figure

from dashboard.pages.maps.hover_format import formatters, reading
from dashboard.pages.maps.map_layers import Layer
from dashboard.plots.basemap import Box, map_figure
from dashboard.plots.palette import CARBON_PALETTE, DIFFERENCE_PALETTE, MUTED, OBSERVED
from dashboard.plots.viewport import map_ranges

MOST_PANES = 6
_EDGES = ("left", "right", "bottom", "top")
_NOTHING = "rgba(0,0,0,0)"
SLOTS: tuple[str, ...] = tuple(f"p{number}" for number in range(MOST_PANES))
DIFFERENCE_SLOT, SWIPE_SLOTS = "difference", ("before", "after")


@dataclass(frozen=True)
class Pane:
    """One map and what has to be changed when it shows something else."""

    plot: figure
    mapper: LinearColorMapper
    bar: ColorBar
    hover: HoverTool


@dataclass(frozen=True)
class SwipePane:
    """Two maps in one frame: cells west of the line show the first, east of it the second."""

    plot: figure
    mappers: tuple[LinearColorMapper, LinearColorMapper]
    bars: tuple[ColorBar, ColorBar]
    filters: tuple[IndexFilter, IndexFilter]
    line: Span
    hovers: tuple[HoverTool, HoverTool]


def linked_ranges() -> dict[str, Range]:
    """The ranges that all maps of a page share."""
    return map_ranges()


def pane_figure(slot: str, source: ColumnDataSource, box: Box, ranges: dict[str, Range]) -> Pane:
    """One map of the column ``slot``."""
    palette = DIFFERENCE_PALETTE if slot == DIFFERENCE_SLOT else CARBON_PALETTE
    mapper = LinearColorMapper(palette=palette, low=0, high=1, nan_color=_NOTHING)
    plot = map_figure(box, "", labels=False, name=f"map-{slot}", **ranges)
    hover = _cells(plot, slot, source, mapper)
    bar = colour_bar(mapper)
    plot.add_layout(bar, "below")
    return Pane(plot, mapper, bar, hover)


def swipe_figure(source: ColumnDataSource, box: Box, ranges: dict[str, Range]) -> SwipePane:
    """One map of the columns ``before`` and ``after``."""
    plot = map_figure(box, "", labels=False, name="map-swipe", **ranges)
    mappers, bars, filters, hovers = [], [], [], []
    for slot in SWIPE_SLOTS:
        mappers.append(LinearColorMapper(palette=CARBON_PALETTE, low=0, high=1, nan_color=_NOTHING))
        filters.append(IndexFilter([]))
        hovers.append(_cells(plot, slot, source, mappers[-1], CDSView(filter=filters[-1])))
        bars.append(colour_bar(mappers[-1]))
        plot.add_layout(bars[-1], "below")
    line = Span(dimension="height", line_color=OBSERVED, line_width=2.5, location=0)
    plot.add_layout(line)
    return SwipePane(plot, tuple(mappers), tuple(bars), tuple(filters), line, tuple(hovers))


def show_layer(pane: Pane, layer: Layer, limits: tuple[float, float], interval: str, words: str) -> None:
    """Title, colour scale and legend of a map; its values travel in the column of its slot.

    The title has two lines: six maps stand beside each other, and none is wide.
    """
    pane.mapper.update(low=limits[0], high=limits[1])
    pane.plot.title.text = f"{layer.title}\n{words}"
    pane.bar.title = layer.legend(interval)


def show_swipe(
    pane: SwipePane, layers: Sequence[Layer], limits: Sequence[tuple[float, float]], interval: str, note: str
) -> None:
    """Title, colour scales and legends of the two maps in one frame."""
    for mapper, bar, layer, (low, high) in zip(pane.mappers, pane.bars, layers, limits):
        mapper.update(low=low, high=high)
        bar.title = layer.legend(interval)
    first, second = layers
    pane.bars[1].visible = first.quantity != second.quantity
    names = f"{first.title} (west of the line) | {second.title} (east)"
    pane.plot.title.text = "\n".join(filter(None, (names, note)))


def tooltips(slots: Sequence[str], layers: Sequence[Layer]) -> list[tuple[str, str]]:
    """What hovering a cell reads: every map at once."""
    same = len({layer.words for layer in layers}) == 1
    tips = [
        (layer.title if same else layer.choice, reading(slot, layer.unit))
        for slot, layer in zip(slots, layers)
    ]
    return [*tips, ("cell", "@cell (@lon{0.00}°, @lat{0.00}°)")]


def split_at(columns: dict[str, np.ndarray], easting: float) -> tuple[list[int], list[int]]:
    """Rows of the cells west and east of an easting [m].

    >>> split_at({"left": np.array([0.0, 2.0]), "right": np.array([2.0, 4.0])}, 2.0)
    ([0], [1])
    """
    middle = (columns["left"] + columns["right"]) / 2
    return np.flatnonzero(middle < easting).tolist(), np.flatnonzero(middle >= easting).tolist()


def _cells(
    plot: figure,
    slot: str,
    source: ColumnDataSource,
    mapper: LinearColorMapper,
    view: CDSView | None = None,
) -> HoverTool:
    colour = {"field": slot, "transform": mapper}
    glyph = Quad(
        **{edge: edge for edge in _EDGES},
        fill_color=colour,
        line_color=colour,  # closes the hair between neighbours
        line_width=0.6,
    )
    chosen = Quad(**{e: e for e in _EDGES}, fill_color=colour, line_color=OBSERVED, line_width=3)
    cells = GlyphRenderer(
        data_source=source,
        glyph=glyph,
        selection_glyph=chosen,
        nonselection_glyph=glyph,
        level="image",
        **({"view": view} if view else {}),
    )
    plot.renderers.append(cells)
    plot.x_range.renderers = plot.y_range.renderers = [*(plot.x_range.renderers or []), cells]
    hover = HoverTool(renderers=[cells], tooltips=[("cell", "@cell")], formatters=formatters(source))
    plot.add_tools(hover, TapTool(renderers=[cells]))
    if not plot.select(SaveTool):
        plot.add_tools(SaveTool())
    return hover


def colour_bar(mapper: LinearColorMapper) -> ColorBar:
    """A flat colour bar to stand below a map."""
    return ColorBar(
        color_mapper=mapper,
        orientation="horizontal",
        height=10,
        padding=4,
        title_text_font_size="12px",
        bar_line_color=MUTED,
        bar_line_alpha=0.4,
    )
