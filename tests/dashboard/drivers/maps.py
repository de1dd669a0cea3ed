"""Drives the page Maps."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, GlyphRenderer, IndexFilter, TileRenderer
from bokeh.plotting import figure
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.maps.page import MapsPage
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class MapsDriver(Driver):
    """The page of a session of a data set, with more choices of the session by name."""

    def __init__(self, services: Services, **choices: str) -> None:
        query = {"page": "maps", "data": "example"} | choices
        read, self.complaints = link.read(query)
        self.session = SessionState(**read)
        super().__init__(lambda: MapsPage(services, self.session, Help()))

    @property
    def link(self) -> dict[str, str]:
        """The choices as the address of the page holds them."""
        return link.write(self.session)

    @property
    def maps(self) -> dict[str, figure]:
        """The maps in view by slot."""
        plots = {str(plot.name): plot for plot in self.plots}
        return {name.removeprefix("map-"): plot for name, plot in plots.items() if name.startswith("map-")}

    @property
    def cells(self) -> ColumnDataSource:
        """The source that all maps share."""
        return next(iter(self.maps.values())).select_one({"name": "cells"})

    def change(self, **choices: object) -> None:
        """Change the session as a link or another page does."""
        with set_curdoc(self.document):
            self.session.param.update(**choices)

    def tap(self, *rows: int) -> None:
        """Tap cells by their rows."""
        with set_curdoc(self.document):
            self.cells.selected.indices = list(rows)

    @property
    def transect(self) -> dict[str, np.ndarray]:
        """The columns of the transect in view."""
        return self.source("transect", "transect-values").data

    @property
    def swipe_rows(self) -> tuple[list[int], list[int]]:
        """Rows of the cells west and east of the swipe's line."""
        drawn = self.maps["swipe"].renderers
        filters = [each.view.filter for each in drawn if isinstance(each, GlyphRenderer)]
        west, east = (list(each.indices) for each in filters if isinstance(each, IndexFilter))
        return west, east

    @property
    def slider(self) -> pn.widgets.FloatSlider:
        """The slider of the swipe's line."""
        return self.widget("Line between the maps (longitude, °)")


def tiles(plot: figure) -> list[int]:
    """Positions of street tiles among the renderers of a map; 0 is below everything else."""
    return [i for i, renderer in enumerate(plot.renderers) if isinstance(renderer, TileRenderer)]
