"""Starts a run as a job of the server, shows how far it is, stops it; goes on with one that was stopped."""

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


class RunLauncher:
    """One job per data set at a time; whoever looks at the data set sees it.

    To start is always a new run, with the choices in view; a run that was interrupted, even by the
    server's end, is gone on with by a button of its own, with the choices it was begun with.
    """

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._panel = JobStatus()
        self._begun: RunJob | None = None
        self._rest: RunSummary | None = None
        self._rest_of: tuple | None = None
        self._seed = pmui.TextInput(label="Seed", value="1", size="small", **flexible_width(120))
        self._schedule = pmui.Select(
            label="Schedule", options=list(SCHEDULES_OFFERED), size="small", **flexible_width(140)
        )
        self._schedule.param.watch(lambda *_: self.update(), "value")
        self._start = pmui.Button(icon="play_arrow", on_click=notice.guard(self._launch))
        self._resume = pmui.Button(
            icon="redo", variant="outlined", visible=False, on_click=notice.guard(self._go_on)
        )
        self._stop = pmui.Button(label="Cancel", icon="stop", variant="outlined", on_click=self._halt)
        parts = (self._schedule, self._seed, self._start, self._resume, self._stop)
        self._buttons = wrap_row(*parts, **{"justify-content": "safe center"})
        self._some = markdown(styles={"text-align": "center", "opacity": "0.68"})
        parts = (self._buttons, self._some, self._panel.view)
        self.controls = pn.Column(*parts, sizing_mode="stretch_width", margin=0)
        middle = pn.Column(
            paragraph("maps_empty", styles={"text-align": "center"}),
            self.controls,
            sizing_mode="stretch_width",
            styles={"max-width": "640px", "margin": "6vh auto", "gap": "12px"},
        )
        self.empty_view = card(middle)

    @property
    def _job(self) -> RunJob | None:
        jobs = [job for job in self._services.registry.jobs(RunJob) if job.data == self._session.data]
        return jobs[-1] if jobs else None

    def reset(self) -> None:
        """Come to a data set."""
        self._rest_of = None
        self.update()

    def update(self) -> bool:
        """Tell of the job; whether it is under way."""
        job = self._job
        state = State.NEW if job is None else job.state  # asked once: what ends meanwhile is told next time
        ahead = 0 if job is None else self._services.registry.jobs_before(job)
        self._panel.update(job, ahead)
        busy = state in (State.WAITING, State.RUNNING)
        self._stop.disabled = not busy
        self._start.disabled = self._seed.disabled = self._schedule.disabled = busy
        self._start.label = f"Start the {self._schedule.value} run"
        self._some.object = self._words_of_some()
        self._offer_rest(state, busy)
        return busy

    @property
    def finished_run_id(self) -> str:
        """The run of the job, when it is done; else nothing."""
        return self._job.run_id if self._job is not None and self._job.state is State.DONE else ""

    @property
    def started_here(self) -> bool:
        """Whether it was this visitor who began the job."""
        return self._begun is not None and self._begun is self._job

    def _words_of_some(self) -> str:
        """How many of the sites a run of the chosen schedule takes, where that is not all of them."""
        most = SITES_AT_MOST.get(self._schedule.value, 0)
        count = len(self._services.studies.study(self._session.data).assimilable())
        if not most or count <= most:
            return ""
        return f"The {self._schedule.value} run takes **{most:,}** of the {count:,} sites, for a first look."

    def _offer_rest(self, state: State, busy: bool) -> None:
        """Offer to go on with the newest interrupted run; the disk is asked when a job has come to an end."""
        now = (self._session.data, state, self.run_id)
        if now != self._rest_of:
            self._rest_of = now
            self._rest = (
                None if busy else self._services.runs.unfinished(self._session.data, self._under_way())
            )
        rest = self._rest
        self._resume.visible = rest is not None
        if rest is not None:
            self._resume.label = f"Go on with the run: {rest.schedule}, seed {rest.seed}"

    def _under_way(self) -> tuple[str, ...]:
        return tuple(job.run_id for job in self._services.registry.jobs(RunJob) if not job.state.ended)

    @property
    def run_id(self) -> str | None:
        """The run of the job, None without one."""
        return None if self._job is None else self._job.run_id

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._job is not None and not self._job.state.ended

    def _launch(self, event: object) -> None:
        seed = whole(self._seed.value, "Seed")
        expect(seed <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {seed}")
        self._begin(RunJob(self._services.run_workers, self._session.data, self._schedule.value, seed))

    def _go_on(self, event: object) -> None:
        if self._rest is not None:
            self._services.runs.existing(self._rest.id)
            self._begin(ResumedRun(self._services.run_workers, self._rest))

    def _begin(self, job: RunJob) -> None:
        if not self.running:
            self._begun = self._services.registry.start(job)
        self.update()
        self._on_start()

    def _halt(self, event: object) -> None:
        if self._job is not None:
            self._job.cancel()
