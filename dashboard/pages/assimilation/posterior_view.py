"""What the chains have found at one site: posterior against prior, the fitted profile, the diagnostics."""

from __future__ import annotations

import panel as pn
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.pages.assimilation import posterior_figures as draw
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.pages.assimilation.pairs_view import Identifiability, Pairs
from dashboard.plots.labels import data_note, noted
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
from dashboard.state.assimilation_link import FOUND
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.layout import card_column, figure_pane, side_by_side
from dashboard.ui.tabs import tabs
from dashboard.ui.text import heading, html
from proda_core.records.study import Study

INTERVALS_HEIGHT, HISTOGRAM_HEIGHT, FIT_HEIGHT = 560, 220, 420  # px


class PosteriorView:
    """Redrawn by ``show``; empty until the first posterior is there."""

    def __init__(self, session: SessionState, parameter: str, prior: str, help_: Help) -> None:
        self._parameter, self._prior = parameter, prior
        self._summary: xr.Dataset | None = None
        self._note = ""
        self._intervals = ColumnDataSource(draw.interval_columns(None, prior), name="intervals")
        self._histogram = ColumnDataSource(draw.empty_histogram(), name="histogram")
        self._fit = ProfileSources()
        self._histogram_plot = draw.histogram_figure(self._histogram, parameter, prior)
        self._fit_plot = profile_figure(self._fit, "", posterior=True)
        self._numbers = html()
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._draw_intervals()
        about = help_.button("posterior", "posterior and prior")
        self._sds = Identifiability(prior)
        self._pairs = Pairs(prior)
        self._pairs.look(session.found == "pairs")
        session.param.watch(lambda event: self._pairs.look(event.new == "pairs"), "found")
        views = [self._place, self._sds.view, self._pairs.view]
        # A figure in a tab that is not seen would never finish drawing: dynamic.
        ways = tabs(session, "found", FOUND, views, dynamic=True)
        left = card_column(heading("Posterior against prior", about), ways, basis=420)
        right = card_column(
            heading("Fit and convergence", help_.button("convergence", "these numbers")),
            self._numbers,
            figure_pane(self._fit_plot, FIT_HEIGHT),
            figure_pane(self._histogram_plot, HISTOGRAM_HEIGHT),
            basis=420,
        )
        self.view = side_by_side(left, right)

    def show(self, study: Study, site: int, found: xr.Dataset | None, prior: str, whose: str = "") -> None:
        """Show the posterior of a site, or that there is none yet.

        whose : of what else the posterior is; the fitted profile is the site's all the same
        """
        single, whose = not whose, whose or f"Site {site}"
        self._note = data_note(study)
        if prior != self._prior:
            self._prior = prior
            self._draw_intervals()
        self._plot.title.text = noted(f"{whose} within the prior “{prior}”", self._note)
        self._summary = None if found is None else found.isel(site=0)
        self._intervals.data = draw.interval_columns(self._summary, prior)
        self._numbers.object = diagnostics_strip(self._summary, verdict=single)
        self._sds.show(self._summary, prior, whose[0].lower() + whose[1:], self._note)
        self._pairs.show(self._summary, prior)
        self._show_fit(study, site)
        self.look_at(self._parameter)

    def show_default(self, study: Study, carbon: object) -> None:
        """Draw the default run's profile (layer) [gC m-3] beside the fit."""
        self._fit.default.data = line_columns(study.forcing.grid, carbon)

    def look_at(self, parameter: str) -> None:
        """Show the histogram of another parameter."""
        self._parameter = parameter
        draw.relabel_histogram(self._histogram_plot, parameter, self._prior, self._note)
        if self._summary is None:
            self._histogram.data = draw.empty_histogram()
            return
        draws = self._summary["draws"].sel(parameter=parameter).values
        self._histogram.data = draw.histogram_columns(draws, parameter, self._prior)

    def _show_fit(self, study: Study, site: int) -> None:
        self._fit.observed.data = observed_columns(study, site)
        self._fit_plot.title.text = profile_title(study, site)
        grid, one = study.forcing.grid, self._summary
        found = () if one is None else (one[f"carbon_{name}"].values for name in ("mean", "q05", "q95"))
        self._fit.posterior.data = band_columns(grid, *found) if one is not None else band_columns()
        ends = axis_limits(self._fit.observed.data, self._fit.posterior.data)
        self._fit.carbon_range.update(start=-MARGIN * ends[0], end=ends[0])
        self._fit.depth_range.update(start=ends[1], end=-MARGIN * ends[1])

    def _draw_intervals(self) -> None:
        self._intervals.data = draw.interval_columns(None, self._prior)
        self._plot = draw.interval_figure(self._intervals, self._prior)
        self._place[:] = [figure_pane(self._plot, INTERVALS_HEIGHT)]
