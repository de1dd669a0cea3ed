"""Marks and panels of a figure as HoloViews elements, styled for Bokeh and for Matplotlib alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import fill

import holoviews as hv
import holoviews.plotting.bokeh
import holoviews.plotting.mpl
import numpy as np

from proda_core.figures.theme import MUTED, noted, on_white, unit
from proda_core.records.checks import expect

DENSITY, STOCK = "kgC m-3", "kgC m-2"
FULL_WIDTH = 1050  # px of all panels abreast; 100 px are an inch in print
FRAME_HEIGHT, ROW_HEIGHT = 110, 40  # px of title, axis and legend; of a named row
TITLE_HEIGHT, BAR_HEIGHT = 34, 62  # px
_NAMES = {  # neutral: (in Bokeh, in Matplotlib)
    "width": ("line_width", "linewidth"),
    "dash": ("line_dash", "linestyle"),
    "fill": ("fill_color", "facecolor"),
    "align": ("text_align", "horizontalalignment"),
}
_BOKEH_MARKS = {"*": "star", "h": "hex", "P": "plus"}  # others have the names of Matplotlib
_NO_EDGE = {"line_alpha": 0, "tools": ["hover"]}, {"linewidth": 0}
_BAR = {"height": 8, "bar_line_color": MUTED, "background_fill_alpha": 0, "title_text_font_size": "8.5pt"}
_BAR |= {"title_text_font_style": "normal"}
_BAR_LETTERS = 40  # in a line above a colour bar in a browser
_LETTER, _MARK = 7, 40  # px in a legend
_AXIS = 60  # px of an axis with its labels


def dim(name: str, text: str = "", units: str = "1") -> hv.Dimension:
    """Return a dimension with its label and its unit as printed.

    >>> dim("observed", units="kgC m-3").pprint_label
    'observed (kgC m⁻³)'
    """
    return hv.Dimension((name, text or name.replace("_", " ")), unit=unit(units) or None)


DEPTH, CARBON = dim("depth", units="m"), dim("density", "soil organic carbon", DENSITY)


def styled(element, bokeh: dict | None = None, matplotlib: dict | None = None, **neutral):
    """Set options on both backends: neutral ones are translated, the others go to one backend only."""
    for i, (backend, own) in enumerate((("bokeh", bokeh), ("matplotlib", matplotlib))):
        shared = {_NAMES.get(name, (name, name))[i]: value for name, value in neutral.items()}
        element = element.opts(**shared | (own or {}), backend=backend)
    return element


def curve(x, y, dims: Sequence, label: str = "", *, colour: str = MUTED, **style) -> hv.Curve:
    """Return a line; ``style`` : width [px], dash, alpha."""
    return styled(hv.Curve((x, y), *dims, label=label), color=colour, **{"width": 2} | style)


def segments(ends, dims: Sequence, label: str = "", *, colour: str = MUTED, **style) -> hv.Segments:
    """Return straight lines from their ends (x0, y0, x1, y1)."""
    return styled(hv.Segments(ends, _ends(dims), label=label), color=colour, **{"width": 2} | style)


def dots(data, kdims: list, vdims: Sequence = (), label: str = "", **style) -> hv.Points:
    """Return marks at places; a browser shows all their columns on hover."""
    return marked(hv.Points(data, kdims, list(vdims), label=label), **style)


def marked(
    points, *, colour: str = MUTED, marker: str = "o", size: float = 7, filled: bool = True, alpha: float = 1
):
    """Set the mark of points, its size [px] and its colour: the name of a column or of a colour."""
    bokeh = {"size": size, "marker": _BOKEH_MARKS.get(marker, marker), "tools": ["hover"], "line_width": 1.5}
    bokeh |= {"fill_color": colour if filled else None, "line_color": None if filled else colour}
    matplotlib = {"s": (0.72 * size) ** 2, "marker": marker, "linewidth": 0 if filled else 1.2}
    matplotlib |= {"color": colour} if filled else {"facecolors": "none", "edgecolors": colour}
    return styled(points, bokeh, matplotlib, alpha=alpha)


def boxes(ends, dims: Sequence, vdims: Sequence = (), label: str = "", *, colour: str, alpha: float = 1):
    """Return filled rectangles from their ends (left, bottom, right, top), with all their columns."""
    found = hv.Rectangles(ends, _ends(dims), list(vdims), label=label)
    return styled(found, *_NO_EDGE, fill=colour, alpha=alpha)


def bars(
    y, low, high, dims: Sequence, label: str = "", *, columns: dict | None = None, thick: float = 0.6, **style
) -> hv.Rectangles:
    """Return horizontal bars from ``low`` to ``high`` at the rows ``y``.

    columns : further ones by name, which a browser shows on hover with the ends
    """
    y, high, columns = np.asarray(y, float), np.asarray(high, float), columns or {}
    ends = np.broadcast_to(low, y.shape), y - thick / 2, high, y + thick / 2, *columns.values()
    found = boxes(ends, dims, [dim(name) for name in columns], label, **style)
    across = dims[0].name
    shown = [(dims[0].pprint_label, f"@{{{across}}}{{0.[0000]}} – @{{{across}_end}}{{0.[0000]}}")]
    shown = [(name, f"@{{{name}}}") for name in columns] + shown
    return found.opts(hover_tooltips=shown, backend="bokeh")


def band(low, high, y, dims: Sequence, label: str = "", *, colour: str) -> hv.Polygons:
    """Return the area between two lines x(y)."""
    outline = np.column_stack([np.concatenate([low, np.flip(high)]), np.concatenate([y, np.flip(y)])])
    return styled(hv.Polygons([outline], list(dims), label=label), *_NO_EDGE, fill=colour, alpha=0.2)


def texts(x, y, words: Iterable[str], dims: Sequence, align: str = "center") -> hv.Labels:
    """Return small texts at places, in a grey that reads on light and dark backgrounds."""
    bokeh = {"text_font_size": "9pt", "text_color": MUTED}
    found = hv.Labels((x, y, list(words)), list(dims), "text")
    return styled(found, bokeh, {"size": 8, "color": "#6b7278"}, align=align)


def rule(at: float, *, across: bool = False, **style):
    """Return a line over the whole panel at an x, or ``across`` at a y."""
    return styled((hv.HLine if across else hv.VLine)(at), color=MUTED, **{"width": 1} | style)


def coloured(element, limits: tuple[float, float], palette: Sequence[str], words: str):
    """Colour by the first value dimension, with a colour bar that says ``words``."""
    bar = {"colorbar": True, "colorbar_position": "bottom", "colorbar_opts": _BAR}
    bar |= {"clabel": fill(words, _BAR_LETTERS)}
    printed = {"clabel": words, "cmap": [on_white(shade) for shade in palette]}  # HoloViews drops alpha there
    return styled(element, bar | {"cmap": list(palette)}, printed, clim=limits)


def panel(
    *marks,
    title: str = "",
    note: str = "",
    name: str = "",
    width: int = FULL_WIDTH // 3,
    height: int = 300,
    grid: str = "",
    equal: bool = False,
    rows: Sequence[str] = (),
    row_height: int = ROW_HEIGHT,
    **axes,
) -> hv.Overlay:
    """Return marks on common axes, which have the labels of the first mark with two dimensions.

    note : ends the first line of the title
    name : of the figure in a browser
    width, height : px, with the axes; in a browser legend and colour bar are outside of these
    grid : "x", "y" or "both"
    equal : a unit is as long on both axes
    rows : names of the rows y = 0, 1, ..., the first on top; they determine the height
    axes : xlim, ylim, xlabel, ylabel, xticks, yticks, logx, logy, invert_yaxis, xaxis, yaxis
    """
    marks = [mark for mark in marks if mark is not None]
    x, y = next(mark.dimensions() for mark in marks if not isinstance(mark, hv.HLine | hv.VLine))[:2]
    axes = {"xlabel": x.pprint_label, "ylabel": y.pprint_label} | axes
    if rows:
        height = FRAME_HEIGHT + row_height * len(rows)
        axes |= {"yticks": list(enumerate(rows)), "ylim": (-0.6, len(rows) - 0.4), "ylabel": ""}
        axes |= {"invert_yaxis": True}
    first, _, rest = title.partition("\n")
    axes |= {
        "title": "\n".join(filter(None, (noted(first, note) if title else "", rest))),
        "legend_limit": 99,
    }
    bare = "xaxis" in axes
    widest = _MARK + _LETTER * max((len(mark.label) for mark in marks), default=0)
    bokeh = {"frame_width": width - _AXIS, "frame_height": height - _AXIS, "toolbar": "above"}
    if equal:
        ratio = np.ptp(axes["ylim"]) / np.ptp(axes["xlim"])
        bokeh |= {"frame_width": width, "frame_height": round(width * ratio)}
    bokeh |= {"legend_position": "top", "legend_cols": max(1, (width - 60) // widest)}
    bokeh |= {"hooks": [_finish_bokeh(name, grid, bool(rows), equal, bare)]}
    finish = _finish_matplotlib(grid, equal, bool(rows), bare)
    return styled(
        hv.Overlay(marks), bokeh, {"fig_inches": (width / 100, height / 100), "hooks": [finish]}, **axes
    )


def abreast(
    panels: Sequence, columns: int = 0, *, share_rows: bool = False, linked: bool = True
) -> hv.Layout:
    """Return panels side by side, in a browser with one legend; raises InputError where there are none.

    share_rows : only the first names the rows
    linked : axes of the same dimension have the same range
    """
    expect(len(panels) > 0, "expected something to draw, found nothing")
    panels, columns = list(panels), min(columns or columns_for(len(panels)), len(panels))
    labels = {mark.label: mark for drawn in panels if isinstance(drawn, hv.Overlay) for mark in drawn}
    for i, drawn in enumerate(panels):
        options = {"show_legend": False}
        if i == columns - 1 and any(labels):  # at the right end of the first row; above a single column
            own = {mark.label for mark in drawn}
            others = [_unseen(mark) for label, mark in labels.items() if label not in own]
            drawn = drawn.clone([*drawn, *others])
            beside = {"legend_position": "right", "legend_cols": 1}
            options = {"show_legend": True} | (beside if columns > 1 else {})
        if share_rows:
            drawn = styled(drawn, yaxis=None) if i else drawn
        panels[i] = drawn.opts(backend="bokeh", **options) if isinstance(drawn, hv.Overlay) else drawn
    return hv.Layout(panels).cols(columns).opts(shared_axes=linked, sync_legends=False, backend="bokeh")


def _unseen(mark: hv.Element) -> hv.Element:
    """Return one mark nowhere, for the legend of a panel that has none of its kind."""
    first = mark.iloc[:1].dframe()
    return mark.clone(first.assign(**dict.fromkeys((d.name for d in mark.kdims), np.nan)))


def columns_for(count: int) -> int:
    """Return how many of some equal panels stand abreast.

    >>> [columns_for(n) for n in (1, 2, 4, 5)]
    [1, 2, 2, 3]
    """
    return min(count, 2 if count in (2, 4) else 3)


def _ends(dims: Sequence) -> list:
    """Dimensions of two ends; their labels differ, because HoloViews finds columns by label too."""
    return [*dims, *(d.clone((f"{d.name}_end", f"{d.label}, other end")) for d in dims)]


def _finish_bokeh(name: str, grid: str, named_rows: bool, equal: bool, bare: bool) -> Callable:
    def finish(plot, element) -> None:
        plot.state.toolbar.logo = None
        if named_rows:
            plot.state.yaxis.update(minor_tick_line_color=None, major_tick_line_color=None)
        plot.state.update(name=name or None, match_aspect=bare, tags=["equal"] if equal else [])
        plot.state.xgrid.visible, plot.state.ygrid.visible = grid in ("x", "both"), grid in ("y", "both")
        for mark in plot.subplots.values():  # a page finds sources by the label of their mark
            if "glyph_renderer" in mark.handles:
                mark.handles["glyph_renderer"].name = mark.current_frame.label

    return finish


def _finish_matplotlib(grid: str, equal: bool, named_rows: bool, bare: bool) -> Callable:
    def finish(plot, element) -> None:
        axes = plot.handles["axis"]
        axes.set_aspect("equal" if equal else "auto")
        for side, spine in axes.spines.items():
            spine.set_visible(not bare and (side == "bottom" or (side == "left" and not named_rows)))
        if grid:
            axes.grid(True, axis=grid)
        if named_rows:
            axes.tick_params(axis="y", length=0)

    return finish
