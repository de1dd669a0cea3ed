"""Layout of figures and blocks: sizes and CSS in one file."""

from __future__ import annotations

from collections.abc import Iterable

import panel as pn
from bokeh.model import Model

CARD = {
    "background": "var(--panel-surface-color)",
    "border": "1px solid color-mix(in srgb, currentcolor 16%, transparent)",
    "border-radius": "10px",
    "padding": "12px 14px",
    "box-sizing": "border-box",
}
GAP = "14px"
# A menu of several choices, as high as a small menu while noeach is chosen; ``visual_size`` alone leaves it
# as high as a large one.
SMALL_CHOICES = {
    "visual_size": "small",
    "stylesheets": [
        """
.MuiSelect-select.MuiInputBase-input { padding-top: 6px; padding-bottom: 6px }
.MuiSelect-select.MuiInputBase-input:has(.MuiChip-root) { padding-top: 11px; padding-bottom: 7px }
.MuiInputLabel-root.MuiInputLabel-outlined:not(.MuiInputLabel-shrink) { transform: translate(14px, 7px) }
"""
    ],
}
# A page off screen keeps its size, above the scrollable area, so that noeach in it is measured or drawn again
# when it comes back. (Hidden with ``visible``, every figure is, twice. Bokeh never removes a style, so both
# dictionaries name the same ones.)
VISIBLE = {
    "position": "static",
    "bottom": "auto",
    "width": "100%",
    "max-height": "none",
    "visibility": "inherit",
    "opacity": "1",
    "pointer-events": "auto",
}
OFFSCREEN = VISIBLE | {
    "position": "absolute",
    "bottom": "100%",
    "visibility": "hidden",
    "opacity": "0",
    "pointer-events": "none",
}
# A script of a widget: scroll the page to its top.
SCROLL_TO_TOP = """
const page = Bokeh.index.query_one(view => view.model.class_name === "Page")
page?.shadow_el.querySelector(".main-content")?.scrollTo(0, 0)
"""


def figure_pane(plot: Model, height: int, *, narrowest: int = 200, **options: object) -> pn.pane.Bokeh:
    """Return a figure as wide as its container, of a fixed height; ``narrowest`` is its least width [px].

    A row is at least as wide as its figures at their narrowest together, even where it wraps.
    """
    plot.sizing_mode = "stretch_width"
    plot.height = height
    plot.min_width = narrowest
    return pn.pane.Bokeh(
        plot, **{"sizing_mode": "stretch_width", "min_height": height, "margin": 0} | options
    )


def card(*objects: object, **options: object) -> pn.Column:
    """Return a card as wide as its container."""
    return pn.Column(*objects, **{"sizing_mode": "stretch_width", "styles": CARD, "margin": 0} | options)


def card_column(*objects: object, grow: int = 1, basis: int = 420, **options: object) -> pn.Column:
    """Return a card that is beside others where there is room, else below them.

    ``basis`` is the least width [px], ``grow`` its share of the rest.
    """
    styles = CARD | {"flex": f"{grow} {grow} {basis}px", "min-width": f"min({basis}px, 100%)"}
    return pn.Column(*objects, **{"sizing_mode": "stretch_width", "styles": styles, "margin": 0} | options)


def flexible_column(*objects: object, grow: int = 1, basis: int = 300) -> pn.Column:
    """Return a column without a card that is beside others where there is room, else below them."""
    styles = {"flex": f"{grow} {grow} {basis}px", "min-width": f"min({basis}px, 100%)"}
    return pn.Column(*objects, sizing_mode="stretch_width", styles=styles, margin=0)


def equal_width(*objects: object, three: int = 900, across: int | None = None) -> pn.Row:
    """Return objects of equal width: in a row where there are ``three`` px, else in a column.

    across : objects in a row; None: all of them
    """
    share = 100 / max(across or len(objects), 1) - 2
    basis = f"max({share:.0f}%, calc(({three}px - 100%) * 999))"
    widest = f"max((100% - {14 * ((across or 1) - 1)}px) / {across or 1}, ({three}px - 100%) * 999)"
    styles = {"flex": f"1 1 {basis}", "min-width": "0", "max-width": f"min(100%, {widest})"}
    cells = [pn.Column(each, sizing_mode="stretch_width", styles=styles, margin=0) for each in objects]
    return side_by_side(*cells)


def grid(objects: list, across: int) -> pn.Column:
    """Return objects of equal width, ``across`` in a row. (One long row would be as wide as all of them.)"""
    rows = [
        equal_width(*objects[first : first + across], across=across)
        for first in range(0, len(objects), across)
    ]
    return pn.Column(*rows, sizing_mode="stretch_width", margin=0, styles={"gap": GAP})


def side_by_side(*blocks: object) -> pn.Row:
    """Return blocks in a row that wraps. (A Panel FlexBox leaves figures deep inside it without a size.)"""
    styles = {"flex-wrap": "wrap", "gap": GAP, "align-items": "flex-start"}
    return pn.Row(*blocks, sizing_mode="stretch_width", styles=styles, margin=0)


def wrap_row(*objects: object, **styles: str) -> pn.Row:
    """Return small objects in a row that wraps, centred vertically."""
    layout = {"flex-wrap": "wrap", "gap": "4px 8px", "align-items": "center", "min-width": "0"} | styles
    centre(objects)
    return pn.Row(*objects, sizing_mode="stretch_width", styles=layout, margin=0)


def flexible_width(width: int) -> dict:
    """Return layout options of a widget that is ``width`` px wide where there is room.

    A fixed width would make every container at least as wide as its widgets together.
    """
    return {
        "sizing_mode": "stretch_width",
        "max_width": width,
        "margin": (8, 0),
        "styles": {"flex": f"1 1 {width}px", "min-width": f"min({width // 2}px, 100%)"},
    }


def centre(objects: Iterable[object]) -> None:
    """Centre objects of different height vertically."""
    for each in objects:
        each.align = "center"


def page_column(*objects: object, **options: object) -> pn.Column:
    """Return a whole page: its blocks below one another, with padding around them.

    Panel limits the height of a column to that of its parent unless the column has a limit of its own.
    """
    styles = {"padding": "10px 16px 24px", "gap": GAP, "box-sizing": "border-box", "max-height": "none"}
    return pn.Column(*objects, **{"sizing_mode": "stretch_width", "styles": styles, "margin": 0} | options)


def set_content(column: pn.Column, content: object) -> None:
    """Replace the column's content.

    A figure in a hidden column never finishes drawing, and a page with such a figure never counts as loaded:
    what is not to be seen yet is left out, not hidden.
    """
    if list(column) != [content]:
        column[:] = [content]
