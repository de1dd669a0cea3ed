"""Maps cut along a line: the values of every map in view from one end to the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Legend, LegendItem, Range1d
from bokeh.plotting import figure

from dashboard.pages.maps.hover_format import formatters, reading
from dashboard.pages.maps.map_layers import Layer
from dashboard.plots.labels import noted
from dashboard.plots.palette import CHAIN_COLOURS, MUTED, PRODUCT_COLOURS
from proda_core.sources.spherical_grid import KM_PER_DEGREE

STEP = 0.25  # degrees between two samples of a slanting line
HALF = 0.5  # degrees; cells are half a degree wide


def stations(
    lon: np.ndarray, lat: np.ndarray, way: str, cells: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the cells that a transect crosses, and the distance [km] of each from its beginning.

    lon, lat : (cell,) centres [degrees]; ``cells`` are rows: the tapped one, or the two ends of a "line"

    >>> lon, lat = np.array([0.25, 0.75, 1.25, 0.75]), np.array([0.25, 0.25, 0.25, 0.75])
    >>> stations(lon, lat, "row", [0])[0].tolist(), stations(lon, lat, "column", [1])[0].tolist()
    ([0, 1, 2], [1, 3])
    >>> stations(lon, lat, "line", [0, 2])[0].tolist()
    [0, 1, 2]
    """
    first, last = cells[0], cells[-1]
    if way == "row":
        rows = np.flatnonzero(np.isclose(lat, lat[first]))
        rows = rows[np.argsort(lon[rows])]
    elif way == "column":
        rows = np.flatnonzero(np.isclose(lon, lon[first]))
        rows = rows[np.argsort(lat[rows])]
    else:
        rows = _crossed(lon, lat, first, last)
    return rows, _distance(lon[rows], lat[rows])


def transect_columns(
    rows: np.ndarray, distance: np.ndarray, lon: np.ndarray, lat: np.ndarray, layers: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Columns of the figure: distance [km], place [degrees], and the values of each slot (cell)."""
    place = {"distance": distance, "lon": lon[rows], "lat": lat[rows]}
    return place | {slot: values[rows] for slot, values in layers.items()}


def transect_figure(source: ColumnDataSource, slots: Sequence[str]) -> figure:
    """One line per slot; :func:`show_transect` says what they are."""
    plot = figure(
        title="",
        x_axis_label="distance (km)",
        tools="pan,xwheel_zoom,box_zoom,reset,save",
        name="transect",
        y_range=Range1d(0, 1),
    )
    plot.toolbar.logo = None
    plot.outline_line_color = MUTED
    plot.outline_line_alpha = 0.3
    plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    for slot in slots:
        line = plot.line("distance", slot, source=source, line_width=2.2, name=f"line-{slot}")
        plot.legend[0].items.append(LegendItem(label=slot, renderers=[line], visible=False))
    read = {"renderers": [], "formatters": formatters(source), "name": "read"}
    plot.add_tools(HoverTool(mode="vline", line_policy="nearest", **read))
    return plot


def show_transect(
    plot: figure,
    layers: Mapping[str, Layer],
    limits: tuple[float, float],
    interval: str,
    note: str,
) -> None:
    """Colours, legend, axis and hover for the layers in view by slot; the others keep silent."""
    shown = dict(layers)
    slots = list(shown)
    lines = {line.name.removeprefix("line-"): line for line in plot.renderers}
    for item, (slot, line) in zip(plot.legend[0].items, lines.items()):
        layer = shown.get(slot)
        line.visible = item.visible = layer is not None
        if layer is not None:
            line.glyph.line_color = PRODUCT_COLOURS.get(layer.product, _spare(slots.index(slot)))
            item.label = {"value": layer.title}
    plot.y_range.update(start=min(0.0, limits[0]), end=limits[1])
    plot.yaxis[0].axis_label = next(iter(shown.values())).legend(interval)
    plot.title.text = noted("Transect", note)
    hover = plot.select_one(HoverTool)
    first = next((lines[slot] for slot in shown), None)
    hover.renderers = [first] if first else []
    values = [(layer.title, reading(slot, layer.unit)) for slot, layer in shown.items()]
    hover.tooltips = [*values, ("place", "@lon{0.00}°, @lat{0.00}°")]


def _crossed(lon: np.ndarray, lat: np.ndarray, first: int, last: int) -> np.ndarray:
    length = np.hypot(lon[last] - lon[first], lat[last] - lat[first])
    share = np.linspace(0, 1, max(2, int(np.ceil(length / STEP)) + 1))
    x, y = lon[first] + share * (lon[last] - lon[first]), lat[first] + share * (lat[last] - lat[first])
    table = {
        (int(i), int(j)): row for row, (i, j) in enumerate(zip(np.floor(lon / HALF), np.floor(lat / HALF)))
    }
    met = (table.get((int(i), int(j))) for i, j in zip(np.floor(x / HALF), np.floor(y / HALF)))
    return np.array(list(dict.fromkeys(row for row in met if row is not None)), dtype=int)


def _distance(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    if not len(lon):
        return np.zeros(0)
    east = np.diff(lon) * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    return np.concatenate([[0.0], np.cumsum(np.hypot(east, np.diff(lat)))]) * KM_PER_DEGREE


def _spare(number: int) -> str:
    return CHAIN_COLOURS[number % len(CHAIN_COLOURS)]
