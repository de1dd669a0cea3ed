"""Starts a run as a job of the server, shows how far it is, stops it, goes on with it."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.components.job_panel import JobPanel
from dashboard.components.notice import Notice
from dashboard.components.panes import about, card, line
from dashboard.components.words import paragraph
from dashboard.jobs.job import State
from dashboard.jobs.runs import RunChoice, RunJob
from dashboard.jobs.services import Services
from dashboard.state.assimilation_choices import LARGEST_SEED
from dashboard.state.typed_numbers import whole
from dashboard.state.visit import Visit
from proda_core.records.checks import expect

SCHEDULES_OFFERED: tuple[str, ...] = ("quick", "chapter", "modern")
_INTERRUPTED = (State.FAILED, State.CANCELLED)


class RunLauncher:
    """One job per data set at a time; whoever looks at the data set sees it."""

    def __init__(
        self, services: Services, visit: Visit, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._visit, self._on_start = services, visit, on_start
        self._panel = JobPanel()
        self._rest: RunChoice | None = None
        self._seed = pmui.TextInput(label="Seed", value="1", size="small", **about(120))
        self._schedule = pmui.Select(
            label="Schedule", options=list(SCHEDULES_OFFERED), size="small", **about(140)
        )
        self._schedule.param.watch(lambda *_: self.show(), "value")
        self._start = pmui.Button(icon="play_arrow", on_click=notice.guard(self._launch))
        self._stop = pmui.Button(label="Cancel", icon="stop", variant="outlined", on_click=self._halt)
        parts = (self._schedule, self._seed, self._start, self._stop)
        self._buttons = line(*parts, **{"justify-content": "safe center"})
        self.controls = pn.Column(self._buttons, self._panel.view, sizing_mode="stretch_width", margin=0)
        middle = pn.Column(
            paragraph("maps_empty", styles={"text-align": "center"}),
            self.controls,
            sizing_mode="stretch_width",
            styles={"max-width": "640px", "margin": "6vh auto", "gap": "12px"},
        )
        self.empty_view = card(middle)

    @property
    def _job(self) -> RunJob | None:
        jobs = [job for job in self._services.registry.jobs(RunJob) if job.data == self._visit.data]
        return jobs[-1] if jobs else None

    def open(self) -> None:
        """Come to a data set: a run that was interrupted, even by the server's end, can be gone on with."""
        self._rest = self._services.runs.unfinished(self._visit.data)
        if self._rest is not None and self._job is None:
            self._seed.value = str(self._rest.seed)
            if self._rest.schedule in SCHEDULES_OFFERED:
                self._schedule.value = self._rest.schedule

    def show(self) -> str | None:
        """Tell of the job. Its run's name once it has ended well, "" while it runs, None without one."""
        job = self._job
        state = State.NEW if job is None else job.state  # asked once: what ends meanwhile is told next time
        ahead = 0 if job is None else self._services.registry.ahead_of(job, RunJob)
        self._panel.show(job, ahead)
        busy = state in (State.WAITING, State.RUNNING)
        self._stop.disabled = not busy
        self._start.disabled = self._seed.disabled = self._schedule.disabled = busy
        rest = state in _INTERRUPTED or (state is State.NEW and self._rest is not None)
        self._start.label = "Go on with the run" if rest else f"Start the {self._schedule.value} run"
        if state is State.DONE:
            return job.run_id
        return "" if busy else None

    @property
    def run_id(self) -> str | None:
        """The run of the job, None without one."""
        return None if self._job is None else self._job.run_id

    def watching(self) -> bool:
        """Whether a job is under way."""
        return self._job is not None and not self._job.state.ended

    def _launch(self, event: object) -> None:
        seed = whole(self._seed.value, "Seed")
        expect(seed <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {seed}")
        job = self._job
        if job is not None and job.state in _INTERRUPTED and job.seed == seed:
            job.start()
        elif not self.watching():
            self._services.registry.start(self._new_job(seed))
        self._on_start()

    def _new_job(self, seed: int) -> RunJob:
        rest, workers, data = self._rest, self._services.run_workers, self._visit.data
        schedule = self._schedule.value
        if self._job is None and rest is not None and (rest.seed, rest.schedule) == (seed, schedule):
            return RunJob(workers, data, rest.schedule, seed, rest.id)
        return RunJob(workers, data, schedule, seed)

    def _halt(self, event: object) -> None:
        if self._job is not None:
            self._job.cancel()
