"""The empty map under every figure of places: axes or graticule of its projection, borders, zoom and pan."""

from __future__ import annotations

import numpy as np
from bokeh.models import BoxZoomTool, ColumnDataSource, DataRange1d, PanTool, ResetTool, WheelZoomTool
from bokeh.plotting import figure

from dashboard.plots import borders
from dashboard.plots.style import without_logo
from proda_core.figures.projection import MERCATOR, Box, Projection
from proda_core.figures.theme import MUTED

WEB_MERCATOR = Projection()


def to_mercator(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Web Mercator easting and northing [m] of longitudes and latitudes [degrees]."""
    return WEB_MERCATOR.project(lon, lat)


def box_around(lon: np.ndarray, lat: np.ndarray, margin: float = 0.0) -> Box:
    """Return the smallest box [degrees] around some points, with a margin [degrees] on each side.

    >>> box_around(np.array([-80.0, -70.0]), np.array([40.0, 45.0]), margin=0.25)
    (-80.25, 39.75, -69.75, 45.25)
    """
    ends = np.min(lon) - margin, np.min(lat) - margin, np.max(lon) + margin, np.max(lat) + margin
    return tuple(float(end) for end in ends)


def map_figure(
    box: Box, title: str, *, labels: bool = True, projection: Projection = WEB_MERCATOR, **options: object
) -> figure:
    """Return an empty map with borders, ready for marks in the plane of its projection.

    box : of the data [degrees]; borders are drawn in and around it
    labels : whether states are named
    """
    tools = [PanTool(), WheelZoomTool(zoom_on_axis=False), BoxZoomTool(match_aspect=True), ResetTool()]
    plot = figure(
        title=title,
        match_aspect=True,
        tools=tools,
        **_axes(projection) | {"x_range": DataRange1d(), "y_range": DataRange1d()} | options,
    )
    plot.toolbar.active_scroll = tools[1]
    without_logo(plot)
    _draw_borders(plot, box, projection, labels)
    if projection.rectilinear:
        plot.grid.visible = False
    else:
        _draw_graticule(plot, box, projection)
    return plot


def _axes(projection: Projection) -> dict[str, object]:
    """Return the axes of a figure: none where meridians are not along them, as the graticule says more."""
    if not projection.rectilinear:
        return {"x_axis_type": None, "y_axis_type": None}
    kind = "mercator" if projection.name == MERCATOR else "linear"
    named = {"x_axis_label": "longitude", "y_axis_label": "latitude"}
    return {"x_axis_type": kind, "y_axis_type": kind, **named}


def _draw_borders(plot: figure, box: Box, projection: Projection, labels: bool) -> None:
    _draw_line(plot, borders.county_lines(box, projection), line_alpha=0.25, line_width=0.6)
    _draw_line(plot, borders.state_lines(box, projection), line_alpha=0.9, line_width=1.2)
    if labels:
        _draw_text(plot, borders.state_labels(box, projection), text_font_size="12px")


def _draw_graticule(plot: figure, box: Box, projection: Projection) -> None:
    _draw_line(plot, borders.graticule_lines(box, projection), line_alpha=0.45, line_width=0.7)
    align = {"field": "align"}
    _draw_text(plot, borders.graticule_labels(box, projection), text_font_size="10px", text_align=align)


def _draw_line(plot: figure, columns: dict, **style: object) -> None:
    line = plot.line("x", "y", source=ColumnDataSource(columns), line_color=MUTED, level="underlay", **style)
    line.nonselection_glyph = None


def _draw_text(plot: figure, columns: dict, **style: object) -> None:
    source, style = ColumnDataSource(columns), {"text_align": "center"} | style
    text = plot.text(source=source, text_color=MUTED, text_baseline="middle", level="underlay", **style)
    text.nonselection_glyph = None
