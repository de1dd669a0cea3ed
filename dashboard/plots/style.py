"""Parts that many figures share, each written once: toolbar, legend, colour bar, band, line with its band."""

from __future__ import annotations

from bokeh.models import (
    ColorBar,
    ColorMapper,
    ColumnDataSource,
    CustomJS,
    GlyphRenderer,
    Legend,
    LegendItem,
)
from bokeh.plotting import figure

from proda_core.figures.theme import MUTED

ZOOM_TOOLS = "pan,wheel_zoom,box_zoom,reset,save"
BAND_ALPHA = 0.25  # opacity of a credible band
# As many columns as the frame has room for: about 7.2 px a letter, and 34 px for a mark and the gaps.
_FIT_LEGEND = """
const widths = legend.items.map(item => 7.2 * item.label.value.length + 34)
const wide = columns => {
  const widest = column => Math.max(...widths.filter((_, i) => i % columns == column))
  return [...Array(columns).keys()].reduce((sum, column) => sum + widest(column), 0)
}
let columns = widths.length
while (columns > 1 && wide(columns) > cb_obj.inner_width) columns--
legend.ncols = Math.max(columns, 1)
"""


def without_logo(plot: figure) -> figure:
    """Remove Bokeh's logo from the toolbar; returns the plot."""
    plot.toolbar.logo = None
    return plot


def plain_figure(
    name: str,
    x: str = "",
    y: str = "",
    *,
    title: str = "",
    tools: str = ZOOM_TOOLS,
    outline: bool = False,
    **options: object,
) -> figure:
    """Return an empty figure; ``x`` and ``y`` label its axes."""
    labels = {"x_axis_label": x or None, "y_axis_label": y or None}
    plot = figure(name=name, title=title, tools=tools, **labels, **options)
    if outline:
        plot.update(outline_line_color=MUTED, outline_line_alpha=0.3)
    return without_logo(plot)


def frame_figure(plot: figure, *, outline: bool = True) -> None:
    """Leave the width above the frame to the title and the legend, and outline the frame faintly."""
    plot.update(toolbar_location="right", outline_line_color=MUTED if outline else None)
    plot.outline_line_alpha = 0.3
    fit_legend(plot)


def legend_above(plot: figure, *items: LegendItem, columns: int | None = None, **options: object) -> Legend:
    """Add a horizontal legend above the frame, where it covers no data.

    columns : entries in a row; None: as many as Bokeh's default gives
    """
    if columns is not None:
        options["ncols"] = columns
    legend = Legend(
        **{
            "items": list(items),
            "orientation": "horizontal",
            "padding": 2,
            "margin": 0,
            "border_line_alpha": 0,
        }
        | options
    )
    plot.add_layout(legend, "above")
    return legend


def fit_legend(plot: figure) -> None:
    """Give the legend of a plot as many columns as fit into the width of its frame."""
    for legend in plot.legend:
        legend.update(orientation="horizontal", padding=2, margin=0, spacing=8, border_line_alpha=0)
        plot.js_on_change("inner_width", CustomJS(args={"legend": legend}, code=_FIT_LEGEND))


def colour_bar(mapper: ColorMapper, title: str = "", **options: object) -> ColorBar:
    """Return a slim horizontal colour bar; ``options`` are properties of Bokeh's ColorBar."""
    return ColorBar(
        **{
            "color_mapper": mapper,
            "orientation": "horizontal",
            "height": 10,
            "padding": 4,
            "title": title or None,
            "title_text_font_size": "12px",
            "bar_line_color": MUTED,
            "bar_line_alpha": 0.4,
        }
        | options
    )


def draw_band(
    plot: figure, source: ColumnDataSource, colour: str, *, alpha: float = BAND_ALPHA, **options: object
) -> GlyphRenderer:
    """Draw the area between the columns ``low`` and ``high`` over ``depth``."""
    return plot.harea(
        x1="low", x2="high", y="depth", source=source, fill_color=colour, fill_alpha=alpha, **options
    )
