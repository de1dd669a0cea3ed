"""The part of a map in view: fitted into the map's frame, and reported when it has been moved.

Both happen in the browser, which alone knows how large a frame is. Only what a visitor has moved is reported;
a map that shows all of its data, or just what it was asked to show, reports nothing.
"""

from __future__ import annotations

import math

from bokeh.models import ColumnDataSource, CustomJS, DataRange1d, Range
from bokeh.plotting import figure

from dashboard.plots.basemap import WEB_MERCATOR
from proda_core.figures.projection import ALBERS, GEOGRAPHIC, MERCATOR, Projection

REST_MS = 400  # without a move until the view is reported
_EQUATOR = 2 * math.pi * 6378137  # m, Web Mercator: the sphere has the equator of WGS 84
# Least width of a map, more than the dot of a site can be wrong by, and the greatest, in units of the plane.
_WIDTHS = {
    MERCATOR: (1000.0, _EQUATOR),  # m
    ALBERS: (1000.0, _EQUATOR / 2),  # m
    GEOGRAPHIC: (0.01, 360.0),  # degrees
}

_PADDING, _GRATICULE_PADDING = 0.1, 0.32  # of the width of the data; labels of a graticule are beside it

# Fits the box that was last requested into the frame of a plot; a unit is as long across as up.
_FIT = """
const plot = frame ?? cb_obj
const {inner_width: wide, inner_height: high} = plot
const {x_range: x, y_range: y} = plot
if (x.min_interval != null && wide > 0 && high > 0) {  // both limits bind at once: units stay square
  const [min_interval, max_interval] = [x.min_interval, x.max_interval].map(end => end * high / wide)
  y.setv({min_interval, max_interval})
}
const box = [...(requested.data.box ?? requested.data.get('box'))]
if (frame != null || x.box === undefined) x.box = box.length == 4 ? box : null
if (wide > 0 && high > 0 && !(frame == null && x.moving)) fit()

function fit() {
  if (x.box == null) {
    if (frame != null && x.have_updated_interactively) plot.reset.emit()
    return
  }
  const [west, south, east, north] = x.box
  const [least, most] = [(x.min_interval ?? 0) / wide, (x.max_interval ?? Infinity) / wide]
  const scale = Math.min(Math.max((east - west) / wide, (north - south) / high, least), most)
  const [right, up] = [scale * wide / 2, scale * high / 2]
  const [lon, lat] = [(west + east) / 2, (south + north) / 2]
  x.fitted = [lon - right, lat - up, lon + right, lat + up]
  x.have_updated_interactively = y.have_updated_interactively = true
  x.setv({start: x.fitted[0], end: x.fitted[2]})
  y.setv({start: x.fitted[1], end: x.fitted[3]})
}
"""

# Reports the ranges once they have rested; an empty box where the map shows all of its data again.
_REPORT = """
const shows_all = () => !x.have_updated_interactively
if (shows_all() && x.fitted === undefined) return  // neither moved nor fitted to a box yet
clearTimeout(x.resting)
x.moving = true
x.resting = setTimeout(() => {
  x.moving = false
  const now = shows_all() ? undefined : [x.start, y.start, x.end, y.end]
  const near = 1e-3 * (x.end - x.start)
  if (now && x.fitted?.every((end, i) => Math.abs(end - now[i]) < near)) return
  x.box = now ?? null
  x.fitted = now
  reported.data = {box: [...(now ?? []), Date.now()]}  // the time makes the same box news again
}, rest)
"""


def map_ranges(projection: Projection = WEB_MERCATOR) -> dict[str, Range]:
    """Return the ranges of a map, or of several that move together: a village at least, the world at most."""
    least, most = _WIDTHS[projection.name]
    padding = _PADDING if projection.rectilinear else _GRATICULE_PADDING
    limits = {"min_interval": least, "max_interval": most, "range_padding": padding}
    return {"x_range": DataRange1d(**limits), "y_range": DataRange1d(**limits)}


def box_source(name: str = "viewport", box: list[float] | None = None) -> ColumnDataSource:
    """Return a source whose column ``box`` is left, bottom, right, top in the plane of a map, or empty.

    What the browser reports has the time as one more number.
    """
    return ColumnDataSource({"box": box or []}, name=name)


def link_view(plot: figure, reported: ColumnDataSource, requested: ColumnDataSource) -> None:
    """Fit a map to the box of ``requested`` and report its own in ``reported``; linked maps share both."""
    fit = CustomJS(args={"requested": requested, "frame": None}, code=_FIT)
    plot.js_on_change("inner_width", fit)
    plot.js_on_change("inner_height", fit)
    requested.js_on_change("data", CustomJS(args={"requested": requested, "frame": plot}, code=_FIT))
    ends = {"x": plot.x_range, "y": plot.y_range}
    report = CustomJS(args=ends | {"reported": reported, "rest": REST_MS}, code=_REPORT)
    for one in ends.values():
        if not one.js_property_callbacks:
            one.js_on_change("start", report)
            one.js_on_change("end", report)
