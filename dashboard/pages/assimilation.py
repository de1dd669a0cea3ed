"""Assimilation: launch it for the chosen sites, watch the chains, see what they have found."""

from __future__ import annotations

import time

import panel as pn
import panel_material_ui as pmui

from dashboard.components.all_sites import AllSites
from dashboard.components.assimilation_form import AssimilationForm
from dashboard.components.changed_card import ChangedCard
from dashboard.components.help import Help
from dashboard.components.job_panel import JobPanel
from dashboard.components.locked import Ticker, locked
from dashboard.components.notice import Notice
from dashboard.components.panes import about, block, line, screen, side_by_side
from dashboard.components.playback import SPEEDS
from dashboard.components.site_show import SiteShow
from dashboard.components.words import markdown, paragraph
from dashboard.jobs.assimilation import SiteAssimilation, find
from dashboard.jobs.chain_request import ChainRequest
from dashboard.jobs.services import Services
from dashboard.state import site_list
from dashboard.state.assimilation_choices import MOST_SITES, expect_sites
from dashboard.state.visit import Visit
from dashboard.state.ways import ALL, EACH
from proda_core.assimilation.schedules import Schedule, schedule_of

TICK = 250  # ms between two looks at the job
SOON, CALM = (
    5.0,
    0.75,
)  # s of running after which looks are further apart, and how far: a class watches at once
LONGEST = 1.0  # s that the show advances at one look


class AssimilationPage:
    """The page. The job belongs to the server; the page looks at it in ticks."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._notice, self._panel = Notice(), JobPanel()
        self._form = AssimilationForm(visit, help_)
        self._all = AllSites(services, visit, self._notice, help_)
        self._show = SiteShow(services, visit, help_, self._wake)
        self._changed = ChangedCard(services, visit, help_, self._choices_of_one)
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
        self._speed = pmui.Select(label="Show", options=list(SPEEDS), size="small", **about(160))
        self._speed.param.watch(lambda event: self._show.set_speed(SPEEDS[event.new]), "value")
        self._mine: SiteAssimilation | None = None
        self._looked = time.monotonic()
        self._ticker = Ticker(self._tick, TICK)
        visit.param.watch(lambda *_: self._tell_sites(), ["selected", "site", "data"])
        self._form.choices.param.watch(lambda *_: self._tell_sites(), "way")
        visit.param.watch(lambda *_: self._attach(), "job")
        self.view = self._layout(help_)
        self._tell_sites()
        self._attach()

    @property
    def _job(self) -> SiteAssimilation | None:
        found = self._services.registry.get(self._visit.job)
        return found if isinstance(found, SiteAssimilation) else None

    def _layout(self, help_: Help) -> pn.Column:
        buttons = line(self._start, self._stop, self._resume, self._speed)
        left = block(self._sites, self._form.view, buttons, self._panel.view, grow=1, basis=330)
        return screen(
            paragraph("assimilation"),
            self._notice.view,
            side_by_side(left, block(self._show.chains_view, grow=999, basis=560)),
            self._show.posterior_view,
            self._changed.view,
            self._all.view,
        )

    def _wanted(self) -> tuple[tuple[int, ...], int]:
        """Chosen sites that can be assimilated, and how many of the chosen cannot."""
        study = self._services.studies.study(self._visit.data)
        chosen = self._visit.selected or ((self._visit.site,) if self._visit.site is not None else ())
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
        study = self._services.studies.study(self._visit.data)
        if self._form.choices.way == ALL:
            every = len(study.assimilable())
            words = (
                f"All **{every:,}** sites of the data set that can be assimilated share one parameter set."
            )
            empty = left_out = ""
        self._sites.object = f"{words}{empty}{left_out}"
        self._start.disabled = not good and self._form.choices.way != ALL
        self._changed.offer(study, good[:MOST_SITES], self._visit.site)

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
            good = good or tuple(map(int, self._services.studies.study(self._visit.data).assimilable()))
        expect_sites(len(good) if way == EACH else min(len(good), 1))
        request = ChainRequest(way, self._visit.data, good, *self._choices())
        services = self._services
        job = SiteAssimilation(services.run_workers if request.shared else services.workers, request)
        before, self._mine = self._mine, services.registry.start(job)
        self._visit.job = job.id
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

    @locked
    def _attach(self) -> None:
        """Look at the visit's job; say so if the server does not have it any more."""
        services = self._services
        job = find(self._visit.job, services.registry, services.workers, services.run_workers)
        if job is not None and job.data != self._visit.data:
            self._notice.say(f"This assimilation is of the data set {job.data}. Open that one to see it.")
            self._visit.job = ""
            return
        if job is None and self._visit.job:
            self._notice.say("This assimilation is no longer on the server. Start it again.")
            self._visit.job = ""
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
        self._panel.show(job, 0 if job is None else self._services.registry.ahead_of(job))
        self._stop.disabled = job is None or job.state.ended
        self._resume.visible = job is not None and job.unfinished
        self._start.label = "Start" if job is None else "Restart"
