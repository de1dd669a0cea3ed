"""A changed profile: points that can be dragged, and the posteriors of the measured and the changed profile.

Stays on Bokeh sources: they are redrawn while observations are dragged.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource, HoverTool, PointDrawTool, Range1d
from bokeh.plotting import figure
from bokeh.transform import dodge, stack

from dashboard.pages.assimilation.posterior_figures import interval_columns, prior_range_figure
from dashboard.plots.labels import CARBON_LABEL, DEPTH_LABEL
from dashboard.plots.profile import axis_limits, band_columns
from dashboard.plots.style import draw_band, legend_above, plain_figure
from dashboard.state.profile_changes import ProfileChanges
from proda_core.figures.theme import OBSERVED, POSTERIOR, number, unit
from proda_core.vocabulary.parameters import UNITS
from proda_core.vocabulary.soil_layers import LayerGrid

CHANGED = "#a274e0"  # purple, distinct from the green of the posterior for colour-blind eyes, light and dark
MEASURED_LABEL, CHANGED_LABEL = "measured", "changed by you"
COLOURS = {MEASURED_LABEL: POSTERIOR, CHANGED_LABEL: CHANGED}
DRAG_SPACE = 1.5  # least end of the carbon axis, as a factor on the largest measured carbon
_MIN_SIZE, _SIZE, _MAX_SIZE = 8.0, 13.0, 26.0  # px, of a point of little weight, of weight 1, at most
_ROW_OFFSET = 0.2  # of a row, between the bars of a parameter and its middle
MIN_MOVE = 0.02  # of the prior range: a smaller move of a median is not reported


def point_columns(changes: ProfileChanges | None) -> dict[str, list]:
    """Return the observations as they are now, as lists, which alone can be edited in a browser.

    size : by weight; colour : by whether changed
    """
    if changes is None:
        return {name: [] for name in ("carbon", "depth", "measured", "weight", "size", "colour", "alpha")}
    size = np.clip(_SIZE * np.sqrt(changes.weight), _MIN_SIZE, _MAX_SIZE)
    columns = {
        "carbon": changes.carbon,
        "depth": changes.depth,
        "measured": changes.measured,
        "weight": changes.weight,
        "size": size,
        "colour": np.where(changes.changed, CHANGED, OBSERVED),
        "alpha": np.where(changes.weight > 0, 0.9, 0.0),
    }
    return {name: values.tolist() for name, values in columns.items()}


def changed_profile_figure(
    points: ColumnDataSource, bands: dict[str, ColumnDataSource], carbon: Range1d, depth: Range1d
) -> figure:
    """Draw draggable points over the posteriors of the measured and of the changed profile."""
    plot = plain_figure(
        "changed-profile", CARBON_LABEL, DEPTH_LABEL, tools="reset,save", x_range=carbon, y_range=depth
    )
    legend_above(plot, columns=2)
    for label, colour in COLOURS.items():
        name = f"posterior, {label}"
        draw_band(plot, bands[label], colour, legend_label=name)
        plot.line("carbon", "depth", source=bands[label], color=colour, line_width=2.5, legend_label=name)
    cross = {"size": 9, "marker": "x", "line_color": OBSERVED, "line_width": 2, "legend_label": "observed"}
    plot.scatter("measured", "depth", source=points, **cross)
    _add_handles(plot, points)
    return plot


def _add_handles(plot: figure, points: ColumnDataSource) -> None:
    """Add the points that can be dragged sideways."""
    handles = plot.scatter(
        "carbon",
        stack("depth"),  # an expression of the depth, which dragging cannot change as it could a column
        source=points,
        size="size",
        fill_color="colour",
        fill_alpha="alpha",
        line_color="colour",
        line_width=2,
        legend_label="assimilated (drag)",
        name="handles",
    )
    handles.nonselection_glyph = None
    drag = PointDrawTool(renderers=[handles], add=False, description="Drag an observation sideways")
    tips = [
        ("depth", "@depth{0.00} m"),
        ("observed", "@measured{0.00} kgC m⁻³"),
        ("assimilated", "@carbon{0.00} kgC m⁻³"),
        ("weight", "× @weight{0.[00]}"),
    ]
    plot.add_tools(drag, HoverTool(renderers=[handles], tooltips=tips))
    plot.toolbar.active_multi = drag


def drag_limits(changes: ProfileChanges, *bands: dict) -> tuple[float, float]:
    """Return the ends of the axes, carbon [kgC m-3] and depth [m]: every mark, and space to drag to."""
    carbon, depth = axis_limits({"depth": changes.depth, "carbon": changes.carbon}, *bands)
    return max(carbon, DRAG_SPACE * float(changes.measured.max())), depth


def posterior_columns(grid: LayerGrid, found: xr.Dataset | None) -> dict[str, np.ndarray]:
    """Return the band of one site's posterior (layer); empty without one."""
    if found is None:
        return band_columns()
    return band_columns(grid, *(found[f"carbon_{name}"].values for name in ("mean", "q05", "q95")))


def comparison_figure(sources: dict[str, ColumnDataSource], prior: str) -> figure:
    """Draw two posteriors of each parameter within its prior range, marked as in ``interval_figure``."""
    plot = prior_range_figure(prior, 0.84, "changed-intervals")
    legend_above(plot)
    for (label, colour), offset in zip(COLOURS.items(), (_ROW_OFFSET, -_ROW_OFFSET)):
        place = {"y": dodge("parameter", offset, range=plot.y_range), "source": sources[label]}
        bar = place | {"fill_color": colour, "line_color": None, "legend_label": label}
        wide = plot.hbar(left="q05", right="q95", height=0.14, fill_alpha=0.55, **bar)
        plot.hbar(left="q25", right="q75", height=0.30, fill_alpha=0.8, **bar)
        plot.scatter("q50", size=6, fill_color="white", line_color=colour, line_width=2, **place)
        tips = [("", f"@parameter, {label}"), ("median", "@median"), ("5–95 %", "@range")]
        plot.add_tools(HoverTool(renderers=[wide], tooltips=tips))
    return plot


def median_moves(measured: xr.Dataset, changed: xr.Dataset, prior: str) -> list[tuple[str, float]]:
    """Return parameters and the move of their median as a share of the prior range, the largest first."""
    before, after = (np.asarray(interval_columns(one, prior)["q50"]) for one in (measured, changed))
    names = [str(name) for name in measured["parameter"].values]
    shares = after - before
    return [(names[i], float(shares[i])) for i in np.argsort(-np.abs(shares), kind="stable")]


def moves_sentence(measured: xr.Dataset, changed: xr.Dataset, prior: str, most: int = 3) -> str:
    """Return the medians that move most and the fit, before and after (Markdown)."""
    before, after = (
        {str(n): float(v) for n, v in one["q50"].to_series().items()} for one in (measured, changed)
    )
    far = [name for name, share in median_moves(measured, changed, prior) if abs(share) >= MIN_MOVE][:most]
    if not far:
        return f"No median moves by more than {MIN_MOVE:.0%} of its prior range."
    parts = [
        f"**{name}** {number(before[name])} → {number(after[name])} {unit(UNITS[name])}".strip()
        for name in far
    ]
    fit = f"E of the fit {number(float(measured['efficiency']))} → {number(float(changed['efficiency']))}."
    return f"Medians that move most: {', '.join(parts)}. {fit}"
