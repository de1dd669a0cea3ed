"""Maps: soil carbon as default, batch and PRODA see it, side by side; without a run, the way to one."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.components.help import Help
from dashboard.components.locked import Ticker, locked
from dashboard.components.maps_view import MapsView
from dashboard.components.notice import Notice
from dashboard.components.panes import about, card, line, put, screen
from dashboard.components.run_launcher import RunLauncher
from dashboard.components.words import heading, html, paragraph
from dashboard.figures.tables import scores_table
from dashboard.figures.wording import data_note
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit
from proda_core.records.checks import InputError
from proda_core.vocabulary.depth_intervals import INTERVALS, label

TICK = 500  # ms between two looks at a run under way
_PLAIN = {"& .MuiToggleButton-root": {"textTransform": "none", "whiteSpace": "nowrap"}}


class MapsPage:
    """The page shows the visit's run; a run under way belongs to the server."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._notice, self._maps = Notice(), MapsView()
        self._launcher = RunLauncher(services, visit, self._notice, lambda: self._ticker.start())
        self._runs = pmui.Select(label="Run", size="small", **about(330))
        self._interval = pmui.RadioButtonGroup(
            options={label(name): name for name in INTERVALS},
            value=visit.interval,
            size="small",
            **about(480),
            sx=_PLAIN,
        )
        self._scores = html()
        self._shown = ""
        self._ticker = Ticker(self._tick, TICK)
        self._interval.param.watch(self._choose_interval, "value")
        self._runs.param.watch(self._choose_run, "value")
        visit.param.watch(lambda *_: self._open(), ["data", "run"])
        visit.param.watch(lambda *_: self._show_interval(), "interval")
        self._finished = self._layout_finished(help_)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self.view = screen(paragraph("maps"), self._notice.view, self._place)
        self._open()

    def _layout_finished(self, help_: Help) -> pn.Column:
        tools = line(self._interval, self._runs, help_.button("maps", "the maps"))
        maps = card(tools, self._maps.view)
        return pn.Column(
            maps,
            card(self._scores),
            card(heading("Another run"), self._launcher.controls),
            sizing_mode="stretch_width",
            styles={"gap": "14px"},
        )

    @locked
    def _open(self) -> None:
        """Show the visit's run, the newest one if it names none, or the way to a first one."""
        choices = self._services.runs.with_maps(self._visit.data)
        known = [choice.id for choice in choices]
        if self._visit.run and self._visit.run not in known:
            self._notice.say(f"There is no finished run {self._visit.run} of this data set here.")
            self._visit.run = ""
            return
        if not choices:
            put(self._place, self._launcher.empty_view)
        else:
            self._show_run(self._visit.run or known[0], {choice.title: choice.id for choice in choices})
        self._launcher.open()
        if self._launcher.show() == "":
            self._ticker.start()

    def _show_run(self, number: str, options: dict[str, str]) -> None:
        self._shown = number
        self._runs.param.update(options=options, value=number)
        study = self._services.studies.study(self._visit.data)
        try:
            carbon = self._services.runs.carbon_map(number)
            scores = self._services.runs.scores(number)
        except (InputError, OSError) as error:
            self._notice.say(f"The run {number} cannot be read. {error}", "error")
            return
        self._maps.open(carbon, self._visit.interval, data_note(study))
        self._scores.object = scores_table(scores) if scores is not None else ""
        put(self._place, self._finished)

    @locked
    def _show_interval(self) -> None:
        self._interval.value = self._visit.interval
        self._maps.show(self._visit.interval)

    def _choose_interval(self, event: object) -> None:
        if event.new:
            self._visit.interval = event.new

    def _choose_run(self, event: object) -> None:
        if event.new and event.new != self._shown:
            self._visit.run = event.new

    def _tick(self) -> None:
        """Look at the run under way; when it has ended, show what it made."""
        ended = self._launcher.show()
        if ended == "":
            return
        self._ticker.stop()
        if ended and ended != self._visit.run:
            self._visit.run = ended
