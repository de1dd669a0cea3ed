"""A run under way: the sites that are done on a map, and the distribution of their diagnostics.

Stays on Bokeh sources: the map and the histograms are updated while sites are done.
"""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper, Range1d, Span
from bokeh.palettes import Viridis256
from bokeh.plotting import figure

from dashboard.pages.assimilation.diagnostics_table import GELMAN_RUBIN_LIMIT, RHAT_LIMIT
from dashboard.plots.basemap import box_around, map_figure, to_mercator
from dashboard.plots.labels import study_title
from dashboard.plots.site_map import point_size
from dashboard.plots.style import colour_bar, plain_figure
from proda_core.figures.theme import MUTED, POSTERIOR
from proda_core.records.study import Study

PENDING = "rgba(138,143,148,0.30)"
NEGATIVE = "#d55e00"
BINS = 30
DISTRIBUTIONS = {  # name: title, lowest and highest value drawn
    "acceptance": ("acceptance, mean of the chains", 0.0, 0.8),
    "efficiency": ("E, share of variance explained (below −0.5 at the edge)", -0.5, 1.0),
    "rhat": ("R-hat, worst parameter (above 1.5 at the edge)", 1.0, 1.5),
}
LIMITS = {"efficiency": (0.0,), "rhat": (RHAT_LIMIT, GELMAN_RUBIN_LIMIT)}  # acceptance: the schedule's


def progress_columns(study: Study, sites: np.ndarray, efficiency: np.ndarray) -> dict[str, np.ndarray]:
    """Return place [m, Web Mercator] and E of each site; E is NaN until the site is done."""
    rows = np.searchsorted(study.sites, sites)
    lon, lat = (study.profiles.ds[name].values[rows] for name in ("lon", "lat"))
    x, y = to_mercator(lon, lat)
    return {
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "site": np.asarray(sites, np.int32),
        "efficiency": efficiency.astype(np.float32),
    }


def progress_map(study: Study, source: ColumnDataSource) -> figure:
    """Draw the sites, coloured by E once they are done."""
    lon, lat = study.profiles.ds["lon"].values, study.profiles.ds["lat"].values
    title = study_title("Sites as they are done", study)
    plot = map_figure(box_around(lon, lat), title, labels=False, name="progress-map")
    mapper = LinearColorMapper(palette=Viridis256, low=0, high=1, low_color=NEGATIVE, nan_color=PENDING)
    points = plot.scatter(
        "x",
        "y",
        source=source,
        size=point_size(len(source.data["x"])),
        fill_color={"field": "efficiency", "transform": mapper},
        line_color=None,
    )
    points.nonselection_glyph = None
    plot.x_range.renderers = plot.y_range.renderers = [points]
    plot.add_layout(colour_bar(mapper, "E of the fit (orange: below 0; grey: not done yet)"), "below")
    plot.add_tools(HoverTool(renderers=[points], tooltips=[("site", "@site"), ("E", "@efficiency{0.00}")]))
    return plot


def distribution_columns(values: np.ndarray, name: str) -> dict[str, np.ndarray]:
    """Return a histogram of a diagnostic over the sites; values outside its range count at the edge."""
    _, low, high = DISTRIBUTIONS[name]
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(np.clip(finite, low, high), bins=BINS, range=(low, high))
    return {"left": edges[:-1], "right": edges[1:], "count": counts}


def distribution_figure(source: ColumnDataSource, name: str) -> figure:
    """Draw the histogram of a diagnostic; the limits of :func:`set_limits` are dashed."""
    title, low, high = DISTRIBUTIONS[name]
    plot = plain_figure(
        f"distribution-{name}", "", "sites", title=title, tools="save", x_range=Range1d(low, high)
    )
    style = {"fill_color": POSTERIOR, "fill_alpha": 0.7, "line_color": None}
    plot.quad(left="left", right="right", bottom=0, top="count", source=source, **style)
    plot.y_range.start = 0
    for edge in ("low", "high"):
        plot.add_layout(
            Span(name=edge, dimension="height", line_color=MUTED, line_dash="dashed", line_width=1.5)
        )
    set_limits(plot, LIMITS.get(name, ()))
    return plot


def set_limits(plot: figure, limits: tuple[float, ...]) -> None:
    """Mark up to two limits of a diagnostic."""
    for edge, limit in zip(("low", "high"), (*limits, None, None)):
        plot.select_one({"name": edge}).location = limit
