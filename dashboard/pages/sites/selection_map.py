"""The map of all sites, on which sites are chosen by tap, box, lasso or polygon."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.plots.site_map import set_visible_sites, site_columns, site_figure
from dashboard.state.session_state import SessionState
from dashboard.ui.layout import figure_pane
from proda_core.records.study import Study

HEIGHT = 620  # px


class SelectMap:
    """The map of one data set. What is chosen on it goes to the session, and comes from there."""

    def __init__(self, study: Study, session: SessionState) -> None:
        self._study, self._session = study, session
        self._sites = ColumnDataSource(site_columns(study), name="sites")
        self._tapped = ColumnDataSource({"x": [], "y": []}, name="tapped")
        self._taking = False
        self.plot = site_figure(study, self._sites, self._tapped)
        self._sites.selected.on_change("indices", self._take)
        self.view: pn.pane.Bokeh = figure_pane(self.plot, HEIGHT)
        self.show()

    def keep(self, kept: np.ndarray) -> None:
        """Show these sites (site) bool only."""
        set_visible_sites(self.plot, kept)

    def show(self) -> None:
        """Mark what the session has chosen."""
        indices = _rows(self._study, self._session.selected)
        if not self._taking and list(self._sites.selected.indices) != indices:
            self._sites.selected.indices = indices
        row = [] if self._session.site is None else _rows(self._study, (self._session.site,))
        self._tapped.data = {name: self._sites.data[name][row] for name in ("x", "y")}

    def _take(self, attribute: str, old: list[int], new: list[int]) -> None:
        sites = tuple(sorted(int(site) for site in self._sites.data["site"][list(new)]))
        if sites == self._session.selected:
            return
        stays = self._session.site if self._session.site in sites else None
        self._taking = True
        try:
            self._session.select(sites, stays)
        finally:
            self._taking = False


def _rows(study: Study, sites: tuple[int, ...]) -> list[int]:
    return np.flatnonzero(np.isin(study.sites, sites)).tolist()
