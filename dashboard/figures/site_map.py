"""All sites of a study on one map: points sent to the browser once, chosen by tap, box, lasso or polygon."""

from __future__ import annotations

import numpy as np
from bokeh.models import (
    AllIndices,
    BoxSelectTool,
    ColumnDataSource,
    GlyphRenderer,
    HoverTool,
    IndexFilter,
    LassoSelectTool,
    Legend,
    PolySelectTool,
    TapTool,
)
from bokeh.plotting import figure
from bokeh.transform import factor_cmap

from dashboard.figures.ground import box_around, map_figure, to_mercator
from dashboard.figures.palette import OBSERVED, STATUS_COLOURS
from dashboard.figures.wording import study_title
from proda_core.records.study import Study

_SIZES = ((200, 9), (3000, 6))  # up to so many sites, points of so many px
_SMALLEST = 3  # px
_DENSE, _SPARSE = 0.5, 0.75  # opacity of points where there are thousands, and elsewhere
_TOOLTIPS = [
    ("site", "@site"),
    ("profile", "@profile_id"),
    ("usable depths", "@usable"),
    ("status", "@status"),
]


def site_columns(study: Study) -> dict[str, np.ndarray]:
    """One row per site: number, place in Web Mercator [m], usable depths, and whether it is assimilable."""
    profiles = study.profiles
    x, y = to_mercator(profiles.ds["lon"].values, profiles.ds["lat"].values)
    good, aside = STATUS_COLOURS
    return {
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "site": profiles.sites.astype(np.int32),
        "profile_id": profiles.ds["profile_id"].values.astype(np.int32),
        "usable": profiles.usable_count().astype(np.int32),
        "status": np.where(np.isin(profiles.sites, study.assimilable()), good, aside),
    }


def site_figure(study: Study, sites: ColumnDataSource, tapped: ColumnDataSource) -> figure:
    """The map. ``sites`` holds :func:`site_columns`; ``tapped`` (x, y) the site in view."""
    lon, lat = study.profiles.ds["lon"].values, study.profiles.ds["lat"].values
    plot = map_figure(box_around(lon, lat), study_title("Soil profiles", study), name="site-map")
    points = _points(plot, sites, point_size(len(lon)))
    ring = plot.scatter("x", "y", source=tapped, size=16, fill_color=None, line_color=OBSERVED, line_width=3)
    ring.nonselection_glyph = None
    plot.x_range.renderers = plot.y_range.renderers = [points]
    plot.add_tools(
        TapTool(renderers=[points]),
        BoxSelectTool(renderers=[points]),
        LassoSelectTool(renderers=[points], continuous=False),
        PolySelectTool(renderers=[points]),
        HoverTool(renderers=[points], tooltips=_TOOLTIPS, point_policy="snap_to_data"),
    )
    return plot


def show_only(plot: figure, kept: np.ndarray) -> None:
    """Draw the points of these sites (site) bool and no others; what is not drawn cannot be chosen."""
    points = plot.x_range.renderers[0]
    points.view.filter = AllIndices() if kept.all() else IndexFilter(np.flatnonzero(kept).tolist())


def point_size(count: int) -> int:
    """Size of a point [px] where there are so many.

    >>> point_size(60), point_size(26500)
    (9, 3)
    """
    return next((size for most, size in _SIZES if count <= most), _SMALLEST)


def _points(plot: figure, sites: ColumnDataSource, size: int) -> GlyphRenderer:
    colour = factor_cmap("status", list(STATUS_COLOURS.values()), list(STATUS_COLOURS))
    legend = Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0)
    plot.add_layout(legend, "above")
    return plot.scatter(
        "x",
        "y",
        source=sites,
        size=size,
        fill_color=colour,
        line_color=None,
        fill_alpha=_DENSE if size == _SMALLEST else _SPARSE,
        selection_fill_alpha=1.0,
        nonselection_fill_alpha=0.3,
        legend_group="status",
    )
