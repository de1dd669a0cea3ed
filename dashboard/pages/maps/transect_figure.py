"""Maps along a line: the values of every map in view from one end to the other.

Stays on a Bokeh source: every tap draws it again, which takes 6 ms; an element of four lines takes 0.1 s
and a new figure in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, LegendItem, Range1d
from bokeh.plotting import figure

from dashboard.pages.maps.hover_format import value_formatters, value_tooltip
from dashboard.pages.maps.map_layers import Layer
from dashboard.plots.style import legend_above, plain_figure
from proda_core.comparison.cells import CELL_SIZE
from proda_core.figures.theme import CHAIN_COLOURS, PRODUCT_COLOURS, noted
from proda_core.sources.spherical_grid import KM_PER_DEGREE

STEP_DEGREES = 0.25  # between two samples of a slanting line


@dataclass(frozen=True, eq=False)
class Transect:
    """Rows of the cells that it crosses, their distance [km] from its beginning, and its path [degrees].

    Distances are measured on the sphere: they are the same in every projection of the maps.
    """

    rows: np.ndarray
    distance: np.ndarray
    path_lon: np.ndarray
    path_lat: np.ndarray


def transect(lon: np.ndarray, lat: np.ndarray, direction: str, cells: Sequence[int]) -> Transect:
    """Return the transect through some cells.

    lon, lat : (cell,) centres [degrees]
    direction : "row", "column" or "line"
    cells : rows: the tapped one, or the two ends of a "line"

    >>> lon, lat = np.array([0.25, 0.75, 1.25, 0.75]), np.array([0.25, 0.25, 0.25, 0.75])
    >>> transect(lon, lat, "row", [0]).rows.tolist(), transect(lon, lat, "column", [1]).rows.tolist()
    ([0, 1, 2], [1, 3])
    >>> transect(lon, lat, "line", [0, 2]).rows.tolist()
    [0, 1, 2]
    """
    first, last = cells[0], cells[-1]
    if direction == "line":
        path = _samples(lon, lat, first, last)
        rows = _rows_at(lon, lat, *path)
    else:
        fixed, along = (lat, lon) if direction == "row" else (lon, lat)
        rows = np.flatnonzero(np.isclose(fixed, fixed[first]))
        rows = rows[np.argsort(along[rows])]
        path = lon[rows], lat[rows]
    return Transect(rows, _distance(lon[rows], lat[rows]), *path)


def transect_columns(
    found: Transect, lon: np.ndarray, lat: np.ndarray, values: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the columns of the figure: distance [km], place [degrees], and ``values`` (cell) by slot."""
    rows = found.rows
    place = {"distance": found.distance, "lon": lon[rows], "lat": lat[rows]}
    return place | {slot: column[rows] for slot, column in values.items()}


def transect_figure(source: ColumnDataSource, slots: Sequence[str]) -> figure:
    """Return a figure with one line per slot; :func:`update_transect` says what they are."""
    plot = plain_figure(
        "transect",
        "distance (km)",
        tools="pan,xwheel_zoom,box_zoom,reset,save",
        y_range=Range1d(0, 1),
        outline=True,
    )
    lines = [plot.line("distance", s, source=source, line_width=2.2, name=f"line-{s}") for s in slots]
    items = (LegendItem(label=s, renderers=[line], visible=False) for s, line in zip(slots, lines))
    legend_above(plot, *items)
    hover = {"renderers": [], "formatters": value_formatters(source), "name": "read"}
    plot.add_tools(HoverTool(mode="vline", line_policy="nearest", **hover))
    return plot


def update_transect(
    plot: figure, layers: Mapping[str, Layer], limits: tuple[float, float], interval: str, note: str
) -> None:
    """Set colours, legend, axis and hover for the layers in view by slot; hide the other lines."""
    slots = list(layers)
    lines = {line.name.removeprefix("line-"): line for line in plot.renderers}
    for item, (slot, line) in zip(plot.legend[0].items, lines.items()):
        layer = layers.get(slot)
        line.visible = item.visible = layer is not None
        if layer is not None:
            other = CHAIN_COLOURS[slots.index(slot) % len(CHAIN_COLOURS)]
            line.glyph.line_color = PRODUCT_COLOURS.get(layer.product, other)
            item.label = {"value": layer.title}
    plot.y_range.update(start=min(0.0, limits[0]), end=limits[1])
    plot.yaxis[0].axis_label = next(iter(layers.values())).legend(interval)
    plot.title.text = noted("Transect", note)
    hover = plot.select_one(HoverTool)
    hover.renderers = [lines[slot] for slot in slots[:1]]
    values = [(layer.title, value_tooltip(slot, layer.unit)) for slot, layer in layers.items()]
    hover.tooltips = [*values, ("place", "@lat{0.00}°, @lon{0.00}°")]


def _samples(lon: np.ndarray, lat: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places [degrees] along the line of constant slope between two cells."""
    length = np.hypot(lon[last] - lon[first], lat[last] - lat[first])
    share = np.linspace(0, 1, max(2, int(np.ceil(length / STEP_DEGREES)) + 1))
    return lon[first] + share * (lon[last] - lon[first]), lat[first] + share * (lat[last] - lat[first])


def _rows_at(lon: np.ndarray, lat: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the rows of the cells in which places [degrees] are, each once, in their order."""
    index = zip(np.floor(lon / CELL_SIZE), np.floor(lat / CELL_SIZE))
    table = {(int(i), int(j)): row for row, (i, j) in enumerate(index)}
    found = (table.get((int(i), int(j))) for i, j in zip(np.floor(x / CELL_SIZE), np.floor(y / CELL_SIZE)))
    return np.array(list(dict.fromkeys(row for row in found if row is not None)), dtype=int)


def _distance(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return the distance [km] of places from the first one, along the line through them on the sphere."""
    if not len(lon):
        return np.zeros(0)
    east = np.diff(lon) * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    return np.concatenate([[0.0], np.cumsum(np.hypot(east, np.diff(lat)))]) * KM_PER_DEGREE
