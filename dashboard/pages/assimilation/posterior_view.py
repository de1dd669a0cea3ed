"""The posterior of one site: against its prior, with the fitted profile and the diagnostics."""

from __future__ import annotations

import numpy as np
import panel as pn
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.pages.assimilation import posterior_figures
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.pages.assimilation.pairs_view import Identifiability, Pairs
from dashboard.plots.labels import data_note
from dashboard.plots.profile import (
    MARGIN,
    ProfileSources,
    axis_limits,
    band_columns,
    line_columns,
    observed_columns,
    profile_figure,
    profile_title,
)
from dashboard.state.assimilation_link import POSTERIOR_VIEWS
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.layout import card_column, figure_pane, side_by_side
from dashboard.ui.tabs import tabs
from dashboard.ui.text import heading, html
from proda_core.figures.assimilation import convergence_note
from proda_core.figures.theme import noted
from proda_core.records.study import Study

INTERVALS_HEIGHT, HISTOGRAM_HEIGHT, FIT_HEIGHT = 560, 220, 420  # px


class PosteriorView:
    """Drawn by ``update``; empty until there is a posterior."""

    def __init__(self, session: SessionState, parameter: str, prior: str, help_: Help) -> None:
        self._parameter, self._prior = parameter, prior
        self._summary: xr.Dataset | None = None
        self._note = ""
        self._intervals = ColumnDataSource(posterior_figures.interval_columns(None, prior), name="intervals")
        self._histogram = ColumnDataSource(posterior_figures.empty_histogram(), name="histogram")
        self._fit = ProfileSources()
        density = posterior_figures.density_columns(parameter, prior)
        self._density = ColumnDataSource(density, name="prior-density")
        self._histogram_plot = posterior_figures.histogram_figure(
            self._histogram, self._density, parameter, prior
        )
        self._fit_plot = profile_figure(self._fit, "", posterior=True, prior=True)
        self._numbers = html()
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._build_intervals()
        self._lazy = {
            "identifiability": Identifiability(visible=session.found == "identifiability"),
            "pairs": Pairs(visible=session.found == "pairs", prior=prior),
        }
        session.param.watch(lambda event: self._on_tab(event.new), "found")
        self.view = self._layout(session, help_)

    def _layout(self, session: SessionState, help_: Help) -> pn.Row:
        views = [self._place, *(view.view for view in self._lazy.values())]
        # Dynamic: a figure in a tab that is not visible would never finish drawing.
        choices = tabs(session, "found", POSTERIOR_VIEWS, views, dynamic=True)
        about = help_.button("posterior", "posterior and prior")
        left = card_column(heading("Posterior against prior", about), choices, basis=420)
        right = card_column(
            heading("Fit and convergence", help_.button("convergence", "these numbers")),
            self._numbers,
            figure_pane(self._fit_plot, FIT_HEIGHT),
            figure_pane(self._histogram_plot, HISTOGRAM_HEIGHT),
            basis=420,
        )
        return side_by_side(left, right)

    def update(self, study: Study, site: int, found: xr.Dataset | None, prior: str, shared: str = "") -> None:
        """Draw the posterior of a site, or that there is none yet.

        shared : the sites that share the posterior, as in "All sites"; empty where it is of this site alone
        """
        owner, self._note = shared or f"Site {site}", data_note(study)
        if prior != self._prior:
            self._prior = prior
            self._build_intervals()
        self._summary = None if found is None else found.isel(site=0)
        apart = "" if found is None else convergence_note(self._summary)
        self._note = " · ".join(filter(None, (apart, self._note)))
        self._plot.title.text = noted(f"{owner} within the prior “{prior}”", self._note)
        self._intervals.data = posterior_figures.interval_columns(self._summary, prior)
        self._numbers.object = diagnostics_strip(self._summary, verdict=not shared)
        owner = owner[0].lower() + owner[1:]
        self._lazy["identifiability"].update(self._summary, owner, self._note)
        self._lazy["pairs"].update(self._summary, prior)
        self._update_fit(study, site)
        self.set_parameter(self._parameter)

    def set_default_run(self, study: Study, carbon: np.ndarray) -> None:
        """Draw the default run's profile (layer) [gC m-3] beside the fit."""
        self._fit.default.data = line_columns(study.forcing.grid, carbon)

    def set_prior_band(self, study: Study, band: np.ndarray | None) -> None:
        """Draw the 5-95 % band of carbon under the prior beside the fit; None while it is not known.

        band : median, 5 and 95 %, (3, layer) [gC m-3]
        """
        self._fit.prior.data = band_columns() if band is None else band_columns(study.forcing.grid, *band)

    def set_parameter(self, parameter: str) -> None:
        """Draw the histogram of another parameter."""
        self._parameter = parameter
        posterior_figures.set_histogram_parameter(self._histogram_plot, parameter, self._prior, self._note)
        self._density.data = posterior_figures.density_columns(parameter, self._prior)
        if self._summary is None:
            self._histogram.data = posterior_figures.empty_histogram()
            return
        draws = self._summary["draws"].sel(parameter=parameter).values
        self._histogram.data = posterior_figures.histogram_columns(draws, parameter, self._prior)

    def _update_fit(self, study: Study, site: int) -> None:
        self._fit.observed.data = observed_columns(study, site)
        self._fit_plot.title.text = profile_title(study, site)
        if self._summary is None:
            self._fit.posterior.data = band_columns()
        else:
            band = (self._summary[f"carbon_{name}"].values for name in ("mean", "q05", "q95"))
            self._fit.posterior.data = band_columns(study.forcing.grid, *band)
        carbon, depth = axis_limits(self._fit.observed.data, self._fit.posterior.data)
        self._fit.carbon_range.update(start=-MARGIN * carbon, end=carbon)
        self._fit.depth_range.update(start=depth, end=-MARGIN * depth)

    def _build_intervals(self) -> None:
        self._intervals.data = posterior_figures.interval_columns(None, self._prior)
        self._plot = posterior_figures.interval_figure(self._intervals, self._prior)
        self._place[:] = [figure_pane(self._plot, INTERVALS_HEIGHT)]

    def _on_tab(self, name: str) -> None:
        for each, view in self._lazy.items():
            view.set_visible(each == name)
