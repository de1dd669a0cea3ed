"""Drives the page Compare."""

from __future__ import annotations

import panel_material_ui as pmui
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.compare.page import ComparePage
from dashboard.pages.compare.run_comparison import COMPUTING
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver, plain

SECONDS = 240.0  # a first process has to start and to import what draws


class CompareDriver(Driver):
    """The page of a session of a data set, with more choices of the session by name."""

    def __init__(self, services: Services, **choices: object) -> None:
        self.session = SessionState(**{"page": "compare", "data": "example"} | choices)
        super().__init__(lambda: ComparePage(services, self.session, Help()))

    def wait_until_drawn(self) -> None:
        """Wait until no card computes anything."""
        self.wait(lambda: plain(COMPUTING) not in self.words and not self._bars, SECONDS)

    @property
    def figures(self) -> list[str]:
        """The names of the figures in view."""
        return [str(plot.name) for plot in self.plots]

    @property
    def csv(self) -> str:
        """The content of the first card's file."""
        return self.shown(pmui.FileDownload)[0].callback().getvalue()

    @property
    def cards(self) -> int:
        """How many runs are in view."""
        return len([words for words in self.words.split("\n") if "example · " in words])

    def choose_part(self, name: str) -> None:
        """Choose held-out or all sites."""
        with set_curdoc(self.document):
            next(g for g in self.shown(pmui.RadioButtonGroup) if name in g.options.values()).value = name

    @property
    def _bars(self) -> list[pmui.LinearProgress]:
        return [bar for bar in self.shown(pmui.LinearProgress) if bar.color not in ("error", "warning")]
