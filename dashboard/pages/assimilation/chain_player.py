"""The show of an assimilation, site after site: chains first, then what they have found."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.assimilation import SiteAssimilation
from dashboard.jobs.data.chain_traces import SiteTraces
from dashboard.jobs.services import Services
from dashboard.pages.assimilation.chains_view import ChainsView
from dashboard.pages.assimilation.playback import Playback
from dashboard.pages.assimilation.posterior_view import PosteriorView
from dashboard.plots.labels import data_note
from dashboard.state.session_state import SessionState
from dashboard.state.training_choices import FIRST_PARAMETER
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import flexible_width, set_content, wrap_row
from dashboard.ui.text import paragraph
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

FOLLOW = "follow the chains"


class ChainPlayer:
    """Which site is on, how far its chains are shown, and which parameter is looked at.

    ``wake`` is called when there is something to show again: somebody then has to call ``tick``.
    """

    def __init__(
        self, services: Services, session: SessionState, help_: Help, wake: Callable[[], None]
    ) -> None:
        self._services, self._session, self._help, self._wake = services, session, help_, wake
        self._playback = Playback()
        self._study: Study | None = None
        self._job: SiteAssimilation | None = None
        self._site: int | None = None
        self._posterior_of: int | None = None
        self._default_drawn = False
        self._chosen = pmui.Select(
            label="Site", options=[FOLLOW], value=FOLLOW, size="small", **flexible_width(170)
        )
        self._parameter = pmui.Select(
            label="Parameter", options=[FIRST_PARAMETER], size="small", **flexible_width(400)
        )
        self._chosen.param.watch(lambda *_: self._choose_site(), "value")
        self._parameter.param.watch(lambda *_: self._choose_parameter(), "value")
        session.param.watch(lambda *_: self._follow_parameter(), "parameter")
        self._empty = paragraph("assimilation_empty", styles={"padding": "14% 10%", "text-align": "center"})
        self.chains_view = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)
        self.posterior_view = pn.Column(sizing_mode="stretch_width", margin=0)

    @cached_property
    def _chains(self) -> ChainsView:
        """Made for the first show: it takes longer than the rest of the page, and may never be looked at."""
        return ChainsView(FIRST_PARAMETER, "proda")

    @cached_property
    def _posterior(self) -> PosteriorView:
        return PosteriorView(self._session, FIRST_PARAMETER, "proda", self._help)

    @cached_property
    def _inside(self) -> pn.Column:
        tools = wrap_row(
            self._chosen, self._parameter, self._help.button("chains", "chains, acceptance, misfit")
        )
        return pn.Column(tools, self._chains.view, sizing_mode="stretch_width", margin=0)

    @property
    def at_once(self) -> bool:
        """Whether everything that is known is shown, as opposed to a slower show."""
        return self._playback.speed == float("inf")

    @on_next_tick
    def set_speed(self, iterations_per_second: float) -> None:
        """Show faster or slower; a slower show begins again, a faster one goes on."""
        if iterations_per_second < self._playback.speed and self._site is not None:
            self._begin(self._site)
        self._playback.speed = iterations_per_second
        self._wake()

    def open(self, study: Study, job: SiteAssimilation) -> None:
        """Begin the show of a job."""
        self._study, self._job = study, job
        names = {f"{p.name}: {p.meaning}": p.name for p in PARAMETERS if p.name in PRIORS[job.prior].names}
        value = self._session.parameter if self._session.parameter in names.values() else FIRST_PARAMETER
        self._parameter.param.update(options=names, value=value)
        sites, first = [*map(str, job.sites)], job.sites[0]
        if job.request.shared:
            first = self._session.site if self._session.site in job.sites else first
            self._chosen.param.update(label="Its profile at site", options=sites, value=str(first))
        else:
            self._chosen.param.update(label="Site", options=[FOLLOW, *sites], value=FOLLOW)
        self._begin(first)
        set_content(self.chains_view, self._inside)  # last: what is put in place is complete
        set_content(self.posterior_view, self._posterior.view)

    def is_of(self, job: SiteAssimilation | None) -> bool:
        """Whether it is this job that is shown."""
        return job is self._job

    def close(self) -> None:
        """Show no job."""
        if self._job is not None:
            self._study = self._job = self._site = None
            set_content(self.chains_view, self._empty)
            self.posterior_view[:] = []

    def tick(self, job: SiteAssimilation, seconds: float) -> bool:
        """Show on; True when there is nothing more to show of this job."""
        traces = job.traces_at(self._site)
        reached = 0.0 if traces is None else traces.reached
        until = self._playback.tick(seconds, reached)
        if traces is not None:
            self._chains.show(traces, until)
        found = job.posterior_at(self._site)
        caught_up = until >= reached
        if found is not None and caught_up and self._posterior_of != self._site:
            self._posterior.show(self._study, self._site, found, job.prior, job.request.shared_by)
            self._posterior_of = self._site
        self._draw_default()
        if caught_up and (found is not None or job.state.ended):
            return not self._go_on(job)
        return False

    def _go_on(self, job: SiteAssimilation) -> bool:
        """Follow to the next site that has something to show; False if there is none."""
        after = job.sites[job.sites.index(self._site) + 1 :]
        waiting = [site for site in after if site in job.traces]
        if self._chosen.value != FOLLOW or not waiting:
            return False
        self._begin(waiting[-1] if self.at_once else waiting[0])
        return True

    def _begin(self, site: int) -> None:
        self._site, self._posterior_of, self._default_drawn = site, None, False
        self._playback.restart()
        whose = self._job.request.shared_by
        self._chains.clear(whose or f"Site {site}", data_note(self._study))
        self._chains.look_at(self._parameter.value, self._job.prior, None)
        self._chains.show(SiteTraces.empty(self._job.schedule, self._job.prior), 0.0)
        self._posterior.show(self._study, site, None, self._job.prior, whose)
        self._draw_default()

    def _draw_default(self) -> None:
        result = self._services.results.default_run(self._study.name).result
        if result is not None and not self._default_drawn:
            row = int((self._study.sites == self._site).argmax())
            self._posterior.show_default(self._study, result[row])
            self._default_drawn = True

    @on_next_tick
    def _choose_site(self) -> None:
        if self._job is not None and self._chosen.value not in (FOLLOW, str(self._site)):
            self._begin(int(self._chosen.value))
            self._wake()

    def _follow_parameter(self) -> None:
        if self._job is not None and self._session.parameter in PRIORS[self._job.prior].names:
            self._parameter.value = self._session.parameter

    @on_next_tick
    def _choose_parameter(self) -> None:
        if self._job is not None:
            self._session.parameter = self._parameter.value
            traces = self._job.traces_at(self._site)
            self._chains.look_at(self._parameter.value, self._job.prior, traces)
            self._posterior.look_at(self._parameter.value)
