"""The figures of a changed profile, with their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import xarray as xr
from bokeh.models import ColumnDataSource, Range1d

from dashboard.jobs.tasks.what_if import CHANGED, MEASURED
from dashboard.pages.assimilation import what_if_figures
from dashboard.pages.assimilation.posterior_figures import interval_columns
from dashboard.plots.labels import data_note
from dashboard.plots.profile import MARGIN
from dashboard.state.profile_changes import ProfileChanges
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import figure_pane
from proda_core.figures.theme import noted
from proda_core.records.study import Study

PROFILE_HEIGHT, INTERVALS_HEIGHT = 470, 620  # px
_LABELS = {MEASURED: what_if_figures.MEASURED_LABEL, CHANGED: what_if_figures.CHANGED_LABEL}


class WhatIfPlots:
    """The profile, and the intervals of all parameters. ``on_points`` gets columns that were edited."""

    def __init__(self, on_points: Callable[[dict], None]) -> None:
        self._on_points, self._prior, self._updating = on_points, "proda", Updating()
        self._study: Study | None = None
        self._site = 0
        self._changes: ProfileChanges | None = None
        self._points = ColumnDataSource(what_if_figures.point_columns(None), name="changed-points")
        self._points.on_change("data", self._on_data)
        self._bands = {
            label: ColumnDataSource(what_if_figures.posterior_columns(None, None), name=f"band-{label}")
            for label in _LABELS.values()
        }
        self._carbon, self._depth = Range1d(0, 1), Range1d(1, 0)
        self._profile = what_if_figures.changed_profile_figure(
            self._points, self._bands, self._carbon, self._depth
        )
        self.profile = figure_pane(self._profile, PROFILE_HEIGHT)
        self.intervals = pn.Column(sizing_mode="stretch_width", margin=0)
        self._build_intervals()

    def set_site(self, study: Study, site: int) -> None:
        """Set the site that is drawn next."""
        self._study, self._site = study, site

    def update_points(self, changes: ProfileChanges) -> None:
        """Draw the observations as they are changed."""
        self._changes = changes
        with self._updating:
            self._points.data = what_if_figures.point_columns(changes)
        state = "changed by you" if changes.changed.any() else "as measured"
        self._profile.title.text = noted(f"Site {self._site}, {state}", data_note(self._study))
        self._fit_axes()

    def update_posteriors(self, found: Mapping[str, xr.Dataset], prior: str | None = None) -> str:
        """Draw the posteriors by :data:`MEASURED` and :data:`CHANGED`, or none; returns what moved most."""
        if found and prior != self._prior:
            self._prior = prior
            self._build_intervals()
        for name, label in _LABELS.items():
            self._bands[label].data = what_if_figures.posterior_columns(
                self._study.forcing.grid, found.get(name)
            )
            self._sources[label].data = interval_columns(found.get(name), self._prior)
        title = f"Site {self._site}: measured and changed, within the prior “{self._prior}”"
        self._intervals.title.text = noted(title, data_note(self._study))
        if not found:
            return ""
        both = (found[MEASURED], found[CHANGED], self._prior)
        order = [name for name, _ in what_if_figures.median_moves(*both)]
        self._intervals.y_range.factors = order[::-1]
        self._fit_axes()
        return what_if_figures.moves_sentence(*both)

    def _on_data(self, attribute: str, old: dict, new: dict) -> None:
        if not self._updating:
            self._on_points(new)

    def _fit_axes(self) -> None:
        bands = (source.data for source in self._bands.values())
        carbon, depth = what_if_figures.drag_limits(self._changes, *bands)
        self._carbon.update(start=-MARGIN * carbon, end=carbon)
        self._depth.update(start=depth, end=-MARGIN * depth)

    def _build_intervals(self) -> None:
        self._sources = {
            label: ColumnDataSource(interval_columns(None, self._prior), name=f"intervals-{label}")
            for label in _LABELS.values()
        }
        self._intervals = what_if_figures.comparison_figure(self._sources, self._prior)
        self.intervals[:] = [figure_pane(self._intervals, INTERVALS_HEIGHT)]
