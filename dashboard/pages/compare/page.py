"""Compare: Table 37.1 and Figures 37.2, 37.4 and 37.5, for one run or several."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.runs import RunSummary
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.comparison import BY_PART
from dashboard.pages.compare.equal_area_maps import prepare
from dashboard.pages.compare.run_comparison import RunComparison
from dashboard.state.compare_choices import FIGURES, MOST_RUNS, PARTS
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import SMALL_CHOICES, card, flexible_width, page_column, set_content, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import paragraph, unique_labels
from proda_core.vocabulary.depth_intervals import INTERVALS, label

TICK = 300  # ms between two looks at the frames
BY_INTERVAL = ("deviation", "maps", "vegetation")
_CHOICES = ["data", "run", "page", "figure", "part", "compared", "interval"]


class ComparePage:
    """The page shows the session's run and those beside it; frames are made once for all visitors."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice = Notice()
        self._runs: list[RunComparison] = []
        self._quiet = False
        self._figure = pmui.Select(
            label="Figure",
            options={words: name for name, words in FIGURES.items()},
            size="small",
            **flexible_width(420),
        )
        self._part = toggle_buttons({"held-out sites": "held-out", "all sites": "all"}, session.part, 220)
        self._interval = toggle_buttons({label(name): name for name in INTERVALS}, session.interval, 440)
        self._further = pmui.MultiChoice(
            label="Beside it", options=[], max_items=MOST_RUNS - 1, **SMALL_CHOICES, **flexible_width(420)
        )
        for widget, name in ((self._figure, "figure"), (self._part, "part"), (self._interval, "interval")):
            widget.param.watch(lambda event, name=name: self._choose(name, event.new), "value")
        self._further.param.watch(lambda event: self._choose("compared", ",".join(event.new or [])), "value")
        self._place = pn.Column(sizing_mode="stretch_width", margin=0, styles={"gap": "14px"})
        self._empty = card(paragraph("compare_empty", styles={"text-align": "center", "padding": "6% 10%"}))
        self._ticker = Poller(self._look, TICK)
        session.param.watch(lambda *_: self._open(), _CHOICES)
        tools = wrap_row(
            self._figure, self._part, self._interval, self._further, help_.button("compare", "the figures")
        )
        self.view = page_column(paragraph("compare"), self._notice.view, card(tools), self._place)
        self._open()

    @on_next_tick
    def _open(self) -> None:
        """Show the figure of the session's run and of those beside it."""
        if self._session.page != "compare":
            return
        first = self._services.runs.chosen(self._session.data, self._session.run)
        known = {choice.id: choice for choice in self._services.runs.all()}
        self._show_tools(first, known)
        if first is None:
            self._runs = []
            set_content(self._place, self._empty)
            return
        if self._session.run not in ("", first.id):
            self._notice.report(
                f"The run {self._session.run} has no maps yet; the newest one that has is shown."
            )
        self._show_runs([first, *self._beside(first, known)])
        self._ask()
        if not self._look():
            self._ticker.start()

    def _beside(self, first: RunSummary, known: dict[str, RunSummary]) -> list[RunSummary]:
        names = [name for name in self._session.further_runs() if name != first.id]
        gone = [name for name in names if name not in known]
        if gone:
            self._notice.report(f"There is no run {', '.join(gone)} here.")
        return [known[name] for name in names if name in known]

    def _show_tools(self, first: RunSummary | None, known: dict[str, RunSummary]) -> None:
        rest = (c for c in known.values() if first is None or c.id != first.id)
        others = unique_labels({c.id: f"{c.study} · {c.title}" for c in rest})
        chosen = [name for name in self._session.further_runs() if name in others.values()]
        self._quiet = True
        try:
            self._figure.value, self._part.value = self._session.figure, self._session.part
            self._interval.value = self._session.interval
            self._further.param.update(options=others, value=chosen, visible=bool(others))
        finally:
            self._quiet = False
        self._part.visible = self._session.figure in BY_PART
        self._interval.visible = self._session.figure in BY_INTERVAL

    def _show_runs(self, choices: list[RunSummary]) -> None:
        if [run.choice for run in self._runs] != choices:
            synthetic = {c.name: c.synthetic for c in self._services.studies.all()}
            self._runs = [RunComparison(choice, synthetic.get(choice.study, False)) for choice in choices]
            self._place[:] = [run.view for run in self._runs]

    def _ask(self) -> None:
        session = self._session
        asked = (session.figure, PARTS[session.part], session.interval)
        if session.figure == "maps":
            self._services.read_workers.in_background(prepare)  # while a worker makes the frame
        for run in self._runs:
            job = self._services.results.comparison(run.choice.id, run.choice.study, *asked)
            run.ask(job, session.figure, session.interval)

    def _look(self) -> bool:
        """Look at the frames; whether all are over."""
        over = all([run.show() for run in self._runs])
        if over:
            self._ticker.stop()
        return over

    def _choose(self, name: str, value: object) -> None:
        if not self._quiet and value is not None and value != getattr(self._session, name):
            self._session.param.update(**{name: value})
