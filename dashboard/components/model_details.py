"""What lies behind a profile: matrices, fluxes with residence times, and the response to a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, Span

from dashboard.components.help import Help
from dashboard.components.panes import about, cell, figure_pane, line, put, side_by_side
from dashboard.components.words import html, markdown
from dashboard.figures import fluxes, matrices, times
from dashboard.figures.palette import MUTED
from proda_core.vocabulary.soil_layers import LayerGrid

if TYPE_CHECKING:
    from dashboard.jobs.hand import Hand, Setting

MATRIX_HEIGHT, FLUX_HEIGHT, TIMES_HEIGHT, RESPONSE_HEIGHT = 420, 470, 300, 420  # px
YEARS = {"20 years": 20, "100 years": 100, "300 years": 300}


class MatricesView:
    """A, xi K, V and the whole system."""

    def __init__(self) -> None:
        self._grid: LayerGrid | None = None
        self._transfer = ColumnDataSource(matrices.transfer_columns())
        self._rates = ColumnDataSource(matrices.rate_columns())
        self._mixing = ColumnDataSource(matrices.mixing_columns())
        self._system = ColumnDataSource(matrices.system_columns())
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def show(self, hand: Hand, setting: Setting) -> None:
        """Draw the matrices of a setting."""
        found = hand.matrices(setting)
        self._transfer.data = matrices.transfer_columns(found.transfer)
        self._rates.data = matrices.rate_columns(hand.grid, found.rates)
        self._mixing.data = matrices.mixing_columns(hand.grid, found.mixing)
        self._system.data = matrices.system_columns(found.system)
        if self._grid is not hand.grid:
            self._grid = hand.grid
            self.view[:] = [self._figures(hand.grid)]

    def _figures(self, grid: LayerGrid) -> pn.Row:
        plots = (
            matrices.transfer_figure(self._transfer),
            matrices.rates_figure(self._rates, grid),
            matrices.mixing_figure(self._mixing, grid),
            matrices.system_figure(self._system, grid),
        )
        return side_by_side(*(cell(figure_pane(plot, MATRIX_HEIGHT), basis=380) for plot in plots))


class FluxesView:
    """The Sankey diagram, residence times and bulk processes."""

    def __init__(self) -> None:
        self._ribbons, self._nodes = (ColumnDataSource(part) for part in fluxes.sankey_columns())
        self._times = ColumnDataSource(times.times_columns())
        self._plot = fluxes.sankey_figure(self._ribbons, self._nodes)
        self._bulk = html()
        right = cell(figure_pane(times.times_figure(self._times), TIMES_HEIGHT), self._bulk, basis=380)
        self.view = side_by_side(cell(figure_pane(self._plot, FLUX_HEIGHT), basis=440), right)

    def show(self, hand: Hand, setting: Setting) -> None:
        """Draw the fluxes and times of a setting."""
        found, default = hand.diagnosed(setting), hand.diagnosed(hand.default_setting)
        gains, lost = hand.gains(setting, found), found["decomposition"].values
        given = hand.litter(setting)
        into, out = fluxes.flows(given, gains, lost)
        self._ribbons.data, self._nodes.data = fluxes.sankey_columns(into, out)
        self._plot.title.text = fluxes.fluxes_title(float(given.sum()))
        self._times.data = times.times_columns(found, default)
        self._bulk.object = times.bulk_table(hand.bulk(setting), hand.bulk(hand.default_setting))


class ResponseView:
    """Stocks through the years after the climate has changed at once."""

    def __init__(self, help_: Help) -> None:
        self._source = ColumnDataSource(times.response_columns())
        self._settled = Span(location=0, dimension="width", line_color=MUTED, line_dash="dashed")
        self._plot = times.response_figure(self._source, self._settled)
        self.years = pmui.Select(label="Follow for", options=YEARS, value=100, size="small", **about(150))
        self._words = markdown()
        tools = line(self.years, help_.button("response", "the response to a step change"), self._words)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._pane = figure_pane(self._plot, RESPONSE_HEIGHT)
        self._empty = markdown(
            "No change yet: move **warming**, **soil water** or **litter input**, and the stocks answer.",
            styles={"padding": "6% 10%", "text-align": "center"},
        )
        self.view = pn.Column(tools, self._place, sizing_mode="stretch_width", margin=0)

    def show(self, hand: Hand, setting: Setting) -> None:
        """Integrate and draw; without a change say what to do."""
        if setting.change == hand.today:
            put(self._place, self._empty)
            return
        found = hand.response(setting, self.years.value)
        self._source.data = times.response_columns(found)
        self._settled.location = times.settled_change(found)
        self._plot.title.text = times.response_title(found)
        put(self._place, self._pane)
