"""A profile in a visitor's hand: points that can be dragged, and two posteriors beside each other."""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource, HoverTool, Legend, PointDrawTool, Range1d
from bokeh.plotting import figure
from bokeh.transform import dodge, stack

from dashboard.pages.assimilation.posterior_figures import interval_columns, prior_ranges
from dashboard.plots.labels import CARBON_LABEL, DEPTH_LABEL, number, unit
from dashboard.plots.palette import OBSERVED, POSTERIOR
from dashboard.plots.profile import axis_limits, band_columns
from dashboard.state.profile_changes import ProfileChanges
from proda_core.vocabulary.parameters import UNITS
from proda_core.vocabulary.soil_layers import LayerGrid

CHANGED = "#a274e0"  # purple, told apart from the green of the posterior by every eye, on light and dark
MEASURED_WORDS, CHANGED_WORDS = "measured", "changed by you"
_REACH = 1.5  # times the largest measured carbon that a point can be dragged to at first
_SMALLEST, _SIZE, _LARGEST = 8.0, 13.0, 26.0  # px, of a point whose weight is small, one, large
_APART = 0.2  # of a row, between the bars of a parameter and its middle
MOVED = 0.02  # of the prior range: a median that moves less is told as unmoved


def point_columns(changes: ProfileChanges | None) -> dict[str, list]:
    """Observations as they are now: size by weight, colour by whether changed. (Lists can be edited.)"""
    if changes is None:
        return {name: [] for name in ("carbon", "depth", "measured", "weight", "size", "colour", "alpha")}
    size = np.clip(_SIZE * np.sqrt(changes.weight), _SMALLEST, _LARGEST)
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


def changed_figure(
    points: ColumnDataSource, bands: dict[str, ColumnDataSource], carbon: Range1d, depth: Range1d
) -> figure:
    """Draggable points over the posterior of the measured profile and that of the changed one."""
    plot = figure(
        title="",
        x_axis_label=CARBON_LABEL,
        y_axis_label=DEPTH_LABEL,
        x_range=carbon,
        y_range=depth,
        tools="reset,save",
        name="changed-profile",
    )
    plot.toolbar.logo = None
    plot.add_layout(
        Legend(orientation="horizontal", ncols=2, padding=2, margin=0, border_line_alpha=0), "above"
    )
    for words, colour in ((MEASURED_WORDS, POSTERIOR), (CHANGED_WORDS, CHANGED)):
        _draw_band(plot, bands[words], words, colour)
    plot.scatter(
        "measured",
        "depth",
        source=points,
        size=9,
        marker="x",
        line_color=OBSERVED,
        line_width=2,
        legend_label="observed",
    )
    handles = plot.scatter(
        "carbon",
        stack("depth"),  # the depth itself, but nothing that dragging could change
        source=points,
        size="size",
        fill_color="colour",
        fill_alpha="alpha",
        line_color="colour",
        line_width=2,
        legend_label="what is assimilated (drag)",
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
    return plot


def reach(changes: ProfileChanges, *bands: dict) -> tuple[float, float]:
    """Ends of the axes, carbon [kgC m-3] and depth [m]: every mark, and room to drag to."""
    carbon, depth = axis_limits({"depth": changes.depth, "carbon": changes.carbon}, *bands)
    return max(carbon, _REACH * float(changes.measured.max())), depth


def posterior_columns(grid: LayerGrid, found: xr.Dataset | None) -> dict[str, np.ndarray]:
    """The band of one site's posterior (layer); empty without one."""
    if found is None:
        return band_columns()
    return band_columns(grid, *(found[f"carbon_{name}"].values for name in ("mean", "q05", "q95")))


def moved(measured: xr.Dataset, changed: xr.Dataset, prior: str) -> list[tuple[str, float]]:
    """Parameters with how far their median moved, as a share of the prior range, the farthest first."""
    before, after = (np.asarray(interval_columns(one, prior)["q50"]) for one in (measured, changed))
    names = [str(name) for name in measured["parameter"].values]
    shares = after - before
    return [(names[i], float(shares[i])) for i in np.argsort(-np.abs(shares), kind="stable")]


def comparison_figure(sources: dict[str, ColumnDataSource], prior: str) -> figure:
    """Two posteriors of every parameter within its prior range: 5-95 % thin, 25-75 % thick, median a dot."""
    plot = prior_ranges(prior, 0.84, "changed-intervals")
    plot.add_layout(Legend(orientation="horizontal", padding=2, margin=0, border_line_alpha=0), "above")
    sides = ((MEASURED_WORDS, POSTERIOR, _APART), (CHANGED_WORDS, CHANGED, -_APART))
    for words, colour, aside in sides:
        place = {"y": dodge("parameter", aside, range=plot.y_range), "source": sources[words]}
        bar = place | {"fill_color": colour, "line_color": None, "legend_label": words}
        wide = plot.hbar(left="q05", right="q95", height=0.14, fill_alpha=0.55, **bar)
        plot.hbar(left="q25", right="q75", height=0.30, fill_alpha=0.8, **bar)
        plot.scatter("q50", size=6, fill_color="white", line_color=colour, line_width=2, **place)
        tips = [("", f"@parameter, {words}"), ("median", "@median"), ("5–95 %", "@range")]
        plot.add_tools(HoverTool(renderers=[wide], tooltips=tips))
    return plot


def moves_in_words(measured: xr.Dataset, changed: xr.Dataset, prior: str, most: int = 3) -> str:
    """What moved most, as a sentence."""
    before, after = (
        {str(n): float(v) for n, v in one["q50"].to_series().items()} for one in (measured, changed)
    )
    far = [name for name, share in moved(measured, changed, prior) if abs(share) >= MOVED][:most]
    if not far:
        return "No median moves by more than 2 % of its prior range: the change says nothing new."
    parts = [
        f"**{name}** {number(before[name])} → {number(after[name])} {unit(UNITS[name])}".strip()
        for name in far
    ]
    fit = f"E of the fit {number(float(measured['efficiency']))} → {number(float(changed['efficiency']))}."
    return f"Medians that move most: {', '.join(parts)}. {fit}"


def _draw_band(plot: figure, source: ColumnDataSource, words: str, colour: str) -> None:
    label = f"posterior, {words}"
    plot.harea(
        x1="low", x2="high", y="depth", source=source, fill_color=colour, fill_alpha=0.25, legend_label=label
    )
    plot.line("carbon", "depth", source=source, color=colour, line_width=2.5, legend_label=label)
