"""What lies behind a profile: matrices, fluxes with residence times, and the response to a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, Span

from dashboard.pages.model import flux_figure, matrix_figures
from dashboard.plots import residence_times
from dashboard.plots.palette import MUTED
from dashboard.ui.help import Help
from dashboard.ui.layout import cell, figure_pane, flexible_width, set_content, side_by_side, wrap_row
from dashboard.ui.text import html, markdown
from proda_core.vocabulary.soil_layers import LayerGrid

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import ModelInputs, SiteModel

MATRIX_HEIGHT, FLUX_HEIGHT, TIMES_HEIGHT, RESPONSE_HEIGHT = 420, 470, 300, 420  # px
YEARS = {"20 years": 20, "100 years": 100, "300 years": 300}


class MatricesView:
    """A, xi K, V and the whole system."""

    def __init__(self) -> None:
        self._grid: LayerGrid | None = None
        self._transfer = ColumnDataSource(matrix_figures.transfer_columns())
        self._rates = ColumnDataSource(matrix_figures.rate_columns())
        self._mixing = ColumnDataSource(matrix_figures.mixing_columns())
        self._system = ColumnDataSource(matrix_figures.system_columns())
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def show(self, hand: SiteModel, setting: ModelInputs) -> None:
        """Draw the matrices of a setting."""
        found = hand.matrices(setting)
        self._transfer.data = matrix_figures.transfer_columns(found.transfer)
        self._rates.data = matrix_figures.rate_columns(hand.grid, found.rates)
        self._mixing.data = matrix_figures.mixing_columns(hand.grid, found.mixing)
        self._system.data = matrix_figures.system_columns(found.system)
        if self._grid is not hand.grid:
            self._grid = hand.grid
            self.view[:] = [self._figures(hand.grid)]

    def _figures(self, grid: LayerGrid) -> pn.Row:
        plots = (
            matrix_figures.transfer_figure(self._transfer),
            matrix_figures.rates_figure(self._rates, grid),
            matrix_figures.mixing_figure(self._mixing, grid),
            matrix_figures.system_figure(self._system, grid),
        )
        return side_by_side(*(cell(figure_pane(plot, MATRIX_HEIGHT), basis=380) for plot in plots))


class FluxesView:
    """The Sankey diagram, residence times and bulk processes."""

    def __init__(self) -> None:
        self._ribbons, self._nodes = (ColumnDataSource(part) for part in flux_figure.sankey_columns())
        self._times = ColumnDataSource(residence_times.times_columns())
        self._plot = flux_figure.sankey_figure(self._ribbons, self._nodes)
        self._bulk = html()
        right = cell(
            figure_pane(residence_times.times_figure(self._times), TIMES_HEIGHT), self._bulk, basis=380
        )
        self.view = side_by_side(cell(figure_pane(self._plot, FLUX_HEIGHT), basis=440), right)

    def show(self, hand: SiteModel, setting: ModelInputs) -> None:
        """Draw the fluxes and times of a setting."""
        found, default = hand.diagnosed(setting), hand.diagnosed(hand.default_setting)
        gains, lost = hand.gains(setting, found), found["decomposition"].values
        given = hand.litter(setting)
        into, out = flux_figure.flows(given, gains, lost)
        self._ribbons.data, self._nodes.data = flux_figure.sankey_columns(into, out)
        self._plot.title.text = flux_figure.fluxes_title(float(given.sum()))
        self._times.data = residence_times.times_columns(found, default)
        self._bulk.object = residence_times.bulk_table(hand.bulk(setting), hand.bulk(hand.default_setting))


class ResponseView:
    """Stocks through the years after the climate has changed at once."""

    def __init__(self, help_: Help) -> None:
        self._source = ColumnDataSource(residence_times.response_columns())
        self._settled = Span(location=0, dimension="width", line_color=MUTED, line_dash="dashed")
        self._plot = residence_times.response_figure(self._source, self._settled)
        self.years = pmui.Select(
            label="Follow for", options=YEARS, value=100, size="small", **flexible_width(150)
        )
        self._words = markdown()
        tools = wrap_row(self.years, help_.button("response", "the response to a step change"), self._words)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._pane = figure_pane(self._plot, RESPONSE_HEIGHT)
        self._empty = markdown(
            "No change yet: move **warming**, **soil water** or **litter input**, and the stocks answer.",
            styles={"padding": "6% 10%", "text-align": "center"},
        )
        self.view = pn.Column(tools, self._place, sizing_mode="stretch_width", margin=0)

    def show(self, hand: SiteModel, setting: ModelInputs) -> None:
        """Integrate and draw; without a change say what to do."""
        if setting.change == hand.today:
            set_content(self._place, self._empty)
            return
        found = hand.response(setting, self.years.value)
        self._source.data = residence_times.response_columns(found)
        self._settled.location = residence_times.settled_change(found)
        self._plot.title.text = residence_times.response_title(found)
        set_content(self._place, self._pane)
