"""A run while it is done: sites that fill in on a map, and the spread of what was found."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, HoverTool, LinearColorMapper, Range1d
from bokeh.palettes import Viridis256
from bokeh.plotting import figure

from dashboard.pages.assimilation.diagnostics_table import GELMAN_RUBIN_LIMIT
from dashboard.plots.basemap import box_around, map_figure, to_mercator
from dashboard.plots.chain_traces import ACCEPTANCE_WINDOW
from dashboard.plots.labels import noted, study_title
from dashboard.plots.palette import MUTED, POSTERIOR
from dashboard.plots.site_map import point_size
from proda_core.records.study import Study

WAITING = "rgba(138,143,148,0.30)"
BINS = 30
SPREADS = {  # name: words, lowest and highest value drawn, values that matter
    "acceptance": ("acceptance, mean of the chains", 0.0, 0.8, ACCEPTANCE_WINDOW),
    "efficiency": ("E, share of variance explained (below −0.5 at the edge)", -0.5, 1.0, (0.0,)),
    "rhat": ("R-hat, worst parameter (above 1.5 at the edge)", 1.0, 1.5, (1.01, GELMAN_RUBIN_LIMIT)),
}


def standing_columns(study: Study, sites: np.ndarray, efficiency: np.ndarray) -> dict[str, np.ndarray]:
    """One row per site of the run: its place [m] and its E, NaN while it waits."""
    rows = np.searchsorted(study.sites, sites)
    lon, lat = (study.profiles.ds[name].values[rows] for name in ("lon", "lat"))
    x, y = to_mercator(lon, lat)
    return {
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "site": np.asarray(sites, np.int32),
        "efficiency": efficiency.astype(np.float32),
    }


def standing_map(study: Study, source: ColumnDataSource) -> figure:
    """Sites coloured by E as soon as they are done, grey before."""
    lon, lat = study.profiles.ds["lon"].values, study.profiles.ds["lat"].values
    plot = map_figure(
        box_around(lon, lat), study_title("Sites as they are done", study), labels=False, name="standing-map"
    )
    mapper = LinearColorMapper(palette=Viridis256, low=0, high=1, low_color="#d55e00", nan_color=WAITING)
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
    bar = ColorBar(
        color_mapper=mapper,
        orientation="horizontal",
        height=10,
        padding=4,
        title="E of the fit (orange: below 0; grey: not done yet)",
        title_text_font_size="12px",
        bar_line_color=MUTED,
    )
    plot.add_layout(bar, "below")
    plot.add_tools(HoverTool(renderers=[points], tooltips=[("site", "@site"), ("E", "@efficiency{0.00}")]))
    return plot


def spread_columns(values: np.ndarray, name: str) -> dict[str, np.ndarray]:
    """Histogram of one number over the sites that are done; what lies outside counts at the edge."""
    _, low, high, _ = SPREADS[name]
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(np.clip(finite, low, high), bins=BINS, range=(low, high))
    return {"left": edges[:-1], "right": edges[1:], "count": counts}


def spread_figure(source: ColumnDataSource, name: str, note: str = "") -> figure:
    """The histogram, with the values that matter as dashed lines."""
    words, low, high, marks = SPREADS[name]
    plot = figure(
        title=noted(words, note),
        x_range=Range1d(low, high),
        y_axis_label="sites",
        tools="save",
        name=f"spread-{name}",
    )
    plot.toolbar.logo = None
    plot.quad(
        left="left",
        right="right",
        bottom=0,
        top="count",
        source=source,
        fill_color=POSTERIOR,
        fill_alpha=0.7,
        line_color=None,
    )
    plot.vspan(x=list(marks), line_color=MUTED, line_dash="dashed", line_width=1.5)
    plot.y_range.start = 0
    return plot
