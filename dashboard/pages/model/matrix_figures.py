"""The matrices of equation 37.1 as heat maps on a logarithmic colour scale.

Stay on Bokeh sources: they are redrawn each time a slider is released.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import (
    ColorBar,
    ColumnDataSource,
    FactorRange,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    LogColorMapper,
    LogTicker,
    Range1d,
    Span,
)
from bokeh.palettes import Cividis256
from bokeh.plotting import figure

from dashboard.plots.style import plain_figure
from proda_core.figures.theme import MUTED, number
from proda_core.vocabulary.pools import POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

RATE_UNIT = "yr⁻¹"
FRACTION_LIMITS = (1e-3, 1.0)
RATE_LIMITS = (1e-5, 100.0)  # yr-1
_PALETTE = tuple(Cividis256[::-1])  # larger is darker
_WHITE_TEXT_FROM = 0.55  # share of the colour scale above which text on a cell is white
_TRANSPARENT = "rgba(0,0,0,0)"


def transfer_columns(transfer: np.ndarray | None = None) -> dict[str, list]:
    """Return A between pools (receiver, donor) [1] as cells: donor, receiver, size, text and its colour."""
    columns: dict[str, list] = {name: [] for name in ("donor", "receiver", "size", "text", "text_colour")}
    if transfer is None:
        return columns
    for i, j in zip(*np.nonzero(transfer)):
        value = float(transfer[i, j])
        row = (POOLS[j], POOLS[i], abs(value), _entry(value), _text_colour(value))
        for name, part in zip(columns, row):
            columns[name].append(part)
    return columns


def layer_labels(grid: LayerGrid) -> list[str]:
    """Return the depth of each layer's node [m] as text, from the top."""
    return [f"{node:.2f}" for node in grid.layer_node]


def rate_columns(grid: LayerGrid | None = None, rates: np.ndarray | None = None) -> dict[str, list]:
    """Return xi K (pool, layer) [yr-1] as cells: pool, depth label, size."""
    if grid is None or rates is None:
        return {"pool": [], "depth": [], "size": []}
    pools = [pool for pool in POOLS for _ in range(grid.size)]
    return {"pool": pools, "depth": layer_labels(grid) * len(POOLS), "size": rates.ravel().tolist()}


def mixing_columns(grid: LayerGrid | None = None, mixing: np.ndarray | None = None) -> dict[str, list]:
    """Return the entries of V of one pool (layer, layer) [yr-1] that are not zero: from, to, size, value."""
    columns: dict[str, list] = {name: [] for name in ("donor", "receiver", "size", "value")}
    if grid is None or mixing is None:
        return columns
    labels = layer_labels(grid)
    for i, j in zip(*np.nonzero(mixing)):
        value = float(mixing[i, j])
        for name, part in zip(columns, (labels[j], labels[i], abs(value), value)):
            columns[name].append(part)
    return columns


def system_columns(system: np.ndarray | None = None) -> dict[str, list]:
    """Return A xi K - V (pool x layer, pool x layer) [yr-1] as an image, the first row on top."""
    if system is None:
        return {"image": [], "signed": []}
    flipped = system[::-1].astype(np.float32)  # Bokeh draws the first row at the bottom
    return {"image": [np.abs(flipped)], "signed": [flipped]}


def transfer_figure(source: ColumnDataSource) -> figure:
    """Draw A: the donor by column, the receiver by row."""
    plot = _grid("A: transfer between pools (1)", POOLS, POOLS, "from pool", "to pool", "matrix-A")
    mapper = _mapper(FRACTION_LIMITS)
    cells = _cells(plot, "donor", "receiver", source, mapper)
    plot.text(
        "donor",
        "receiver",
        text="text",
        source=source,
        text_color="text_colour",
        text_font_size="12px",
        text_align="center",
        text_baseline="middle",
    )
    tips = [("from", "@donor"), ("to", "@receiver"), ("entry of A", "@text")]
    plot.add_tools(HoverTool(renderers=[cells], tooltips=tips))
    return _add_colour_bar(plot, mapper)


def rates_figure(source: ColumnDataSource, grid: LayerGrid) -> figure:
    """Draw xi K: the decomposition rate of each pool, by depth."""
    title = f"ξK: decomposition rate ({RATE_UNIT})"
    plot = _grid(title, POOLS, layer_labels(grid), "pool", "depth (m)", "matrix-K")
    mapper = _mapper(RATE_LIMITS)
    cells = _cells(plot, "pool", "depth", source, mapper)
    tips = [("pool", "@pool"), ("depth", "@depth m"), ("rate", f"@size{{0.00000}} {RATE_UNIT}")]
    plot.add_tools(HoverTool(renderers=[cells], tooltips=tips))
    return _add_colour_bar(plot, mapper)


def mixing_figure(source: ColumnDataSource, grid: LayerGrid) -> figure:
    """Draw V: mixing between the layers of a pool, the same for every pool but coarse woody debris."""
    labels, title = layer_labels(grid), f"V: vertical mixing ({RATE_UNIT})"
    plot = _grid(title, labels, labels, "from depth (m)", "to depth (m)", "matrix-V")
    plot.xaxis.major_label_orientation = np.pi / 3
    mapper = _mapper(RATE_LIMITS)
    cells = _cells(plot, "donor", "receiver", source, mapper)
    tips = [("from", "@donor m"), ("to", "@receiver m"), ("entry of V", f"@value{{0.00000}} {RATE_UNIT}")]
    plot.add_tools(HoverTool(renderers=[cells], tooltips=tips))
    return _add_colour_bar(plot, mapper)


def system_figure(source: ColumnDataSource, grid: LayerGrid) -> figure:
    """Draw A xi K - V, with lines between the pools."""
    n, pools = grid.size, len(POOLS)
    plot = plain_figure(
        "matrix-system",
        "from pool (each with its layers)",
        "to pool",
        title=f"AξK − V: the whole system ({RATE_UNIT})",
        x_range=Range1d(0, pools * n),
        y_range=Range1d(0, pools * n),
    )
    _style_axes(plot)
    mapper = _mapper(RATE_LIMITS)
    image = plot.image(
        image="image", x=0, y=0, dw=pools * n, dh=pools * n, source=source, color_mapper=mapper
    )
    middle = [(i + 0.5) * n for i in range(pools)]
    for axis, names in ((plot.xaxis[0], POOLS), (plot.yaxis[0], POOLS[::-1])):
        axis.ticker = FixedTicker(ticks=middle)
        axis.major_label_overrides = dict(zip(middle, names))
    for edge in range(1, pools):
        for side in ("width", "height"):
            plot.add_layout(
                Span(location=edge * n, dimension=side, line_color=MUTED, line_width=0.7, line_alpha=0.6)
            )
    plot.add_tools(HoverTool(renderers=[image], tooltips=[("entry", f"@signed{{0.00000}} {RATE_UNIT}")]))
    return _add_colour_bar(plot, mapper)


def _grid(title: str, columns: tuple | list, rows: tuple | list, x: str, y: str, name: str) -> figure:
    plot = plain_figure(
        name,
        x,
        y,
        title=title,
        tools="save",
        x_range=FactorRange(factors=list(columns)),
        y_range=FactorRange(factors=list(rows)[::-1]),
    )
    _style_axes(plot)
    return plot


def _style_axes(plot: figure) -> None:
    plot.grid.visible = False
    plot.axis.major_tick_line_color = None
    plot.axis.minor_tick_line_color = None
    plot.outline_line_color = MUTED
    plot.outline_line_alpha = 0.4


def _cells(plot: figure, x: str, y: str, source: ColumnDataSource, mapper: LogColorMapper) -> GlyphRenderer:
    return plot.rect(
        x, y, 1, 1, source=source, fill_color={"field": "size", "transform": mapper}, line_color=None
    )


def _mapper(limits: tuple[float, float]) -> LogColorMapper:
    low, high = limits
    return LogColorMapper(
        palette=_PALETTE, low=low, high=high, low_color=_TRANSPARENT, nan_color=_TRANSPARENT
    )


def _add_colour_bar(plot: figure, mapper: LogColorMapper) -> figure:
    bar = ColorBar(
        color_mapper=mapper,
        ticker=LogTicker(desired_num_ticks=5),
        width=10,
        padding=4,
        bar_line_color=MUTED,
        bar_line_alpha=0.5,
    )
    plot.add_layout(bar, "right")
    return plot


def _entry(value: float) -> str:
    """Return the text of an entry.

    >>> _entry(-1.0), _entry(0.462), _entry(2e-5)
    ('−1', '0.46', '<0.001')
    """
    low = FRACTION_LIMITS[0]
    return f"<{low:g}" if 0 < value < low else number(value, 2)


def _text_colour(value: float) -> str:
    if abs(value) < FRACTION_LIMITS[0]:  # the cell is transparent: text on the page, light or dark
        return MUTED
    low, high = np.log10(FRACTION_LIMITS)
    return (
        "#ffffff" if (np.log10(max(abs(value), 1e-9)) - low) / (high - low) > _WHITE_TEXT_FROM else "#202020"
    )
