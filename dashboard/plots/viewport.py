"""The part of a map in view: fitted into the map's frame, and told when the visitor has come to rest.

Both happen in the browser, which alone knows how large a frame is. Only what a visitor has moved is told;
a map that shows all of its data, or just what it was asked to show, has nothing to tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from bokeh.models import ColumnDataSource, CustomJS, DataRange1d, Range
from bokeh.plotting import figure

from dashboard.plots.basemap import to_degrees, to_mercator
from dashboard.state.viewport import MERCATOR_POLE_DEGREES, Box

REST = 400  # ms without a move until the view is told
_WORLD = 2 * math.pi * 6378137  # m, Web Mercator: the sphere has the equator of WGS 84
_NEAREST = 1000.0  # m, the least width of a map: more than a dot of a site can be wrong by

# Fits the box that was last chosen into the frame of a plot, and keeps metres as long as they are wide.
_FIT = """
const plot = frame ?? cb_obj
const {inner_width: wide, inner_height: high} = plot
const {x_range: x, y_range: y} = plot
if (x.min_interval != null && wide > 0 && high > 0) {  // both limits bind at once: metres stay square
  const [min_interval, max_interval] = [x.min_interval, x.max_interval].map(end => end * high / wide)
  y.setv({min_interval, max_interval})
}
const asked = [...(wanted.data.box ?? wanted.data.get('box'))]
if (frame != null || x.box === undefined) x.box = asked.length == 4 ? asked : null
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

# Tells the ranges once they have rested; an empty box where the map shows all of its data again.
_TELL = """
const shows_all = () => !x.have_updated_interactively
if (shows_all() && x.fitted === undefined) return  // nobody has moved it, nor was it asked for a box yet
clearTimeout(x.resting)
x.moving = true
x.resting = setTimeout(() => {
  x.moving = false
  const now = shows_all() ? undefined : [x.start, y.start, x.end, y.end]
  const near = 1e-3 * (x.end - x.start)
  if (now && x.fitted?.every((end, i) => Math.abs(end - now[i]) < near)) return
  x.box = now ?? null
  x.fitted = now
  told.data = {box: [...(now ?? []), Date.now()]}  // the time makes the same box news again
}, rest)
"""


def map_ranges() -> dict[str, Range]:
    """The ranges of a map, or of several that move together: a village at least, the world at most."""
    limits = {"min_interval": _NEAREST, "max_interval": _WORLD}
    return {"x_range": DataRange1d(**limits), "y_range": DataRange1d(**limits)}


def box_source(name: str = "viewport") -> ColumnDataSource:
    """A box that travels: column ``box`` with west, south, east and north in Web Mercator [m], or nothing.

    What the browser tells has the time as one more number.
    """
    return ColumnDataSource({"box": []}, name=name)


def link_view(plot: figure, told: ColumnDataSource, wanted: ColumnDataSource) -> None:
    """Let a map show the box of ``wanted`` and tell its own by ``told``; linked maps share both."""
    fit = CustomJS(args={"wanted": wanted, "frame": None}, code=_FIT)
    plot.js_on_change("inner_width", fit)
    plot.js_on_change("inner_height", fit)
    wanted.js_on_change("data", CustomJS(args={"wanted": wanted, "frame": plot}, code=_FIT))
    tell = CustomJS(args={"x": plot.x_range, "y": plot.y_range, "told": told, "rest": REST}, code=_TELL)
    for ends in (plot.x_range, plot.y_range):
        if not _tells(ends):
            ends.js_on_change("start", tell)
            ends.js_on_change("end", tell)


def box_to_mercator(box: Box) -> list[float]:
    """A box of degrees in Web Mercator [m].

    >>> [round(end) for end in box_to_mercator((-180.0, 0.0, 180.0, 0.0))]
    [-20037508, 0, 20037508, 0]
    """
    x, y = to_mercator(box[::2], box[1::2])
    return [float(x[0]), float(y[0]), float(x[1]), float(y[1])]


def box_to_degrees(box: Sequence[float]) -> Box:
    """A box of Web Mercator [m] in degrees, no farther than the map of the world reaches.

    >>> box_to_degrees(box_to_mercator((-80.0, 40.0, -70.0, 45.0)))
    (-80.0, 40.0, -70.0, 45.0)
    """
    lon, lat = to_degrees(np.clip(box[::2], -_WORLD / 2, _WORLD / 2), box[1::2])  # beyond it, it goes round
    ends = [float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])]
    limits = (180.0, MERCATOR_POLE_DEGREES)
    return tuple(round(min(max(end, -limits[n % 2]), limits[n % 2]), 9) for n, end in enumerate(ends))


def _tells(ends: Range) -> bool:
    return bool(ends.js_property_callbacks)
