"""Compare: Table 37.1, Figures 37.2 to 37.5 and other scores, of one run or several."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.runs import RunSummary
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.comparison import BY_PART
from dashboard.jobs.tasks.comparison_figures import BY_INTERVAL
from dashboard.pages.compare.run_comparison import RunComparison
from dashboard.state.compare_choices import FIGURES, MOST_RUNS, PARTS
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.callbacks import Poller, Updating, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import SMALL_CHOICES, card, flexible_width, page_column, set_content, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import paragraph, unique_labels
from proda_core.vocabulary.depth_intervals import INTERVALS, label

POLL_MS = 300  # of the jobs that compute frames and figures
_CHOICES = ["data", "run", "page", "figure", "part", "compared", "interval"]


class ComparePage:
    """One card per run: the session's run, then those chosen to compare with it."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice = Notice()
        self._runs: list[RunComparison] = []
        self._updating = Updating()
        self._figure = pmui.Select(
            label="Figure",
            options={title: name for name, title in FIGURES.items()},
            size="small",
            **flexible_width(420),
        )
        self._part = toggle_buttons({"held-out sites": "held-out", "all sites": "all"}, session.part, 220)
        self._interval = toggle_buttons({label(name): name for name in INTERVALS}, session.interval, 440)
        self._further = pmui.MultiChoice(
            label="Compare with run",
            options=[],
            max_items=MOST_RUNS - 1,
            **SMALL_CHOICES,
            **flexible_width(420),
        )
        for widget, name in ((self._figure, "figure"), (self._part, "part"), (self._interval, "interval")):
            widget.param.watch(lambda event, name=name: self._on_choice(name, event.new), "value")
        self._further.param.watch(
            lambda event: self._on_choice("compared", ",".join(event.new or [])), "value"
        )
        self._cards = pn.Column(sizing_mode="stretch_width", margin=0, styles={"gap": "14px"})
        self._no_run = card(paragraph("compare_empty", styles={"text-align": "center", "padding": "6% 10%"}))
        self._poller = Poller(self._poll, POLL_MS)
        session.param.watch(lambda *_: self._update(), _CHOICES)
        choices = wrap_row(
            self._figure, self._part, self._interval, self._further, help_.button("compare", "the figures")
        )
        self.view = page_column(paragraph("compare"), self._notice.view, card(choices), self._cards)
        self._update()

    @on_next_tick
    def _update(self) -> None:
        """Show the figure of the session's run and of the runs to compare with."""
        if self._session.page != "compare":
            return
        first = self._services.runs.chosen(self._session.data, self._session.run)
        known = {run.id: run for run in self._services.runs.all() if not run.problem}
        self._sync_from_state(first, known)
        if first is None:
            self._runs = []
            set_content(self._cards, self._no_run)
            return
        if self._session.run not in ("", first.id):
            self._notice.report(
                f"The run {self._session.run} has no maps yet; the newest one that has is shown."
            )
        self._set_runs([first, *self._further_runs(first, known)])
        self._start_jobs()
        if not self._poll():
            self._poller.start()

    def _further_runs(self, first: RunSummary, known: dict[str, RunSummary]) -> list[RunSummary]:
        names = [name for name in self._session.further_runs() if name != first.id]
        unknown = [name for name in names if name not in known]
        if unknown:
            self._notice.report(f"There is no run {', '.join(unknown)} here.")
        return [known[name] for name in names if name in known]

    def _sync_from_state(self, first: RunSummary | None, known: dict[str, RunSummary]) -> None:
        others = (run for run in known.values() if first is None or run.id != first.id)
        options = unique_labels({run.id: f"{run.study} · {run.title}" for run in others})
        chosen = [name for name in self._session.further_runs() if name in options.values()]
        with self._updating:
            self._figure.value, self._part.value = self._session.figure, self._session.part
            self._interval.value = self._session.interval
            self._further.param.update(options=options, value=chosen, visible=bool(options))
        self._part.visible = self._session.figure in BY_PART
        self._interval.visible = self._session.figure in BY_INTERVAL

    def _set_runs(self, runs: list[RunSummary]) -> None:
        if [card_.run for card_ in self._runs] != runs:
            synthetic = {known.name: known.synthetic for known in self._services.studies.all()}
            self._runs = [
                RunComparison(
                    run,
                    synthetic.get(run.study, False),
                    batch_disagrees=self._services.runs.batch_disagrees(run.id),
                )
                for run in runs
            ]
            self._cards[:] = [card_.view for card_ in self._runs]

    def _start_jobs(self) -> None:
        choices = (self._session.figure, PARTS[self._session.part], self._session.interval)
        for card_ in self._runs:
            card_.start(self._services.results, *choices)

    def _poll(self) -> bool:
        """Update every card; return whether all their jobs have ended."""
        ended = all([card_.update() for card_ in self._runs])
        if ended:
            self._poller.stop()
        return ended

    def _on_choice(self, name: str, value: object) -> None:
        if not self._updating and value is not None and value != getattr(self._session, name):
            self._session.param.update(**{name: value})
