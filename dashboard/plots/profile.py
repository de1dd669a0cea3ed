"""One soil profile: carbon against depth, observed beside the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import CARBON_LABEL, DEPTH_LABEL, GRAMS_PER_KILOGRAM, study_title
from dashboard.plots.style import draw_band, legend_above, plain_figure
from proda_core.figures.theme import MUTED, OBSERVED, POSTERIOR, PRODUCT_COLOURS
from proda_core.records.profiles import USABLE_FLAGS
from proda_core.records.study import Study
from proda_core.vocabulary.soil_layers import LayerGrid, grid_of_size

SHALLOWEST_VIEW = 1.0  # m; a profile of two shallow layers is drawn over a metre
MARGIN = 0.025  # share of the carbon axis left of zero, so that small values are whole circles
_PADDING = 1.15  # length of an axis over its largest value
_POSTERIOR = "posterior"


@dataclass(frozen=True)
class ProfileSources:
    """The sources and ranges of a profile figure; changing them redraws it."""

    observed: ColumnDataSource = field(default_factory=lambda: ColumnDataSource(observed_columns()))
    default: ColumnDataSource = field(default_factory=lambda: ColumnDataSource(line_columns()))
    posterior: ColumnDataSource = field(default_factory=lambda: ColumnDataSource(band_columns()))
    prior: ColumnDataSource = field(default_factory=lambda: ColumnDataSource(band_columns()))
    carbon_range: Range1d = field(default_factory=lambda: Range1d(0, 1))
    depth_range: Range1d = field(default_factory=lambda: Range1d(SHALLOWEST_VIEW, 0))


def observed_columns(study: Study | None = None, site: int | None = None) -> dict[str, list]:
    """Return the observations of one site: depth [m], carbon [kgC m-3], whether usable and why not."""
    if study is None or site is None:
        return {"depth": [], "carbon": [], "alpha": [], "note": []}
    depth, carbon, usable = study.profiles.observations(site)
    return {
        "depth": depth,
        "carbon": carbon / GRAMS_PER_KILOGRAM,
        "alpha": np.where(usable == 0, 0.9, 0.0),
        "note": [USABLE_FLAGS.get(int(flag), "left out").replace("_", " ") for flag in usable],
    }


def line_columns(grid: LayerGrid | None = None, carbon: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Return a modelled profile (layer) [gC m-3] as depth [m] and carbon [kgC m-3] at the nodes.

    grid : of the data set; a profile computed on other layers is drawn at their nodes
    """
    if grid is None or carbon is None:
        return {"depth": np.zeros(0), "carbon": np.zeros(0)}
    used = grid if grid.size == len(carbon) else grid_of_size(len(carbon))
    return {"depth": used.layer_node, "carbon": np.asarray(carbon) / GRAMS_PER_KILOGRAM}


def band_columns(
    grid: LayerGrid | None = None,
    mean: np.ndarray | None = None,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Return a modelled profile with its credible band, each (layer) [gC m-3], as columns [kgC m-3]."""
    line = line_columns(grid, mean)
    return line | {"low": line_columns(grid, low)["carbon"], "high": line_columns(grid, high)["carbon"]}


def axis_limits(observed: dict, *lines: dict, whole: dict | None = None) -> tuple[float, float]:
    """Return the ends of the axes, carbon [kgC m-3] and depth [m], beyond every observation.

    lines : are inside too, up to three times the largest observation
    whole : a line that is inside in any case

    >>> axis_limits({"depth": [0.1, 2.0], "carbon": [40.0, 2.0]})
    (46.0, 2.3)
    """
    depth = max([SHALLOWEST_VIEW, *observed["depth"]]) * _PADDING
    most = float(np.fmax.reduce(observed["carbon"], initial=0.0))
    tops = [min(_top(line, depth), 3 * most or np.inf) for line in lines]
    carbon = max([most, *tops, 0.0 if whole is None else _top(whole, depth)])
    return round((carbon or 1.0) * _PADDING, 6), round(depth, 6)


def _top(line: dict, depth: float) -> float:
    """Return the most carbon of a line [kgC m-3] down to a depth [m]."""
    seen = np.asarray(line["carbon"])[np.asarray(line["depth"]) <= depth]
    return float(np.fmax.reduce(seen, initial=0.0))


def neighbour_columns(study: Study | None, sites: Iterable[int]) -> dict[str, list]:
    """Return usable observations of some sites as lines: carbon [kgC m-3] against depth [m]."""
    parts = [study.profiles.usable_observations(int(site)) for site in sites]
    return {
        "xs": [carbon / GRAMS_PER_KILOGRAM for _, carbon in parts],
        "ys": [depth for depth, _ in parts],
        "site": [int(site) for site in sites],
    }


def profile_title(study: Study, site: int | None) -> str:
    """Return the title of the figure of one site."""
    return study_title("Soil carbon profile" if site is None else f"Site {site}", study)


def profile_figure(
    sources: ProfileSources,
    title: str,
    *,
    posterior: bool = False,
    default: bool = True,
    prior: bool = False,
) -> figure:
    """Draw observed points and, where chosen, the default run's line, and posterior and prior with bands."""
    plot = plain_figure(
        "profile",
        CARBON_LABEL,
        DEPTH_LABEL,
        title=title,
        x_range=sources.carbon_range,
        y_range=sources.depth_range,
    )
    legend_above(plot)
    if prior:
        _draw_prior(plot, sources.prior)
    if posterior:
        _draw_band(plot, sources.posterior)
    if default:
        _draw_default(plot, sources.default)
    points = plot.scatter(
        "carbon",
        "depth",
        source=sources.observed,
        size=10,
        fill_color=OBSERVED,
        fill_alpha="alpha",
        line_color=OBSERVED,
        line_width=1.5,
        legend_label="observed",
        level="overlay",  # above every band that is drawn later
    )
    tooltips = [("depth", "@depth{0.00} m"), ("observed", "@carbon{0.00} kgC m⁻³"), ("use", "@note")]
    plot.add_tools(HoverTool(renderers=[points], tooltips=tooltips))
    return plot


def set_posterior_in_legend(plot: figure, visible: bool) -> None:
    """Show or hide the posterior in the legend."""
    for item in plot.legend[0].items:
        if str(item.label.value).startswith(_POSTERIOR):
            item.visible = visible


def _draw_default(plot: figure, source: ColumnDataSource) -> None:
    plot.line(
        "carbon",
        "depth",
        source=source,
        color=PRODUCT_COLOURS["default"],
        line_dash="dashed",
        line_width=2.5,
        legend_label="default run",
    )


def _draw_prior(plot: figure, source: ColumnDataSource) -> None:
    draw_band(plot, source, MUTED, legend_label="prior, 5–95 %", name="prior-band")


def _draw_band(plot: figure, source: ColumnDataSource) -> None:
    draw_band(plot, source, POSTERIOR, legend_label=f"{_POSTERIOR}, 5–95 %")
    plot.line(
        "carbon", "depth", source=source, color=POSTERIOR, line_width=2.5, legend_label=f"{_POSTERIOR} mean"
    )
