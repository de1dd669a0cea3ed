"""A street map under the cells, from OpenStreetMap: the only request of the page to another server."""

from __future__ import annotations

from bokeh.models import GlyphRenderer, Image, Quad, TileRenderer, WMTSTileSource
from bokeh.plotting import figure

HOST = "tile.openstreetmap.org"
_CELL_ALPHA = 0.6  # opacity of cells over streets


def set_tiles(plot: figure, visible: bool) -> None:
    """Add tiles under a map in Web Mercator and make its cells translucent, or undo both."""
    others = [renderer for renderer in plot.renderers if not isinstance(renderer, TileRenderer)]
    if visible != (len(others) < len(plot.renderers)):
        plot.renderers = [_tiles(), *others] if visible else others
    for renderer in others:
        if isinstance(renderer, GlyphRenderer) and renderer.level == "image":
            for glyph in (renderer.glyph, renderer.selection_glyph, renderer.nonselection_glyph):
                _set_alpha(glyph, _CELL_ALPHA if visible else 1.0)


def _tiles() -> TileRenderer:
    source = WMTSTileSource(
        url=f"https://{HOST}/{{Z}}/{{X}}/{{Y}}.png", attribution="© OpenStreetMap contributors", max_zoom=19
    )
    return TileRenderer(tile_source=source, level="underlay")


def _set_alpha(glyph: object, alpha: float) -> None:
    if isinstance(glyph, Quad):
        glyph.update(fill_alpha=alpha, line_alpha=alpha)
    elif isinstance(glyph, Image):
        glyph.global_alpha = alpha
