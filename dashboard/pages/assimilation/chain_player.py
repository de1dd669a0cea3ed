"""Plays an assimilation, site after site: first the chains, then the posterior."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.assimilation import SiteAssimilation
from dashboard.jobs.data.chain_traces import SiteTraces
from dashboard.jobs.services import Services
from dashboard.pages.assimilation.chains_view import ChainsView
from dashboard.pages.assimilation.playback import LIVE, Playback
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

CURRENT_SITE = "current site"  # the option that changes to each site as its chains start


class ChainPlayer:
    """The site and parameter in view, and how far the chains are drawn.

    on_change : called when there is something to draw; the caller then has to call ``advance``
    """

    def __init__(
        self, services: Services, session: SessionState, help_: Help, on_change: Callable[[], None]
    ) -> None:
        self._services, self._session, self._help, self._on_change = services, session, help_, on_change
        self._playback = Playback()
        self._study: Study | None = None
        self._job: SiteAssimilation | None = None
        self._site: int | None = None
        self._posterior_drawn = self._default_drawn = self._prior_drawn = False
        self._site_menu = pmui.Select(
            label="Site", options=[CURRENT_SITE], value=CURRENT_SITE, size="small", **flexible_width(170)
        )
        self._parameter = pmui.Select(
            label="Parameter", options=[FIRST_PARAMETER], size="small", **flexible_width(400)
        )
        self._site_menu.param.watch(lambda *_: self._on_site(), "value")
        self._parameter.param.watch(lambda *_: self._on_parameter(), "value")
        session.param.watch(lambda *_: self._sync_parameter(), "parameter")
        self._empty = paragraph("assimilation_empty", styles={"padding": "14% 10%", "text-align": "center"})
        self.chains_view = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)
        self.posterior_view = pn.Column(sizing_mode="stretch_width", margin=0)

    @cached_property
    def _chains(self) -> ChainsView:
        """The chains, built for the first job: it takes longer than the rest of the page."""
        return ChainsView(FIRST_PARAMETER, "proda")

    @cached_property
    def _posterior(self) -> PosteriorView:
        return PosteriorView(self._session, FIRST_PARAMETER, "proda", self._help)

    @cached_property
    def _content(self) -> pn.Column:
        tools = wrap_row(
            self._site_menu, self._parameter, self._help.button("chains", "chains, acceptance, misfit")
        )
        return pn.Column(tools, self._chains.view, sizing_mode="stretch_width", margin=0)

    @property
    def is_live(self) -> bool:
        """Whether states are drawn as soon as they are computed."""
        return self._playback.speed == LIVE

    @on_next_tick
    def set_speed(self, iterations_per_second: float) -> None:
        """Set the playback speed; a slower one plays the site again."""
        if iterations_per_second < self._playback.speed and self._site is not None:
            self._start_site(self._site)
        self._playback.speed = iterations_per_second
        self._on_change()

    def set_job(self, study: Study, job: SiteAssimilation) -> None:
        """Play a job from its first site."""
        self._study, self._job = study, job
        names = {f"{p.name}: {p.meaning}": p.name for p in PARAMETERS if p.name in PRIORS[job.prior].names}
        value = self._session.parameter if self._session.parameter in names.values() else FIRST_PARAMETER
        self._parameter.param.update(options=names, value=value)
        sites, first = [*map(str, job.sites)], job.sites[0]
        if job.request.shared:
            first = self._session.site if self._session.site in job.sites else first
            self._site_menu.param.update(label="Its profile at site", options=sites, value=str(first))
        else:
            self._site_menu.param.update(label="Site", options=[CURRENT_SITE, *sites], value=CURRENT_SITE)
        self._start_site(first)
        set_content(self.chains_view, self._content)  # last, so that it is sent once and complete
        set_content(self.posterior_view, self._posterior.view)

    def plays(self, job: SiteAssimilation | None) -> bool:
        """Whether this job is played."""
        return job is self._job

    def clear(self) -> None:
        """Play no job."""
        if self._job is not None:
            self._study = self._job = self._site = None
            set_content(self.chains_view, self._empty)
            self.posterior_view[:] = []

    def advance(self, job: SiteAssimilation, seconds: float) -> bool:
        """Draw the next states or the posterior; True when all there is of the job is drawn."""
        traces = job.traces_at(self._site)
        reached = 0.0 if traces is None else traces.reached
        until = self._playback.advance(seconds, reached)
        if traces is not None:
            self._chains.update(traces, until)
        found = job.posterior_at(self._site)
        is_drawn = until >= reached
        if found is not None and is_drawn and not self._posterior_drawn:
            self._posterior.update(self._study, self._site, found, job.prior, job.request.shared_by)
            self._posterior_drawn = True
        self._update_default_run()
        if not self._update_prior_band():
            return False
        if is_drawn and (found is not None or job.state.ended):
            return not self._start_next_site(job)
        return False

    def _start_next_site(self, job: SiteAssimilation) -> bool:
        """Play the next site that has chains, the last of them when live; False if there is none."""
        after = job.sites[job.sites.index(self._site) + 1 :]
        waiting = [site for site in after if site in job.traces]
        if self._site_menu.value != CURRENT_SITE or not waiting:
            return False
        self._start_site(waiting[-1] if self.is_live else waiting[0])
        return True

    def _start_site(self, site: int) -> None:
        self._site = site
        self._posterior_drawn = self._default_drawn = self._prior_drawn = False
        self._playback.restart()
        job, shared = self._job, self._job.request.shared_by
        self._chains.clear(shared or f"Site {site}", data_note(self._study), job.schedule)
        self._chains.set_parameter(self._parameter.value, job.prior, None)
        self._chains.update(SiteTraces.empty(job.schedule, job.prior), 0.0)
        self._posterior.update(self._study, site, None, job.prior, shared)
        self._posterior.set_prior_band(self._study, None)
        self._update_default_run()

    def _update_default_run(self) -> None:
        result = self._services.results.default_run(self._study.name).result
        if result is not None and not self._default_drawn:
            row = int((self._study.sites == self._site).argmax())
            self._posterior.set_default_run(self._study, result[row])
            self._default_drawn = True

    def _update_prior_band(self) -> bool:
        """Draw the carbon under the prior; False while it is being computed."""
        if not self._prior_drawn:
            what = (self._study.name, self._site, self._job.prior, self._job.request.model)
            found = self._services.results.prior_band(*what)
            if found.result is not None:
                self._posterior.set_prior_band(self._study, found.result)
            self._prior_drawn = found.state.ended
        return self._prior_drawn

    @on_next_tick
    def _on_site(self) -> None:
        if self._job is not None and self._site_menu.value not in (CURRENT_SITE, str(self._site)):
            self._start_site(int(self._site_menu.value))
            self._on_change()

    def _sync_parameter(self) -> None:
        if self._job is not None and self._session.parameter in PRIORS[self._job.prior].names:
            self._parameter.value = self._session.parameter

    @on_next_tick
    def _on_parameter(self) -> None:
        if self._job is not None:
            self._session.parameter = self._parameter.value
            traces = self._job.traces_at(self._site)
            self._chains.set_parameter(self._parameter.value, self._job.prior, traces)
            self._posterior.set_parameter(self._parameter.value)
