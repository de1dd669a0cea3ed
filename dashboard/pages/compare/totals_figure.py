"""Figure 37.4: total carbon by product in three slices of depth, with what others published."""

from __future__ import annotations

import pandas as pd
from bokeh.models import CDSView, ColumnDataSource, GlyphRenderer, HoverTool, IndexFilter, Range1d
from bokeh.plotting import figure

from dashboard.pages.compare.figure_style import legend_above, plain_figure, title_of
from dashboard.plots.labels import noted
from dashboard.plots.palette import round_up
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.depth_intervals import label as depth_label

SLICE_COLOURS = ("#b8de29", "#29798e", "#440154")  # from the same scale as the maps: deeper, darker
BAR = 0.62  # of the room of a row
ROW_HEIGHT = 34  # px
PUBLISHED = "published"


def totals_figures(frame: pd.DataFrame, note: str = "") -> list[figure]:
    """One plot of stacked bars; published numbers are paler, and left out of other areas than theirs.

    frame : kind, product, interval (three slices and 0-200), total [PgC], comparable, note
    """
    columns = bar_columns(frame[frame["comparable"].astype(bool)] if "comparable" in frame else frame)
    if not columns["name"]:
        return []
    end = round_up(1.02 * max(map(float, columns["end"])))
    plot = plain_figure(
        noted("Total soil organic carbon, 0–200 cm", note),
        "totals",
        x_axis_label="soil organic carbon (PgC)",
        x_range=Range1d(0, end),
        y_range=list(dict.fromkeys(columns["name"]))[::-1],
    )
    legend_above(plot)
    source = ColumnDataSource(columns, name="totals-bars")
    bars = [_bars(plot, source, name) for name in dict.fromkeys(columns["slice"])]
    tips = [("", "@name"), ("depth", "@slice"), ("carbon", "@total{0.0} PgC"), ("from", "@source")]
    plot.add_tools(HoverTool(renderers=bars, tooltips=tips))
    plot.ygrid.visible = False
    return [plot]


def _bars(plot: figure, source: ColumnDataSource, depth: str) -> GlyphRenderer:
    rows = [number for number, name in enumerate(source.data["slice"]) if name == depth]
    return plot.hbar(
        y="name",
        left="start",
        right="end",
        height=BAR,
        source=source,
        view=CDSView(filter=IndexFilter(rows)),
        fill_color="colour",
        fill_alpha="alpha",
        line_color="colour",
        legend_label=depth,
    )


def bar_columns(frame: pd.DataFrame) -> dict[str, list]:
    """One bar per product and slice, laid end to end; a product known as a whole only is one bar."""
    columns: dict[str, list] = {
        key: [] for key in ("name", "slice", "start", "end", "total", "colour", "alpha", "source")
    }
    for (kind, product), rows in frame.groupby(["kind", "product"], sort=False):
        by_interval = rows.set_index("interval")["total"]
        parts = [name for name in SLICES if name in by_interval.index and pd.notna(by_interval[name])]
        parts = parts if len(parts) == len(SLICES) else ["0-200"]
        start = 0.0
        for name in (part for part in parts if part in by_interval.index):
            total = float(by_interval[name])
            values = (
                *(_named(kind, product), depth_label(name), start, start + total, total, _colour(name)),
                *(0.45 if kind == PUBLISHED else 0.9, str(rows["source"].iloc[0])),
            )
            for key, value in zip(columns, values):
                columns[key].append(value)
            start += total
    return columns


def _named(kind: str, product: str) -> str:
    name = title_of(product)
    return f"{name} (published)" if kind == PUBLISHED else name


def _colour(interval: str) -> str:
    return dict(zip(SLICES, SLICE_COLOURS)).get(interval, "#8a8f94")
