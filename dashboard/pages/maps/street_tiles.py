"""A street map under the cells, from OpenStreetMap: the one thing here that asks the network, if told to."""

from __future__ import annotations

from bokeh.models import GlyphRenderer, Image, Quad, TileRenderer, WMTSTileSource
from bokeh.plotting import figure

HOST = "tile.openstreetmap.org"
_SEE_THROUGH = 0.6  # opacity of cells over streets


def show_tiles(plot: figure, on: bool) -> None:
    """Lay streets under a map in Web Mercator, or take them away; cells let them through."""
    others = [renderer for renderer in plot.renderers if not isinstance(renderer, TileRenderer)]
    if on != (len(others) < len(plot.renderers)):
        plot.renderers = [_tiles(), *others] if on else others
    for renderer in others:
        if isinstance(renderer, GlyphRenderer) and renderer.level == "image":
            for glyph in (renderer.glyph, renderer.selection_glyph, renderer.nonselection_glyph):
                _dim(glyph, _SEE_THROUGH if on else 1.0)


def _tiles() -> TileRenderer:
    source = WMTSTileSource(
        url=f"https://{HOST}/{{Z}}/{{X}}/{{Y}}.png", attribution="© OpenStreetMap contributors", max_zoom=19
    )
    return TileRenderer(tile_source=source, level="underlay")


def _dim(glyph: object, alpha: float) -> None:
    if isinstance(glyph, Quad):
        glyph.update(fill_alpha=alpha, line_alpha=alpha)
    elif isinstance(glyph, Image):
        glyph.global_alpha = alpha
