"""What all figures of the page Compare share: names, colours and frames of plots."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from types import MappingProxyType

from bokeh.models import CustomJS, Legend, Tool
from bokeh.plotting import figure

from dashboard.plots.palette import MUTED, PRODUCT_COLOURS
from proda_core.comparison.labels import label

SHOWN_METHODS: tuple[str, ...] = ("default", "batch", "proda", "end_to_end")
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
_REFERENCES = MappingProxyType(
    {"wise30sec": "#b5a800", "soilgrids": "#56b4e9", "sanderman2017": "#7f6bb3", "direct": "#9c6b3f"}
)


def colour(product: str) -> str:
    """The colour of a product, the same on every figure.

    >>> colour("proda") == PRODUCT_COLOURS["proda"], colour("wise30sec-like")
    (True, '#b5a800')
    """
    name = product.replace("-", "_")
    if name in PRODUCT_COLOURS:
        return PRODUCT_COLOURS[name]
    return next((shade for stem, shade in _REFERENCES.items() if name.startswith(stem)), MUTED)


def title_of(product: str) -> str:
    """The name of a product as it begins a title.

    >>> title_of("batch"), title_of("proda")
    ('Batch assimilation', 'PRODA')
    """
    name = label(product)
    return name[:1].upper() + name[1:]


def plain_figure(
    title: str, name: str, tools: str | list[Tool] = "pan,wheel_zoom,box_zoom,reset,save", **how
):
    """An empty plot in the style of the page."""
    plot = figure(title=title, name=name, tools=tools, **how)
    plot.toolbar.logo = None
    plot.outline_line_color = MUTED
    plot.outline_line_alpha = 0.3
    return plot


def legend_words(products: Iterable[str]) -> str:
    """A legend for several plots at once, as HTML."""
    return "".join(
        f"<span class='key'><i style='background:{colour(name)}'></i>{escape(title_of(name))}</span>"
        for name in products
    )


def legend_above(plot: figure) -> None:
    """A legend that takes no room from the data, in as many rows as the frame of the plot asks for."""
    legend = Legend(
        orientation="horizontal",
        padding=2,
        margin=0,
        spacing=8,
        border_line_alpha=0,
        ncols=2,
    )
    plot.add_layout(legend, "above")
    plot.js_on_change("inner_width", CustomJS(args={"legend": legend}, code=_FIT_LEGEND))
