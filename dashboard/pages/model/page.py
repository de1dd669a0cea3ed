"""Model: the soil model of one site; every move of a slider is computed and drawn at once."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
import xarray as xr

from dashboard.jobs.assimilation import SiteAssimilation
from dashboard.jobs.job import error_sentence
from dashboard.jobs.services import Services
from dashboard.pages.model.details_card import DetailsCard
from dashboard.pages.model.parameter_card import ParameterCard
from dashboard.pages.model.profile_view import ModelProfile
from dashboard.pages.model.site_loading import LoadedSite, load_site
from dashboard.state.parameter_choices import ParameterChoices
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Debounce, Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import (
    GAP,
    card,
    flexible_column,
    page_column,
    set_content,
    side_by_side,
    wrap_row,
)
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown, paragraph
from proda_core.records.checks import InputError
from proda_core.records.study import Study

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import ModelInputs, SiteModel

FIGURES_GROW = 200  # share of the figures beside the sliders, which fill a row where they stand alone
POLL_MS = 50  # between two checks whether the site is loaded
DETAILS_DELAY_MS = 250  # without a move until the details are drawn


class ModelPage:
    """The page. A move redraws profile and pools; releasing a slider redraws the details."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._loaded: LoadedSite | None = None
        self._loading: Future | None = None
        self._site: tuple[str, int] | None = None
        self._redraw_requested = False
        self.choices = ParameterChoices()
        self.choices.set_from_text(session.setting)
        self._notice = Notice()
        self._delayed_details = Debounce(self._update_details, DETAILS_DELAY_MS)
        self._parameters = ParameterCard(
            self.choices, help_, self._on_move, self._update_all, self._delayed_details.request
        )
        self._profile = ModelProfile()
        self._details = DetailsCard(session, help_)
        self._poller = Poller(self._poll, POLL_MS)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._content = self._layout(help_)
        self._empty = self._layout_empty()
        self._waiting = paragraph("model_waiting", styles={"padding": "8% 10%", "text-align": "center"})
        self.view = page_column(paragraph("model"), self._notice.view, self._place)
        session.param.watch(lambda *_: self._load(), ["page", "data", "site", "run", "job"])
        # Before the details: drawing them writes the setting back to the session.
        session.param.watch(lambda *_: self._sync_setting(), "setting")
        session.param.watch(lambda *_: self._sync_details(), ["behind", "years"])
        self._load()

    def _layout(self, help_: Help) -> pn.Column:
        self._heading = markdown(styles={"flex": "1 1 220px"})
        head = wrap_row(self._heading, help_.button("model_profile", "the profile and the pools"))
        right = flexible_column(
            card(head, self._profile.view), self._details.view, grow=FIGURES_GROW, basis=560
        )
        right.styles = right.styles | {"gap": GAP}
        return pn.Column(side_by_side(self._parameters.view, right), sizing_mode="stretch_width", margin=0)

    def _layout_empty(self) -> pn.Column:
        buttons = wrap_row(
            pmui.Button(label="Use the first site", icon="looks_one", on_click=self._select_first_site),
            pmui.Button(
                label="Choose on the map", icon="place", variant="outlined", on_click=self._go_to_sites
            ),
            **{"justify-content": "safe center"},
        )
        text = paragraph("model_empty", styles={"text-align": "center"})
        return card(pn.Column(text, buttons, sizing_mode="stretch_width", styles={"padding": "6% 10%"}))

    @property
    def _study(self) -> Study:
        return self._services.studies.study(self._session.data)

    @property
    def _model(self) -> SiteModel | None:
        return None if self._loaded is None else self._loaded.model

    @property
    def _inputs(self) -> ModelInputs:
        choices = self.choices
        climate = choices.warming, choices.wetness, choices.litter
        return self._model.inputs(choices.values, choices.texture, *climate)

    @on_next_tick
    def _load(self) -> None:
        """Load the session's site, in the background where a page is served."""
        if self._session.page != "model":
            return
        site = None if self._session.site is None else (self._session.data, self._session.site)
        if site is None:
            self._loaded = self._site = self._loading = None
            self._poller.stop()
            set_content(self._place, self._empty)
            return
        model = self._model if site == self._site else None
        self._site = site
        request = (self._study, site[1], self._session.run, self._own_posterior(), model)
        if self._poller.can_poll:
            self._loading = self._services.workers.in_background(load_site, *request)
            self._poller.start()
            if self._loaded is None:
                set_content(self._place, self._waiting)
            return
        try:
            self._set_site(load_site(*request))
        except InputError as error:
            self._on_error(error)

    def _poll(self) -> None:
        if self._loading is None or not self._loading.done():
            return
        self._poller.stop()
        error = self._loading.exception()
        if error is None:
            self._set_site(self._loading.result())
        else:
            self._on_error(error)

    def _on_error(self, error: BaseException) -> None:
        self._loaded = self._site = None
        set_content(self._place, self._empty)
        self._notice.report(error_sentence(error))

    def _set_site(self, loaded: LoadedSite) -> None:
        """Draw a loaded site with the parameters as they are."""
        is_same, self._loaded = self._model is loaded.model, loaded
        self._notice.clear()
        if loaded.warning:
            self._notice.report(loaded.warning)
        model, estimate = loaded.model, loaded.estimate
        self._parameters.set_estimates(estimate, loaded.batch)
        self._profile.set_site(
            self._study, model.site, model.default_pools, estimate.band if estimate else None
        )
        if not is_same:
            self._heading.object = f"### Site {model.site}"
            self._update_profile()
            self._update_details()
        set_content(self._place, self._content)

    def _own_posterior(self) -> xr.Dataset | None:
        job = self._services.registry.get(self._session.job)
        if isinstance(job, SiteAssimilation) and job.data == self._session.data and not job.request.shared:
            return job.posteriors.get(self._session.site)
        return None

    def _on_move(self) -> None:
        """Redraw once, however many moves arrive before the next tick."""
        if not self._redraw_requested:
            self._redraw_requested = True
            self._redraw()

    @on_next_tick
    def _redraw(self) -> None:
        self._redraw_requested = False
        self._update_profile()
        self._parameters.update()

    def _update_all(self) -> None:
        self._redraw()
        self._delayed_details.request()

    def _update_profile(self) -> None:
        if self._model is None:
            return
        try:
            self._profile.update(self._model.steady_state(self._inputs))
            self._notice.clear()
        except InputError as error:
            self._notice.report(str(error))

    def _update_details(self) -> None:
        if self._model is None:
            return
        self._session.setting = self.choices.to_text()
        try:
            self._details.update(self._model, self._inputs)
        except InputError as error:
            self._notice.report(str(error))

    def _sync_setting(self) -> None:
        if self._session.setting != self.choices.to_text():
            self.choices.set_from_text(self._session.setting)
            self._update_all()

    def _sync_details(self) -> None:
        self._details.sync_from_state()
        self._delayed_details.request()

    def _select_first_site(self, event: object) -> None:
        sites = self._study.assimilable()
        if len(sites):
            self._session.select((int(sites[0]),))
        else:
            self._notice.report("No site of this data set has complete forcing and carbon input.")

    def _go_to_sites(self, event: object) -> None:
        self._session.page = "sites"
