"""Start, watch, stop and resume a run as a job of the server."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import State
from dashboard.jobs.runs import ResumedRun, RunJob, RunSummary
from dashboard.jobs.services import Services
from dashboard.state.assimilation_choices import LARGEST_SEED
from dashboard.state.session_state import SessionState
from dashboard.state.typed_numbers import whole
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import card, flexible_width, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown, paragraph
from proda_core.records.checks import expect
from proda_core.runs import SITES_AT_MOST

SCHEDULES_OFFERED: tuple[str, ...] = ("quick", "chapter", "modern")
WITH_FORM = "With prior, likelihood and soil model of the form above"


class RunLauncher:
    """One job per data set at a time, shown to every visitor of the data set.

    The start button always makes a new run with the choices in view. A run that was interrupted, even by a
    restart of the server, is resumed by a button of its own with its stored choices.

    form_choices : further choices of a run, from a form in view; offered by a check box
    """

    def __init__(
        self,
        services: Services,
        session: SessionState,
        notice: Notice,
        on_start: Callable[[], None],
        form_choices: Callable[[], dict[str, object]] | None = None,
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._status, self._form_choices = JobStatus(), form_choices
        self._with_form = pmui.Checkbox(label=WITH_FORM, visible=form_choices is not None, margin=(4, 0))
        self._started: RunJob | None = None
        self._unfinished: RunSummary | None = None
        self._unfinished_key: tuple | None = None
        self._seed = pmui.TextInput(label="Seed", value="1", size="small", **flexible_width(120))
        self._schedule = pmui.Select(
            label="Schedule", options=list(SCHEDULES_OFFERED), size="small", **flexible_width(140)
        )
        self._schedule.param.watch(lambda *_: self.update(), "value")
        self._start = pmui.Button(icon="play_arrow", on_click=notice.guard(self._on_start_click))
        self._resume = pmui.Button(
            icon="redo", variant="outlined", visible=False, on_click=notice.guard(self._on_resume)
        )
        self._stop = pmui.Button(
            label="Stop the run", icon="stop", variant="outlined", on_click=self._on_stop
        )
        parts = (self._schedule, self._seed, self._start, self._resume, self._stop)
        self._buttons = wrap_row(*parts, **{"justify-content": "safe center"})
        self._site_count = markdown(styles={"text-align": "center", "opacity": "0.68"})
        checkbox = wrap_row(self._with_form, **{"justify-content": "safe center"})
        checkbox.visible = self._with_form.visible
        parts = (self._buttons, checkbox, self._site_count, self._status.view)
        self.controls = pn.Column(*parts, sizing_mode="stretch_width", margin=0)
        middle = pn.Column(
            paragraph("maps_empty", styles={"text-align": "center"}),
            self.controls,
            sizing_mode="stretch_width",
            styles={"max-width": "640px", "margin": "6vh auto", "gap": "12px"},
        )
        self.empty_view = card(middle)

    def reset(self) -> None:
        """Update after a change of the data set."""
        self._unfinished_key = None
        self.update()

    def update(self) -> bool:
        """Update buttons and status from the job; return whether it is waiting or running."""
        job = self._job
        state = State.NEW if job is None else job.state  # read once: it may change meanwhile
        before = 0 if job is None else self._services.registry.jobs_before(job)
        self._status.update(job, before)
        busy = state in (State.WAITING, State.RUNNING)
        self._stop.disabled = not busy
        for widget in (self._start, self._seed, self._schedule, self._with_form):
            widget.disabled = busy
        self._start.label = f"Start the {self._schedule.value} run"
        self._site_count.object = self._site_count_words()
        self._update_resume(state, busy)
        return busy

    @property
    def run_id(self) -> str | None:
        """The run of the job; None without a job."""
        return None if self._job is None else self._job.run_id

    @property
    def running(self) -> bool:
        """Whether a job is waiting or running."""
        return self._job is not None and not self._job.state.ended

    @property
    def finished_run_id(self) -> str:
        """The run of the job when it has finished; "" otherwise."""
        return self._job.run_id if self._job is not None and self._job.state is State.DONE else ""

    @property
    def started_here(self) -> bool:
        """Whether this visitor started the job."""
        return self._started is not None and self._started is self._job

    @property
    def _job(self) -> RunJob | None:
        jobs = [job for job in self._services.registry.jobs(RunJob) if job.data == self._session.data]
        return jobs[-1] if jobs else None

    def _site_count_words(self) -> str:
        """Return how many sites a run of the chosen schedule uses, where that is not all of them."""
        most = SITES_AT_MOST.get(self._schedule.value, 0)
        count = len(self._services.studies.study(self._session.data).assimilable())
        if not most or count <= most:
            return ""
        return f"The {self._schedule.value} run uses **{most:,}** of the {count:,} sites, for a first look."

    def _update_resume(self, state: State, busy: bool) -> None:
        """Show the resume button for the newest interrupted run; the disk is read when a job has ended."""
        key = (self._session.data, state, self.run_id)
        if key != self._unfinished_key:
            self._unfinished_key = key
            data, under_way = self._session.data, self._runs_under_way()
            self._unfinished = None if busy else self._services.runs.unfinished(data, under_way)
        run = self._unfinished
        self._resume.visible = run is not None
        if run is not None:
            self._resume.label = f"Resume the run: {run.schedule}, seed {run.seed}"

    def _runs_under_way(self) -> tuple[str, ...]:
        return tuple(job.run_id for job in self._services.registry.jobs(RunJob) if not job.state.ended)

    def _on_start_click(self, event: object) -> None:
        seed = whole(self._seed.value, "Seed")
        expect(seed <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {seed}")
        choices = self._form_choices() if self._form_choices and self._with_form.value else None
        what = (self._session.data, self._schedule.value, seed)
        self._start_job(RunJob(self._services.run_workers, *what, choices=choices))

    def _on_resume(self, event: object) -> None:
        if self._unfinished is not None:
            self._services.runs.existing(self._unfinished.id)
            self._services.runs.expect_idle(self._unfinished.id)
            self._start_job(ResumedRun(self._services.run_workers, self._unfinished))

    def _start_job(self, job: RunJob) -> None:
        if not self.running:
            self._started = self._services.registry.start(job)
        self.update()
        self._on_start()

    def _on_stop(self, event: object) -> None:
        if self._job is not None:
            self._job.stop()
