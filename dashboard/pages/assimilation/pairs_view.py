"""What one profile can tell: bars of identifiability, and chosen parameters against each other."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.pages.assimilation import identifiability_figure as draw
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.layout import SMALL_CHOICES, figure_pane, flexible_width, wrap_row
from dashboard.ui.text import markdown
from proda_core.vocabulary.parameters import PRIORS

HEIGHT = 560  # px
FIRST = 4  # parameters of the first pair plot: those the profile says most about


class Identifiability:
    """Bars of posterior over prior standard deviation."""

    def __init__(self, prior: str) -> None:
        self._prior = ""
        self._source = ColumnDataSource(draw.sd_columns(None, prior), name="identifiability-values")
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)
        self._build(prior)

    def show(self, summary: xr.Dataset | None, prior: str, teller: str, note: str) -> None:
        """Show a posterior, or that there is none; ``teller`` is what was assimilated, as "site 9"."""
        self._build(prior)
        columns = draw.sd_columns(summary, prior)
        draw.show_sds(
            self._plot,
            self._source,
            columns,
            f"What {teller} tell{'' if teller.endswith('s') else 's'} about each parameter",
            note,
        )

    def _build(self, prior: str) -> None:
        if prior != self._prior:
            self._prior = prior
            self._source.data = draw.sd_columns(None, prior)
            self._plot = draw.sd_figure(self._source, prior)
            self.view[:] = [figure_pane(self._plot, HEIGHT)]


class Pairs:
    """Chosen parameters against each other; at first those the profile says most about.

    Its many figures are made while somebody looks at them.
    """

    def __init__(self, prior: str) -> None:
        self._summary: xr.Dataset | None = None
        self._prior, self._showing, self._seen = prior, False, False
        self._chosen = pmui.MultiChoice(
            label="Parameters (up to five)",
            options=list(PRIORS[prior].names),
            max_items=draw.MOST_PAIRED,
            **SMALL_CHOICES,
            **flexible_width(520),
        )
        self._chosen.param.watch(lambda *_: self._redraw(), "value")
        self._empty = markdown("No posterior yet.")
        self._place = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)
        self.view = pn.Column(wrap_row(self._chosen), self._place, sizing_mode="stretch_width", margin=0)

    def show(self, summary: xr.Dataset | None, prior: str) -> None:
        """Show a posterior, or that there is none."""
        self._summary, self._showing = summary, True
        if prior != self._prior:
            self._prior = prior
            self._chosen.param.update(options=list(PRIORS[prior].names), value=[])
        if summary is not None and not self._chosen.value:
            ranked = summary["sd_ratio"].to_series().sort_values()
            self._chosen.value = [str(name) for name in ranked.index[:FIRST]]
        self._showing = False
        self._draw()

    def look(self, seen: bool) -> None:
        """Be looked at, or no longer."""
        self._seen = seen
        self._draw()

    @on_next_tick
    def _redraw(self) -> None:
        if not self._showing:
            self._draw()

    def _draw(self) -> None:
        if not self._seen or self._summary is None or not self._chosen.value:
            self._place[:] = [self._empty]
            return
        rows = draw.pair_figures(self._summary, self._chosen.value, self._prior)
        self._place[:] = [_row(row, columns=len(rows)) for row in rows]


def _row(plots: list, columns: int) -> pn.Row:
    """One row of small figures, their frames as wide as those above them."""
    labels = draw.LEFT - draw.BORDER
    inner = f"(100% - {labels}px) / {columns}"
    cells = []
    for number, plot in enumerate(plots):
        width = f"calc({inner}{f' + {labels}px' if number == 0 else ''})"
        pane = pn.pane.Bokeh(plot, sizing_mode="stretch_width", min_height=plot.height, margin=0)
        styles = {"flex": f"0 0 {width}", "max-width": width, "min-width": "0"}
        cells.append(pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0))
    return pn.Row(*cells, sizing_mode="stretch_width", styles={"gap": "0"}, margin=0)
