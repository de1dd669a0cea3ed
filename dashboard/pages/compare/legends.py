"""Legends that fit: one key for several figures, and columns by the width of a single figure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bokeh.models import CustomJS, GlyphRenderer, Legend, Scatter
from bokeh.plotting import figure

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
_SIGNS = {
    "circle": "●",
    "square": "■",
    "triangle": "▲",
    "inverted_triangle": "▼",
    "diamond": "◆",
    "star": "★",
    "plus": "✚",
    "hex": "⬢",
}
_OPEN_SIGNS = {"circle": "○", "square": "□", "triangle": "△", "inverted_triangle": "▽", "diamond": "◇"}
LINE_SIGN, DASHED_SIGN, NO_COLOUR = "━", "┅", "inherit"


def fit_legend(plot: figure) -> None:
    """Give the legend of a plot as many columns as fit into the width of its frame."""
    for legend in plot.legend:
        legend.update(orientation="horizontal", padding=2, margin=0, spacing=8, border_line_alpha=0)
        plot.js_on_change("inner_width", CustomJS(args={"legend": legend}, code=_FIT_LEGEND))


def legend_html(plots: Iterable[figure]) -> str:
    """Return one legend of all named marks as HTML, and remove those of the plots."""
    signs: dict[str, tuple[str, str]] = {}
    for plot in plots:
        for renderer in plot.renderers:
            if isinstance(renderer, GlyphRenderer) and renderer.name:
                signs.setdefault(renderer.name, _sign(renderer))
        for legend in list(plot.select({"type": Legend})):
            _remove(plot, legend)
    return "".join(
        f"<span class='key'><i style='color:{colour}'>{sign}</i>{escape(name)}</span>"
        for name, (sign, colour) in signs.items()
    )


def _sign(renderer: GlyphRenderer) -> tuple[str, str]:
    """Return the sign of a mark and its colour, that of text where each mark has its own."""
    glyph = renderer.glyph
    fill, line = (_constant(glyph, f"{part}_color") for part in ("fill", "line"))
    if not isinstance(glyph, Scatter):
        dashed = bool(_value(getattr(glyph, "line_dash", [])))
        return DASHED_SIGN if dashed else LINE_SIGN, line or fill or NO_COLOUR
    marker, is_open = str(_value(glyph.marker)), _value(glyph.fill_color) is None
    if _value(glyph.angle):  # Matplotlib's "v" is a triangle on its head
        marker = f"inverted_{marker}"
    signs = _OPEN_SIGNS if is_open else _SIGNS
    return signs.get(marker, signs["circle"]), fill or line or NO_COLOUR


def _constant(glyph: object, name: str) -> str | None:
    value = _value(getattr(glyph, name, None))
    return value if isinstance(value, str) and value.startswith("#") else None


def _value(given: object) -> object:
    """Return the value of a property that may be given as ``Value``."""
    return getattr(given, "value", given)


def _remove(plot: figure, legend: Legend) -> None:
    for side in (plot.above, plot.below, plot.left, plot.right, plot.center):
        if legend in side:
            side.remove(legend)
