"""Information on the parameters: bars of identifiability, and chosen parameters against each other."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui
import xarray as xr
from bokeh.models import BasicTicker, BoxAnnotation, GlyphRenderer, NumeralTickFormatter
from bokeh.plotting import figure

from dashboard.plots.elements import figures_of
from dashboard.ui.callbacks import Updating, on_next_tick
from dashboard.ui.layout import SMALL_CHOICES, figure_pane, flexible_width, set_content, wrap_row
from dashboard.ui.text import markdown
from proda_core import figures
from proda_core.figures.theme import MUTED
from proda_core.vocabulary.parameters import PRIORS

HEIGHT = 560  # px, of the bars
MAX_PAIRED = 5  # parameters
FIRST_PAIRED = 4  # parameters of the first plot: those that the profile constrains best
PAIR_HEIGHT, BORDER = 130, 7  # px, of one small figure and around its frame
LEFT, BELOW = 96, 56  # px, space for the labels of the first column and of the last row


class LazyView:
    """A view of one posterior that is drawn while its tab is visible."""

    def __init__(self, visible: bool) -> None:
        self._summary: xr.Dataset | None = None
        self._visible = visible
        self._empty = markdown("No posterior yet.")
        self._place = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)

    def set_visible(self, visible: bool) -> None:
        """Draw when the tab is opened; the figures go when it is closed."""
        self._visible = visible
        self._redraw()

    def _redraw(self) -> None:
        if not self._visible or self._summary is None or not (content := self._figures()):
            set_content(self._place, self._empty)
        else:
            self._place[:] = content

    def _figures(self) -> list:
        raise NotImplementedError


class Identifiability(LazyView):
    """Bars of posterior over prior standard deviation."""

    def __init__(self, visible: bool) -> None:
        super().__init__(visible)
        self._title = self._note = ""
        self.view = self._place

    def update(self, summary: xr.Dataset | None, owner: str, note: str) -> None:
        """Draw a posterior, or that there is none; ``owner`` is what was assimilated, as "site 9"."""
        self._title = f"Information on each parameter from {owner}"
        self._summary, self._note = summary, note
        self._redraw()

    def _figures(self) -> list:
        element = figures.identifiability(self._summary, title=self._title, note=self._note)
        (plot,) = figures_of(element)
        plot.select_one(GlyphRenderer).data_source.name = "identifiability-values"
        return [figure_pane(plot, HEIGHT)]


class Pairs(LazyView):
    """Chosen parameters against each other; at first those that the profile constrains best."""

    def __init__(self, visible: bool, prior: str) -> None:
        super().__init__(visible)
        self._prior, self._updating = prior, Updating()
        self._parameters = pmui.MultiChoice(
            label="Parameters (up to five)",
            options=list(PRIORS[prior].names),
            max_items=MAX_PAIRED,
            **SMALL_CHOICES,
            **flexible_width(520),
        )
        self._parameters.param.watch(lambda *_: self._on_parameters(), "value")
        self.view = pn.Column(wrap_row(self._parameters), self._place, sizing_mode="stretch_width", margin=0)

    def update(self, summary: xr.Dataset | None, prior: str) -> None:
        """Draw a posterior, or that there is none."""
        self._summary = summary
        with self._updating:
            if prior != self._prior:
                self._prior = prior
                self._parameters.param.update(options=list(PRIORS[prior].names), value=[])
            if summary is not None and not self._parameters.value:
                ranked = summary["sd_ratio"].to_series().sort_values()
                self._parameters.value = [str(name) for name in ranked.index[:FIRST_PAIRED]]
        self._redraw()

    def _on_parameters(self) -> None:
        if not self._updating:
            on_next_tick(self._redraw)()

    def _figures(self) -> list:
        chosen = self._parameters.value
        if not chosen:
            return []
        plots = iter(figures_of(figures.pairs(self._summary["draws"], chosen, self._prior)))
        rows = [[next(plots) for _ in range(number + 1)] for number in range(len(chosen))]
        return [_row(row, columns=len(rows), is_last=row is rows[-1]) for row in rows]


def _row(plots: list[figure], columns: int, is_last: bool) -> pn.Row:
    """Place a row of small figures whose frames are as wide as those above."""
    labels = LEFT - BORDER
    inner = f"(100% - {labels}px) / {columns}"
    cells = []
    for number, plot in enumerate(plots):
        _style_pair(plot, is_first=number == 0, is_last=is_last)
        width = f"calc({inner}{f' + {labels}px' if number == 0 else ''})"
        pane = pn.pane.Bokeh(plot, sizing_mode="stretch_width", min_height=plot.height, margin=0)
        styles = {"flex": f"0 0 {width}", "max-width": width, "min-width": "0"}
        cells.append(pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0))
    return pn.Row(*cells, sizing_mode="stretch_width", styles={"gap": "0"}, margin=0)


def _style_pair(plot: figure, is_first: bool, is_last: bool) -> None:
    """Give a small figure the borders of its column and row, and axes at the edges of the grid alone."""
    left, below = LEFT if is_first else BORDER, BELOW if is_last else BORDER
    plot.update(
        width=None,
        height=PAIR_HEIGHT + below - BORDER,
        min_width=40,
        sizing_mode="stretch_width",
        min_border=BORDER,
        min_border_left=left,
        min_border_bottom=below,
        toolbar_location=None,
    )
    plot.title.visible = False
    frame = {"fill_color": MUTED, "fill_alpha": 0.07, "line_color": MUTED, "line_alpha": 0.5}
    plot.add_layout(BoxAnnotation(level="underlay", **frame))  # an outline is not drawn in every theme
    for axis in plot.axis:  # a small figure has space for three numbers
        axis.update(
            ticker=BasicTicker(desired_num_ticks=3, num_minor_ticks=0),
            formatter=NumeralTickFormatter(format="0.[00000]"),
            axis_label_text_font_size="12px",
            major_label_text_font_size="10px",
        )
    plot.yaxis.visible = is_first and not _is_diagonal(plot)
    plot.xaxis.visible = is_last
    if _is_diagonal(plot):
        plot.y_range.start = 0


def _is_diagonal(plot: figure) -> bool:
    """Whether the figure is a histogram, as its name of two parts says: pair-q10, not pair-q10-beta."""
    return plot.name.count("-") == 1
