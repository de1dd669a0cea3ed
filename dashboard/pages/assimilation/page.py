"""Assimilation: start it for the chosen sites, watch the chains, see the posterior."""

from __future__ import annotations

import time

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.assimilation import SiteAssimilation, find_assimilation
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.services import Services
from dashboard.pages.assimilation.all_sites_card import AllSitesCard
from dashboard.pages.assimilation.assimilation_form import AssimilationForm
from dashboard.pages.assimilation.chain_player import ChainPlayer
from dashboard.pages.assimilation.chosen_sites import all_sites_sentence, chosen_sites
from dashboard.pages.assimilation.diagnostics_table import outcome_sentence
from dashboard.pages.assimilation.playback import SPEEDS
from dashboard.pages.assimilation.what_if_card import WhatIfCard
from dashboard.state.assimilation_choices import MOST_SITES, expect_sites
from dashboard.state.modes import ALL, EACH
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import card_column, flexible_width, page_column, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown, paragraph
from proda_core.assimilation.schedules import Schedule, schedule_of
from proda_core.records.study import Study

POLL_MS = 250  # between two reads of the job
FAST_SECONDS = 5.0  # of a job, in which every poll is drawn; later only every SLOW_POLL_SECONDS
SLOW_POLL_SECONDS = 0.75  # a class watches one job at once
MAX_STEP_SECONDS = 1.0  # by which the playback advances in one poll

Choices = tuple[Schedule, str, int, dict[str, object]]


class AssimilationPage:
    """The page. The job belongs to the server; the page polls it."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._status = Notice(), JobStatus()
        self._form = AssimilationForm(session, help_)
        self._all_sites = AllSitesCard(services, session, self._notice, help_, self._form.run_choices)
        self._player = ChainPlayer(services, session, help_, self._on_player_change)
        self._what_if = WhatIfCard(services, session, help_, self._choices_of_one)
        self._sites = markdown()
        self._start = _button("Start", "play_arrow", self._notice.guard(self._on_start), variant="contained")
        self._stop = _button("Stop the chains", "stop", self._on_stop, disabled=True)
        self._resume = _button("Resume", "redo", self._notice.guard(self._on_resume), visible=False)
        self._speed = pmui.Select(
            label="Playback speed", options=list(SPEEDS), size="small", **flexible_width(160)
        )
        self._speed.param.watch(lambda event: self._player.set_speed(SPEEDS[event.new]), "value")
        self._own_job: SiteAssimilation | None = None
        self._last_draw = time.monotonic()
        self._poller = Poller(self._poll, POLL_MS)
        session.param.watch(lambda *_: self._update_sites(), ["selected", "site", "data"])
        self._form.choices.param.watch(lambda *_: self._update_sites(), "mode")
        session.param.watch(lambda *_: self._sync_job(), "job")
        self.view = self._layout()
        self._update_sites()
        self._sync_job()

    def _layout(self) -> pn.Column:
        buttons = wrap_row(self._start, self._stop, self._resume, self._speed)
        left = card_column(self._sites, self._form.view, buttons, self._status.view, grow=1, basis=330)
        return page_column(
            paragraph("assimilation"),
            self._notice.view,
            side_by_side(left, card_column(self._player.chains_view, grow=999, basis=560)),
            self._player.posterior_view,
            self._what_if.view,
            self._all_sites.view,
        )

    @property
    def _job(self) -> SiteAssimilation | None:
        job = self._services.registry.get(self._session.job)
        return job if isinstance(job, SiteAssimilation) else None

    @property
    def _study(self) -> Study:
        return self._services.studies.study(self._session.data)

    def _update_sites(self) -> None:
        study, is_all = self._study, self._form.choices.mode == ALL
        chosen = chosen_sites(study, self._session)
        self._sites.object = all_sites_sentence(study) if is_all else chosen.sentence
        self._start.disabled = not chosen.sites and not is_all
        self._what_if.set_options(study, chosen.sites[:MOST_SITES], self._session.site)

    def _choices(self) -> Choices:
        """Return schedule, prior, seed and settings of the soil model as typed."""
        choices = self._form.choices
        return self._form.schedule(), choices.prior, choices.seed_number(), choices.to_model()

    def _choices_of_one(self) -> Choices:
        """Return the same for a single site; a batch starts from another schedule of that name."""
        schedule, *others = self._choices()
        return (schedule if self._form.choices.mode == EACH else schedule_of(schedule.name)), *others

    def _on_start(self, event: object) -> None:
        mode, sites = self._form.choices.mode, chosen_sites(self._study, self._session).sites
        if mode == ALL:
            sites = sites or tuple(map(int, self._study.assimilable()))
        expect_sites(len(sites) if mode == EACH else min(len(sites), 1))
        request = AssimilationRequest(mode, self._session.data, sites, *self._choices())
        services = self._services
        job = SiteAssimilation(services.run_workers if request.shared else services.workers, request)
        last, self._own_job = self._own_job, services.registry.start(job)
        self._session.job = job.id
        if last is not None:  # a job of another visitor continues: they may be watching it
            last.stop()

    def _on_resume(self, event: object) -> None:
        if self._job is not None:
            self._own_job = self._job
            self._job.start()
            self._sync_job()

    def _on_stop(self, event: object) -> None:
        if self._job is not None:
            self._job.stop()

    @on_next_tick
    def _sync_job(self) -> None:
        """Watch the session's job; report one that is of other data or no longer on the server."""
        services = self._services
        job = find_assimilation(self._session.job, services.registry, services.workers, services.run_workers)
        if job is None and self._session.job:
            self._reject_job("This assimilation is no longer on the server. Start it again.")
            return
        if job is not None and job.data != self._session.data:
            self._reject_job(f"This assimilation is of the data set {job.data}. Open that one to see it.")
            return
        if job is None:
            self._poller.stop()
            self._player.clear()
        else:
            self._player.set_job(services.studies.study(job.data), job)
            self._last_draw = time.monotonic()
            self._poller.start()
        self._update_status(job)

    def _reject_job(self, sentence: str) -> None:
        self._notice.report(sentence)
        self._session.job = ""

    def _poll(self) -> None:
        job, now = self._job, time.monotonic()
        if self._can_wait(job, now) or not self._player.plays(job):
            return
        seconds, self._last_draw = min(now - self._last_draw, MAX_STEP_SECONDS), now
        is_over = (
            job is None or job.state.ended
        )  # read first: what arrives during this poll is drawn by the next
        self._update_status(job)
        if job is None or (self._player.advance(job, seconds) and is_over):
            self._poller.stop()

    def _can_wait(self, job: SiteAssimilation | None, now: float) -> bool:
        """Return whether a long job that is drawn live can be drawn by a later poll."""
        is_long = job is not None and not job.state.ended and job.seconds > FAST_SECONDS
        return is_long and self._player.is_live and now - self._last_draw < SLOW_POLL_SECONDS

    def _on_player_change(self) -> None:
        if self._job is not None:
            self._poller.start()

    def _update_status(self, job: SiteAssimilation | None) -> None:
        before = 0 if job is None else self._services.registry.jobs_before(job)
        is_over = job is not None and job.state.ended
        self._status.update(job, before, outcome_sentence(job.posteriors) if is_over else "")
        self._stop.disabled = job is None or job.state.ended
        self._resume.visible = job is not None and job.unfinished
        self._start.label = "Start" if job is None else "Start again"


def _button(label: str, icon: str, on_click: object, variant: str = "outlined", **options) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, variant=variant, margin=(8, 0), on_click=on_click, **options)
