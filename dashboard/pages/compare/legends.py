"""One legend for several figures, as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bokeh.models import GlyphRenderer, Legend, Scatter
from bokeh.plotting import figure

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
