"""Figure 37.3 in an equal-area projection: a square kilometre is as large in Texas as in Maine.

GeoViews draws it in Albers' conic projection of the conterminous United States (EPSG:5070). Cells and
borders are projected once; GeoViews is imported when the figure is first asked for.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from bokeh.models import DataRange1d, HoverTool
from bokeh.plotting import figure
from bokeh_sampledata import us_states
from pyproj import Transformer

from dashboard.plots.borders import outlines
from dashboard.plots.labels import STOCK_UNIT, noted
from dashboard.plots.palette import CARBON_PALETTE, MUTED, product_title, readable_limits
from proda_core.vocabulary.depth_intervals import label

ALBERS = "EPSG:5070"
CELL = 0.5  # degrees
PIXELS = 380  # along the longer side of the picture
_CORNERS = np.array([(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)])  # degrees
_FAR = ("AK", "HI", "PR")


def equal_area_figures(frame: pd.DataFrame, interval: str, note: str = "") -> list[figure]:
    """One map per product, linked, under one colour scale.

    frame : product, place, lon, lat, stock [kgC m-2], one row per product and cell
    """
    frame = frame[np.isfinite(frame["stock"].astype(float))]
    if frame.empty:
        return []
    cells = frame.drop_duplicates("place").set_index("place")[["lon", "lat"]].sort_index()
    x, y, index = pixels(tuple(cells["lon"]), tuple(cells["lat"]))
    limits = readable_limits(frame["stock"].to_numpy(float))
    plots = []
    for product, part in frame.groupby("product", sort=False):
        stock = part.set_index("place")["stock"].reindex(cells.index).to_numpy(np.float32)
        values = np.where(index >= 0, stock[index], np.float32(np.nan))
        plots.append(_one(str(product), x, y, values, limits, interval, note))
    _link(plots)
    return plots


@lru_cache(maxsize=4)
def pixels(lon: tuple[float, ...], lat: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eastings and northings [m] of square pixels, and the half-degree cell (y, x) each lies in, -1 for none.

    lon, lat : (cell,) centres [degrees]

    >>> x, y, index = pixels((-95.75, -95.25), (40.25, 40.25))
    >>> sorted(set(index.ravel().tolist())), bool(np.ptp(np.diff(x)) < 1e-6)
    ([-1, 0, 1], True)
    """
    centres = np.column_stack([lon, lat])
    corners = (centres[:, None] + _CORNERS).reshape(-1, 2)
    east, north = _albers().transform(*corners.T)
    step = max(np.ptp(east), np.ptp(north)) / PIXELS
    x = np.arange(east.min() + step / 2, east.max(), step)
    y = np.arange(north.min() + step / 2, north.max(), step)
    found_lon, found_lat = _albers().transform(*np.meshgrid(x, y), direction="INVERSE")
    west, south = centres.min(axis=0) - CELL / 2
    columns, rows = (np.ptp(centres, axis=0) / CELL).round().astype(int) + 1
    table = np.full((rows + 2, columns + 2), -1)  # a margin without cells catches what lies outside
    place = ((centres - (west, south)) / CELL).astype(int) + 1
    table[place[:, 1], place[:, 0]] = np.arange(len(centres))
    column = np.clip(np.floor((found_lon - west) / CELL).astype(int) + 1, 0, columns + 1)
    row = np.clip(np.floor((found_lat - south) / CELL).astype(int) + 1, 0, rows + 1)
    return x, y, table[row, column]


def prepare() -> None:
    """Import what draws, and project the borders; takes two seconds, once, and may do so in a thread."""
    _borders()


@lru_cache(maxsize=1)
def _borders() -> dict[str, np.ndarray]:
    """Outlines of the conterminous states as GeoViews projects them [m], a gap after each line."""
    gv, projection = _geoviews()
    import cartopy.crs as ccrs

    shapes = [record["geometry"] for record in us_states.records() if record["code"] not in _FAR]
    paths = gv.Path(outlines(shapes), crs=ccrs.PlateCarree())
    projected = gv.project(paths, projection=projection)
    gap = np.full((1, 2), np.nan)
    parts = [part for path in projected.split(datatype="array") for part in (path[:, :2], gap)]
    x, y = np.concatenate(parts).T.astype(np.float32)
    return {"x": x, "y": y}


@lru_cache(maxsize=1)
def _geoviews() -> tuple[object, object]:
    import cartopy.crs as ccrs
    import geoviews
    import geoviews.plotting.bokeh  # noqa: F401 - makes Bokeh known to it
    import holoviews

    holoviews.Store.set_current_backend("bokeh")
    globe = ccrs.Globe(ellipse="GRS80")  # cartopy's own EPSG:5070 ends north of Florida
    return geoviews, ccrs.AlbersEqualArea(-96, 23, standard_parallels=(29.5, 45.5), globe=globe)


@lru_cache(maxsize=1)
def _albers() -> Transformer:
    return Transformer.from_crs("EPSG:4326", ALBERS, always_xy=True)


def _one(
    product: str,
    x: np.ndarray,
    y: np.ndarray,
    values: np.ndarray,
    limits: tuple[float, float],
    interval: str,
    note: str,
) -> figure:
    import holoviews

    gv, projection = _geoviews()
    picture = gv.Image((x, y, values), ["easting", "northing"], ["stock"], crs=projection).opts(
        projection=projection,
        show_bounds=False,
        cmap=list(CARBON_PALETTE),
        clim=limits,
        clipping_colors={"NaN": "rgba(0,0,0,0)"},
        colorbar=True,
        colorbar_position="bottom",
        clabel=f"soil carbon stock, {label(interval)} ({STOCK_UNIT})",
        colorbar_opts={"height": 10, "bar_line_color": MUTED},
        tools=[HoverTool(tooltips=[("stock", f"@image{{0.0}} {STOCK_UNIT}")])],
        default_tools=["pan", "wheel_zoom", "box_zoom", "reset", "save"],
        xaxis=None,
        yaxis=None,
        title=_title(product, note),
        backend="bokeh",
    )
    plot = holoviews.render(picture, backend="bokeh")
    plot.name = f"albers-{product}"
    borders = plot.line(**_borders(), line_color=MUTED, line_width=1)
    borders.level = "overlay"
    plot.toolbar.logo = None
    plot.outline_line_color = None
    return plot


def _title(product: str, note: str) -> str:
    title = product_title(product)
    return title if note and "(synthetic)" in title else noted(title, note)


def _link(plots: list[figure]) -> None:
    """One view for all, metres as high as they are wide."""
    pictures = [plot.renderers[0] for plot in plots]
    ranges = DataRange1d(renderers=pictures), DataRange1d(renderers=pictures)
    for plot in plots:
        plot.x_range, plot.y_range = ranges
        plot.match_aspect = True
