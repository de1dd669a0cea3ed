"""Details of a steady state: matrices, fluxes with residence times, and the response to a step change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, Span

from dashboard.pages.model import flux_figure, matrix_figures, response_figure, time_figures
from dashboard.ui.help import Help
from dashboard.ui.layout import (
    figure_pane,
    flexible_column,
    flexible_width,
    grid,
    set_content,
    side_by_side,
    wrap_row,
)
from dashboard.ui.text import html, markdown
from proda_core.figures.theme import MUTED
from proda_core.vocabulary.soil_layers import LayerGrid

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import ModelInputs, SiteModel

MATRIX_HEIGHT, FLUX_HEIGHT, TIMES_HEIGHT, RESPONSE_HEIGHT = 420, 470, 300, 420  # px
YEARS = {"20 years": 20, "100 years": 100, "300 years": 300}


class MatricesView:
    """The matrices A, xi K, V and A xi K - V."""

    def __init__(self) -> None:
        self._grid: LayerGrid | None = None
        self._transfer = ColumnDataSource(matrix_figures.transfer_columns())
        self._rates = ColumnDataSource(matrix_figures.rate_columns())
        self._mixing = ColumnDataSource(matrix_figures.mixing_columns())
        self._system = ColumnDataSource(matrix_figures.system_columns())
        self.view = pn.Column(sizing_mode="stretch_width", margin=0)

    def update(self, model: SiteModel, inputs: ModelInputs) -> None:
        """Draw the matrices."""
        found = model.matrices(inputs)
        self._transfer.data = matrix_figures.transfer_columns(found.transfer)
        self._rates.data = matrix_figures.rate_columns(model.grid, found.rates)
        self._mixing.data = matrix_figures.mixing_columns(model.grid, found.mixing)
        self._system.data = matrix_figures.system_columns(found.system)
        if self._grid is not model.grid:
            self._grid = model.grid
            self.view[:] = [self._figures(model.grid)]

    def _figures(self, layers: LayerGrid) -> pn.Column:
        plots = (
            matrix_figures.transfer_figure(self._transfer),
            matrix_figures.rates_figure(self._rates, layers),
            matrix_figures.mixing_figure(self._mixing, layers),
            matrix_figures.system_figure(self._system, layers),
        )
        return grid([figure_pane(plot, MATRIX_HEIGHT) for plot in plots], across=2)


class FluxesView:
    """The Sankey diagram of carbon, residence times and bulk processes."""

    def __init__(self) -> None:
        self._ribbons, self._nodes = (ColumnDataSource(part) for part in flux_figure.sankey_columns())
        self._times = ColumnDataSource(time_figures.time_columns())
        self._plot = flux_figure.sankey_figure(self._ribbons, self._nodes)
        self._bulk = html()
        times = figure_pane(time_figures.time_figure(self._times), TIMES_HEIGHT)
        self.view = side_by_side(
            flexible_column(figure_pane(self._plot, FLUX_HEIGHT), basis=440),
            flexible_column(times, self._bulk, basis=380),
        )

    def update(self, model: SiteModel, inputs: ModelInputs) -> None:
        """Draw the fluxes and times, and tabulate the bulk processes."""
        found, default = model.diagnostics(inputs), model.diagnostics(model.default_inputs)
        litter = model.litter_input(inputs)
        into, out = flux_figure.pool_fluxes(
            litter, model.transfer_fluxes(inputs, found), found["decomposition"].values
        )
        self._ribbons.data, self._nodes.data = flux_figure.sankey_columns(into, out)
        self._plot.title.text = flux_figure.fluxes_title(float(litter.sum()))
        self._times.data = time_figures.time_columns(found, default)
        bulk = (model.bulk_processes(each) for each in (inputs, model.default_inputs))
        self._bulk.object = time_figures.bulk_process_table(*bulk)


class ResponseView:
    """Stocks through the years after a step change of climate."""

    def __init__(self, help_: Help) -> None:
        self._source = ColumnDataSource(response_figure.response_columns())
        self._steady_state = Span(location=0, dimension="width", line_color=MUTED, line_dash="dashed")
        self._plot = response_figure.response_figure(self._source, self._steady_state)
        self.years = pmui.Select(
            label="Duration", options=YEARS, value=100, size="small", **flexible_width(150)
        )
        tools = wrap_row(self.years, help_.button("response", "the response to a step change"))
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._pane = figure_pane(self._plot, RESPONSE_HEIGHT)
        self._empty = markdown(
            "No change yet: move **warming**, **soil water** or **litter input** to see the response.",
            styles={"padding": "6% 10%", "text-align": "center"},
        )
        self.view = pn.Column(tools, self._place, sizing_mode="stretch_width", margin=0)

    def update(self, model: SiteModel, inputs: ModelInputs) -> None:
        """Integrate and draw; without a change of climate say which sliders to move."""
        if not inputs.changes_climate:
            set_content(self._place, self._empty)
            return
        found = model.response(inputs, self.years.value)
        self._source.data = response_figure.response_columns(found)
        self._steady_state.location = response_figure.equilibrium_change(found)
        self._plot.title.text = response_figure.response_title(found)
        set_content(self._place, self._pane)
