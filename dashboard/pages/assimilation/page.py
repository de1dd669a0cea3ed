"""Assimilation: launch it for the chosen sites, watch the chains, see what they have found."""

from __future__ import annotations

import time

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.assimilation import SiteAssimilation, find_assimilation
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.services import Services
from dashboard.pages.assimilation.all_sites import AllSites
from dashboard.pages.assimilation.assimilation_form import AssimilationForm
from dashboard.pages.assimilation.chain_player import ChainPlayer
from dashboard.pages.assimilation.playback import SPEEDS
from dashboard.pages.assimilation.what_if_card import WhatIfCard
from dashboard.state import site_list
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

TICK = 250  # ms between two looks at the job
SOON, CALM = (
    5.0,
    0.75,
)  # s of running after which looks are further apart, and how far: a class watches at once
LONGEST = 1.0  # s that the show advances at one look


class AssimilationPage:
    """The page. The job belongs to the server; the page looks at it in ticks."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._panel = Notice(), JobStatus()
        self._form = AssimilationForm(session, help_)
        self._all = AllSites(services, session, self._notice, help_)
        self._show = ChainPlayer(services, session, help_, self._wake)
        self._changed = WhatIfCard(services, session, help_, self._choices_of_one)
        self._sites = markdown()
        self._start = pmui.Button(
            label="Start", icon="play_arrow", margin=(8, 0), on_click=self._notice.guard(self._launch)
        )
        self._stop = pmui.Button(
            label="Stop", icon="stop", variant="outlined", margin=(8, 0), disabled=True, on_click=self._halt
        )
        self._resume = pmui.Button(
            label="Go on",
            icon="redo",
            variant="outlined",
            margin=(8, 0),
            visible=False,
            on_click=self._notice.guard(self._go_on),
        )
        self._speed = pmui.Select(label="Show", options=list(SPEEDS), size="small", **flexible_width(160))
        self._speed.param.watch(lambda event: self._show.set_speed(SPEEDS[event.new]), "value")
        self._mine: SiteAssimilation | None = None
        self._looked = time.monotonic()
        self._ticker = Poller(self._tick, TICK)
        session.param.watch(lambda *_: self._tell_sites(), ["selected", "site", "data"])
        self._form.choices.param.watch(lambda *_: self._tell_sites(), "way")
        session.param.watch(lambda *_: self._attach(), "job")
        self.view = self._layout(help_)
        self._tell_sites()
        self._attach()

    @property
    def _job(self) -> SiteAssimilation | None:
        found = self._services.registry.get(self._session.job)
        return found if isinstance(found, SiteAssimilation) else None

    def _layout(self, help_: Help) -> pn.Column:
        buttons = wrap_row(self._start, self._stop, self._resume, self._speed)
        left = card_column(self._sites, self._form.view, buttons, self._panel.view, grow=1, basis=330)
        return page_column(
            paragraph("assimilation"),
            self._notice.view,
            side_by_side(left, card_column(self._show.chains_view, grow=999, basis=560)),
            self._show.posterior_view,
            self._changed.view,
            self._all.view,
        )

    def _wanted(self) -> tuple[tuple[int, ...], int]:
        """Chosen sites that can be assimilated, and how many of the chosen cannot."""
        study = self._services.studies.study(self._session.data)
        chosen = self._session.selected or ((self._session.site,) if self._session.site is not None else ())
        able = set(map(int, study.assimilable()))
        good = tuple(site for site in chosen if site in able)
        return good, len(chosen) - len(good)

    def _tell_sites(self) -> None:
        good, aside = self._wanted()
        shown = site_list.write(good[:30]) + ("…" if len(good) > 30 else "")
        words = f"**{len(good):,}** site{'s' if len(good) != 1 else ''} chosen: {shown}" if good else ""
        left_out = f" {aside:,} of the chosen cannot be assimilated." if aside and good else ""
        none = "No site chosen." if not aside else f"None of the {aside:,} chosen can be assimilated."
        empty = "" if good else f"{none} Tap one on the page **Sites**, or select several."
        study = self._services.studies.study(self._session.data)
        if self._form.choices.way == ALL:
            every = len(study.assimilable())
            words = (
                f"All **{every:,}** sites of the data set that can be assimilated share one parameter set."
            )
            empty = left_out = ""
        self._sites.object = f"{words}{empty}{left_out}"
        self._start.disabled = not good and self._form.choices.way != ALL
        self._changed.offer(study, good[:MOST_SITES], self._session.site)

    def _choices(self) -> tuple[Schedule, str, int]:
        """Schedule, prior and seed as typed."""
        choices = self._form.choices
        return self._form.schedule(), choices.prior, choices.seed_number()

    def _choices_of_one(self) -> tuple[Schedule, str, int]:
        """The same for a single site: a batch begins otherwise."""
        schedule, prior, seed = self._choices()
        return (schedule if self._form.choices.way == EACH else schedule_of(schedule.name)), prior, seed

    def _launch(self, event: object) -> None:
        way, (good, _) = self._form.choices.way, self._wanted()
        if way == ALL:
            good = good or tuple(map(int, self._services.studies.study(self._session.data).assimilable()))
        expect_sites(len(good) if way == EACH else min(len(good), 1))
        request = AssimilationRequest(way, self._session.data, good, *self._choices())
        services = self._services
        job = SiteAssimilation(services.run_workers if request.shared else services.workers, request)
        before, self._mine = self._mine, services.registry.start(job)
        self._session.job = job.id
        if before is not None:  # what others have begun goes on: they may be watching it
            before.cancel()

    def _go_on(self, event: object) -> None:
        if self._job is not None:
            self._mine = self._job
            self._job.start()
            self._attach()

    def _halt(self, event: object) -> None:
        if self._job is not None:
            self._job.cancel()

    @on_next_tick
    def _attach(self) -> None:
        """Look at the session's job; say so if the server does not have it any more."""
        services = self._services
        job = find_assimilation(self._session.job, services.registry, services.workers, services.run_workers)
        if job is not None and job.data != self._session.data:
            self._notice.report(f"This assimilation is of the data set {job.data}. Open that one to see it.")
            self._session.job = ""
            return
        if job is None and self._session.job:
            self._notice.report("This assimilation is no longer on the server. Start it again.")
            self._session.job = ""
            return
        if job is None:
            self._ticker.stop()
            self._show.close()
        else:
            self._show.open(self._services.studies.study(job.data), job)
            self._looked = time.monotonic()
            self._ticker.start()
        self._tell_job(job)

    def _tick(self) -> None:
        job, now = self._job, time.monotonic()
        if self._can_wait(job, now) or not self._show.is_of(job):
            return
        seconds, self._looked = min(now - self._looked, LONGEST), now
        over = job is None or job.state.ended  # asked first: what ends during this tick is told at the next
        self._tell_job(job)
        if job is None or (self._show.tick(job, seconds) and over):
            self._ticker.stop()

    def _can_wait(self, job: SiteAssimilation | None, now: float) -> bool:
        """Whether a look that shows everything at once may come a little later."""
        runs_on = job is not None and not job.state.ended and job.seconds > SOON
        return runs_on and self._show.at_once and now - self._looked < CALM

    def _wake(self) -> None:
        if self._job is not None:
            self._ticker.start()

    def _tell_job(self, job: SiteAssimilation | None) -> None:
        self._panel.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        self._stop.disabled = job is None or job.state.ended
        self._resume.visible = job is not None and job.unfinished
        self._start.label = "Start" if job is None else "Restart"
