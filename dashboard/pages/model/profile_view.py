"""Profile and pools of one setting of the model, beside the default run and the observations.

Stays on Bokeh sources: redrawn with every move of a slider.
"""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.pages.model import pool_figures
from dashboard.plots.labels import data_note
from dashboard.plots.profile import (
    MARGIN,
    ProfileSources,
    axis_limits,
    band_columns,
    line_columns,
    observed_columns,
    profile_figure,
    set_posterior_in_legend,
)
from dashboard.ui.layout import figure_pane, flexible_column, side_by_side
from dashboard.ui.text import html
from proda_core.figures.theme import noted
from proda_core.records.study import Study
from proda_core.vocabulary.soil_layers import LayerGrid

HEIGHT = 430  # px


class ModelProfile:
    """Figures of one site: ``set_site`` draws what stays, ``update`` only the lines of a setting."""

    def __init__(self) -> None:
        self._sources = ProfileSources()
        self._line = ColumnDataSource(line_columns(), name="model-line")
        self._pools, self._pools0 = (ColumnDataSource(pool_figures.pool_columns()) for _ in range(2))
        self._plot = profile_figure(self._sources, "", posterior=True)
        self._plot.name = "model-profile"
        pool_figures.add_current(self._plot, self._line)
        self._plot.legend[0].update(orientation="vertical", ncols=2)
        self._pools_plot = pool_figures.pools_figure(self._pools, self._pools0, self._sources.depth_range)
        self._stocks = html()
        self._grid: LayerGrid | None = None
        self._default = np.zeros(0)
        self._observed: tuple[np.ndarray, np.ndarray] = (np.zeros(0), np.zeros(0))
        figures = side_by_side(
            flexible_column(figure_pane(self._plot, HEIGHT), basis=340),
            flexible_column(figure_pane(self._pools_plot, HEIGHT), basis=340),
        )
        self.view = pn.Column(figures, self._stocks, sizing_mode="stretch_width", margin=0)

    def set_site(self, study: Study, site: int, default: np.ndarray, band: tuple | None) -> None:
        """Draw the observations, the default run's pools (pool, layer) [gC m-3] and the posterior's band."""
        self._grid, self._default = study.forcing.grid, pool_figures.soil_carbon(default)
        depth, carbon, usable = study.profiles.observations(site)
        self._observed = depth[usable == 0], carbon[usable == 0]
        self._sources.observed.data = observed_columns(study, site)
        self._sources.default.data = line_columns(self._grid, self._default)
        self._sources.posterior.data = band_columns(self._grid, *band) if band else band_columns()
        self._pools0.data = pool_figures.pool_columns(self._grid, default)
        set_posterior_in_legend(self._plot, band is not None)
        self._plot.title.text = noted("Soil carbon profile", data_note(study))
        self._pools_plot.title.text = noted("Pools (dotted: CLM5 default)", data_note(study))

    def update(self, pools: np.ndarray) -> None:
        """Draw the pools (pool, layer) [gC m-3] of a setting."""
        carbon = pool_figures.soil_carbon(pools)
        self._line.data = line_columns(self._grid, carbon)
        self._pools.data = pool_figures.pool_columns(self._grid, pools)
        self._stocks.object = pool_figures.stocks_table(self._grid, carbon, self._default, self._observed)
        others = (self._sources.default.data, self._sources.posterior.data)
        ends = axis_limits(self._sources.observed.data, *others, whole=self._line.data)
        self._sources.carbon_range.update(start=-MARGIN * ends[0], end=ends[0])
        self._sources.depth_range.update(start=ends[1], end=-MARGIN * ends[1])
