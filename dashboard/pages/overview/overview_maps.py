"""The maps of a run beside a reference map, under one colour scale, with a choice of the depth interval."""

from __future__ import annotations

import panel as pn

from dashboard.jobs.data.overview_data import OverviewData
from dashboard.pages.overview.carbon_maps import CarbonMaps, carbon_maps, set_interval
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import figure_pane, set_content, side_by_side, wrap_row
from dashboard.ui.text import markdown, paragraph
from proda_core.vocabulary.depth_intervals import label

MAP_HEIGHT, BAR_HEIGHT = 244, 78  # px


class OverviewMaps:
    """Figures are made once per run; another interval changes values, colours and titles only."""

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self._overview: OverviewData | None = None
        self._maps: CarbonMaps | None = None
        self._note = ""
        self._updating = Updating()
        self._intervals = toggle_buttons({}, None, 440)
        self._intervals.param.watch(self._on_interval, "value")
        self._rows = pn.Column(sizing_mode="stretch_width", margin=0)
        self.view = pn.Column(wrap_row(self._intervals), self._rows, sizing_mode="stretch_width")
        self.waiting = pn.Column(
            markdown('<p class="quiet">Drawing the maps …</p>'),
            sizing_mode="stretch_width",
            min_height=2 * MAP_HEIGHT + BAR_HEIGHT,
        )

    def load(self, overview: OverviewData, note: str) -> None:
        """Draw the maps of a run. ``note`` ends every title, for instance "synthetic data"."""
        if overview is not self._overview:
            self._overview, self._note = overview, note
            options = {label(name): name for name in self._known_intervals()}
            with self._updating:
                self._intervals.param.update(options=options, value=self._interval())
            self._maps = carbon_maps(overview.carbon, self._interval(), note)
            set_content(self._rows, self._layout())
        self.sync_from_state()

    def sync_from_state(self) -> None:
        """Draw the session's interval."""
        if self._maps is None:
            return
        with self._updating:
            self._intervals.value = self._interval()
        set_interval(self._maps, self._overview.carbon, self._interval(), self._note)

    def _layout(self) -> pn.Column:
        """Return two maps beside each other in two rows; a sentence replaces a missing reference."""
        plots = list(self._maps.plots.values())
        for plot in plots:
            plot.toolbar_location, plot.toolbar.autohide = "above", True
            plot.axis.axis_label = None
        cells = [_cell(figure_pane(plot, MAP_HEIGHT)) for plot in plots]
        if not self._overview.reference:
            cells.insert(0, _cell(paragraph("overview_no_reference", styles={"padding": "18% 12%"})))
        bar = figure_pane(self._maps.bar, BAR_HEIGHT)
        rows = (side_by_side(*cells[:2]), side_by_side(*cells[2:]))  # a row of four never gets narrow
        return pn.Column(*rows, bar, sizing_mode="stretch_width", margin=0)

    def _known_intervals(self) -> list[str]:
        return list(map(str, self._overview.carbon.ds["interval"].values))

    def _interval(self) -> str:
        known = self._known_intervals()
        return self._session.interval if self._session.interval in known else known[0]

    def _on_interval(self, event: object) -> None:
        if event.new and not self._updating:
            self._session.interval = event.new


def _cell(pane: object) -> pn.Column:
    styles = {"flex": "1 1 calc(50% - 14px)", "min-width": "min(280px, 100%)"}
    return pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0)
