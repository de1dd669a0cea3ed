"""The map of all sites, on which sites are selected by tap, box, lasso or polygon.

Stays on a Bokeh source: 26,509 points are sent once, and a selection or a filter is a list of rows; an
element would send the points again.
"""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.plots.site_map import set_visible_sites, site_columns, site_figure, site_status
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import figure_pane
from proda_core.records.study import Study

HEIGHT = 620  # px


class SelectionMap:
    """The map of one data set; its selection is the session's, in both directions."""

    def __init__(self, study: Study, session: SessionState) -> None:
        self._study, self._session = study, session
        self._sites = ColumnDataSource(site_columns(study), name="sites")
        self._tapped = ColumnDataSource({"x": [], "y": []}, name="tapped")
        self._updating = Updating()
        self._not_converged: frozenset[int] = frozenset()
        self.plot = site_figure(study, self._sites, self._tapped)
        self._sites.selected.on_change("indices", self._on_selection)
        self.view: pn.pane.Bokeh = figure_pane(self.plot, HEIGHT)
        self.update()

    def set_not_converged(self, sites: frozenset[int]) -> None:
        """Mark the sites whose chains have not converged in the run in view."""
        if sites != self._not_converged:
            self._not_converged = sites
            self._sites.data["status"] = site_status(self._study, sites)

    def set_visible(self, mask: np.ndarray) -> None:
        """Show only the sites of a mask (site) bool."""
        set_visible_sites(self.plot, mask)

    def update(self) -> None:
        """Mark the session's selection and its site."""
        rows = _rows(self._study, self._session.selected)
        if not self._updating and list(self._sites.selected.indices) != rows:
            self._sites.selected.indices = rows
        row = [] if self._session.site is None else _rows(self._study, (self._session.site,))
        self._tapped.data = {name: self._sites.data[name][row] for name in ("x", "y")}

    def _on_selection(self, attribute: str, old: list[int], new: list[int]) -> None:
        sites = tuple(sorted(int(site) for site in self._sites.data["site"][list(new)]))
        if sites == self._session.selected:
            return
        site = self._session.site if self._session.site in sites else None
        with self._updating:
            self._session.select(sites, site)


def _rows(study: Study, sites: tuple[int, ...]) -> list[int]:
    return np.flatnonzero(np.isin(study.sites, sites)).tolist()
