"""A HoloViews or GeoViews element as a Matplotlib figure and a PNG file for the page.

HoloViews draws every panel; the panels are arranged here, because colour bars and legends of a printed
figure belong to all its panels together.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import contextmanager, nullcontext
from io import BytesIO
from math import ceil

import holoviews as hv
import matplotlib as mpl
from holoviews.plotting.mpl import MPLRenderer
from holoviews.plotting.mpl import plot as mpl_plot
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from proda_core.figures.theme import matplotlib_settings

DPI = 150
WIDTH = 10.5  # inches of every figure
SYNTHETIC = "SYNTHETIC DATA – nothing here was measured"
NOTE_COLOUR = "#b3261e"
_PIXELS_PER_INCH = 100
_BAR, _LINE = 0.55, 0.22  # inches of a colour bar with its label; of a line of text
_LEGEND_LETTERS, _MARK_LETTERS = 150, 6  # in a row; as wide as a mark


def picture(element: hv.Overlay | hv.Layout, note: str = "", theme: str = "light") -> Figure:
    """Draw an element, or the panels of a Layout.

    note : printed above all panels: that the data are synthetic, for instance
    """
    places = list(element) if isinstance(element, hv.Layout) else [element]
    columns = min(len(places), element._max_cols) if isinstance(element, hv.Layout) else 1
    panels = {divmod(i, columns): place for i, place in enumerate(places) if not isinstance(place, hv.Empty)}
    rows = ceil(len(places) / columns)
    with mpl.rc_context(matplotlib_settings(theme)), _undisturbed():
        options = {at: hv.Store.lookup_options("matplotlib", p, "plot").kwargs for at, p in panels.items()}
        sizes = {at: chosen["fig_inches"] for at, chosen in options.items()}
        heights = [max(size[1] for at, size in sizes.items() if at[0] == row) for row in range(rows)]
        width = min(WIDTH, columns * max(size[0] for size in sizes.values()))
        figure = Figure(layout="constrained")
        grid = figure.add_gridspec(rows, columns, height_ratios=heights)
        drawn = [_draw(figure, grid[at], panel, options[at]) for at, panel in panels.items()]
        own_bars = _colour_bars(figure, drawn)
        legend_rows = _legend(figure, [plot.handles["axis"] for plot in drawn])
        bar_rows = rows if own_bars == len(panels) else bool(own_bars)
        lines = legend_rows + bool(note)
        figure.set_size_inches(width, sum(heights) + _BAR * bar_rows + _LINE * lines)
        if note:
            figure.suptitle(note, fontsize=8.5, color=NOTE_COLOUR, fontweight="bold")
    return figure


def png(element: hv.Overlay | hv.Layout, note: str = "") -> bytes:
    """Return the PNG file of an element, without the empty margin that true proportions leave."""
    buffer = BytesIO()
    with mpl.rc_context(matplotlib_settings()):
        picture(element, note).savefig(
            buffer, format="png", dpi=DPI, bbox_inches="tight", pad_inches=0.08, metadata={"Software": None}
        )
    return buffer.getvalue()


def shown_width(image: bytes) -> int:
    """Return the width of a PNG on a page [CSS pixels]: 100 to an inch, the rest is for sharp screens."""
    return round(int.from_bytes(image[16:20], "big") * _PIXELS_PER_INCH / DPI)


@contextmanager
def _undisturbed():
    """Save a third of the time of drawing: settings are not copied, garbage is not collected.

    HoloViews would copy all settings of Matplotlib before and after each step, in case a figure has its own.
    """
    copying, collecting = mpl_plot._rc_context, gc.isenabled()
    mpl_plot._rc_context = lambda settings: nullcontext()
    gc.disable()
    try:
        yield
    finally:
        mpl_plot._rc_context = copying
        if collecting:
            gc.enable()


def _draw(figure: Figure, place, element, options: dict):
    """Let HoloViews draw a panel on axes of the panel's own projection."""
    renderer = MPLRenderer.instance()
    projections = [
        hv.Store.lookup_options("matplotlib", mark, "plot").options.get("projection")
        for mark in (element if isinstance(element, hv.Overlay) else [element])
    ]
    axes = figure.add_subplot(place, projection=next(filter(None, projections), None))
    kind = hv.Store.registry["matplotlib"][type(element)]
    plot = kind(
        element, fig=figure, axis=axes, keys=[()], dimensions=[], subplot=True, renderer=renderer, **options
    )
    plot.initialize_plot()
    return plot


def _colour_bars(figure: Figure, plots: Sequence) -> int:
    """Add one colour bar to all panels that share its label and its limits; return how many."""
    bars: dict[tuple, list] = {}
    for mark in (mark for plot in plots for mark in plot.subplots.values()):
        if getattr(mark, "clabel", None):
            bars.setdefault((mark.clabel, mark.clim), []).append(mark)
    for (label, _), marks in bars.items():
        axes = [mark.handles["axis"] for mark in marks]
        size = {"shrink": 0.5, "aspect": 40} if len(axes) == len(plots) > 1 else {"shrink": 0.8, "aspect": 30}
        bar = figure.colorbar(marks[0].handles["artist"], ax=axes, location="bottom", pad=0.02, **size)
        bar.set_label(label)
        bar.outline.set_visible(False)
        if isinstance(bar.norm, LogNorm):
            bar.ax.xaxis.set_major_formatter("{x:g}")
    return len(bars)


def _legend(figure: Figure, panels: Sequence[Axes]) -> int:
    """Gather the legends of all panels below them; return the number of its rows."""
    entries: dict[str, tuple] = {}
    for axes in panels:
        found: dict[str, tuple] = {}
        for handle, text in zip(*axes.get_legend_handles_labels()):
            found[text] = (*found.get(text, ()), handle)  # a line and its marks
        entries = found | entries
        if axes.get_legend() is not None:
            axes.get_legend().remove()
    if not entries:
        return 0
    lengths = [_MARK_LETTERS + len(text) for text in entries]
    columns = len(entries) if sum(lengths) <= _LEGEND_LETTERS else max(1, _LEGEND_LETTERS // max(lengths))
    figure.legend(entries.values(), entries.keys(), loc="outside lower center", ncols=columns)
    return ceil(len(entries) / columns)
