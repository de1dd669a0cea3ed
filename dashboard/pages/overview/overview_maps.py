"""The living picture of the first page: the maps of a run beside a reference, all of one colour scale."""

from __future__ import annotations

import panel as pn

from dashboard.jobs.data.overview_data import OverviewData
from dashboard.pages.overview.carbon_maps import CarbonMaps, carbon_maps, show_interval
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.layout import figure_pane, set_content, side_by_side, wrap_row
from dashboard.ui.text import markdown, paragraph
from proda_core.vocabulary.depth_intervals import label

MAP_HEIGHT, BAR_HEIGHT = 244, 78  # px


class OverviewPicture:
    """Built anew for another run; another interval changes values and colours only."""

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self._picture: OverviewData | None = None
        self._maps: CarbonMaps | None = None
        self._note = ""
        self._intervals = toggle_buttons({}, None, 440)
        self._intervals.param.watch(self._choose, "value")
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self.view = pn.Column(wrap_row(self._intervals), self._place, sizing_mode="stretch_width")
        self.waiting = pn.Column(
            markdown('<p class="quiet">The maps are being drawn …</p>'),
            sizing_mode="stretch_width",
            min_height=2 * MAP_HEIGHT + BAR_HEIGHT,
        )

    def open(self, picture: OverviewData, note: str) -> None:
        """Show the maps of a run. ``note`` says what has to be said of the data."""
        if picture is not self._picture:
            self._picture, self._note = picture, note
            options = {label(name): name for name in map(str, picture.carbon.ds["interval"].values)}
            self._intervals.param.update(options=options, value=self._shown())
            self._maps = carbon_maps(picture.carbon, self._shown(), note)
            set_content(self._place, self._placed())
        self.show()

    def show(self) -> None:
        """Show the session's interval."""
        if self._maps is not None:
            self._intervals.value = self._shown()
            show_interval(self._maps, self._picture.carbon, self._shown(), self._note)

    def _placed(self) -> pn.Column:
        """Two maps beside each other; what is missing is said where it would stand."""
        plots = list(self._maps.plots.values())
        for plot in plots:
            plot.toolbar_location, plot.toolbar.autohide = "above", True
            plot.axis.axis_label = None
        cells = [_cell(figure_pane(plot, MAP_HEIGHT)) for plot in plots]
        if not self._picture.reference:
            cells.insert(0, _cell(paragraph("overview_no_reference", styles={"padding": "18% 12%"})))
        bar = figure_pane(self._maps.bar, BAR_HEIGHT)
        rows = (side_by_side(*cells[:2]), side_by_side(*cells[2:]))  # one row of four would never be narrow
        return pn.Column(*rows, bar, sizing_mode="stretch_width", margin=0)

    def _shown(self) -> str:
        known = list(map(str, self._picture.carbon.ds["interval"].values))
        return self._session.interval if self._session.interval in known else known[0]

    def _choose(self, event: object) -> None:
        if event.new and self._picture is not None and event.new != self._shown():
            self._session.interval = event.new


def _cell(pane: object) -> pn.Column:
    styles = {"flex": "1 1 calc(50% - 14px)", "min-width": "min(280px, 100%)"}
    return pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0)
