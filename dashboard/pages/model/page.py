"""Model: one site's soil model in the hand; every slider answers at once."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import panel as pn
import panel_material_ui as pmui
import xarray as xr

from dashboard.jobs.assimilation import SiteAssimilation
from dashboard.jobs.job import error_sentence
from dashboard.jobs.services import Services
from dashboard.pages.model.detail_views import FluxesView, MatricesView, ResponseView
from dashboard.pages.model.parameter_sliders import ParameterSliders
from dashboard.pages.model.profile_view import ModelProfile
from dashboard.pages.model.site_loading import LoadedSite, load_site
from dashboard.state.model_choices import BEHIND
from dashboard.state.parameter_choices import ParameterChoices
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.callbacks import Debounce, Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import (
    GAP,
    card,
    card_column,
    flexible_column,
    page_column,
    set_content,
    side_by_side,
    wrap_row,
)
from dashboard.ui.notice import Notice
from dashboard.ui.text import escape_markdown, heading, markdown, paragraph
from proda_core.records.checks import InputError
from proda_core.records.study import Study

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import ModelInputs, SiteModel

WIDE = 200  # share of the figures beside the sliders, which take a whole row where they stand alone
LOOK = 50  # ms between two looks whether the compiled model is there
REST = 250  # ms without a move until what lies behind the profile is drawn


class ModelPage:
    """The page. A move redraws the profile and the pools, a slider that is let go what lies behind."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._taken: LoadedSite | None = None
        self._future: Future | None = None
        self._site: tuple[str, int] | None = None
        self._due = False
        self.choices = ParameterChoices()
        self.choices.follow(session.setting)
        self._notice = Notice()
        self._rest = Debounce(self._rest_now, REST)
        self._sliders = ParameterSliders(self.choices, self._move, self._rest.ask)
        self._profile = ModelProfile()
        self._fluxes, self._matrices, self._response = FluxesView(), MatricesView(), ResponseView(help_)
        self._ticker = Poller(self._look, LOOK)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._inside = self._layout(help_)
        self._empty = self._layout_empty()
        self._waiting = paragraph("model_waiting", styles={"padding": "8% 10%", "text-align": "center"})
        self.view = page_column(paragraph("model"), self._notice.view, self._place)
        session.param.watch(lambda *_: self._come(), ["page", "data", "site", "run", "job"])
        session.param.watch(lambda *_: self._follow(), "setting")  # first: what comes next tells the setting
        session.param.watch(lambda *_: self._look_behind(), ["behind", "years"])
        self._come()

    def _layout(self, help_: Help) -> pn.Column:
        self._head = markdown(styles={"flex": "1 1 220px"})
        self._resets = {
            "default": _button("CLM5 default", self._take_default),
            "site": _button("Posterior of this site", self._take_site),
            "batch": _button("Batch of the run", self._take_batch),
            "today": _button("Today's climate", self._take_today),
        }
        self._texture = pmui.Switch(
            label="Fast soil carbon's transfers from soil texture, as CLM5 does",
            value=self.choices.texture,
            size="small",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )
        self._texture.param.watch(self._choose_texture, "value")
        self._legend = markdown()
        behind = {words: name for name, words in BEHIND.items()}
        self._views = toggle_buttons(behind, self._session.behind, 460)
        self._response.years.value = int(self._session.years)
        self._views.param.watch(lambda event: self._session.param.update(behind=event.new), "value")
        self._response.years.param.watch(
            lambda event: self._session.param.update(years=str(event.new)), "value"
        )
        self._details = pn.Column(sizing_mode="stretch_width", margin=0)
        left = card_column(
            heading("Parameters", help_.button("parameters", "the sliders")),
            wrap_row(*self._resets.values()),
            self._legend,
            self._sliders.view,
            self._texture,
            grow=1,
            basis=330,
        )
        tools = wrap_row(self._views, help_.button("model_details", "fluxes, times and matrices"))
        right = flexible_column(
            card(
                wrap_row(self._head, help_.button("model_profile", "the profile and the pools")),
                self._profile.view,
            ),
            card(tools, self._details),
            grow=WIDE,
            basis=560,
        )
        right.styles = right.styles | {"gap": GAP}
        return pn.Column(side_by_side(left, right), sizing_mode="stretch_width", margin=0)

    def _layout_empty(self) -> pn.Column:
        buttons = wrap_row(
            pmui.Button(label="Take the first site", icon="looks_one", on_click=self._take_first),
            pmui.Button(label="Choose on the map", icon="place", variant="outlined", on_click=self._to_sites),
            **{"justify-content": "safe center"},
        )
        words = paragraph("model_empty", styles={"text-align": "center"})
        return card(pn.Column(words, buttons, sizing_mode="stretch_width", styles={"padding": "6% 10%"}))

    @property
    def _study(self) -> Study:
        return self._services.studies.study(self._session.data)

    @property
    def _hand(self) -> SiteModel | None:
        return None if self._taken is None else self._taken.hand

    @property
    def _setting(self) -> ModelInputs:
        chosen = self.choices
        climate = chosen.warming, chosen.wetness, chosen.litter
        return self._hand.setting(chosen.values, chosen.texture, *climate)

    @on_next_tick
    def _come(self) -> None:
        """Look at the session's site; what may take long is done in the background."""
        if self._session.page != "model":
            return
        site = None if self._session.site is None else (self._session.data, self._session.site)
        if site is None:
            self._taken = self._site = self._future = None
            self._ticker.stop()
            set_content(self._place, self._empty)
            return
        hand = self._hand if site == self._site else None
        self._site = site
        wanted = (self._study, site[1], self._session.run, self._own_posterior(), hand)
        if self._ticker.can_poll:
            self._future = self._services.workers.in_background(load_site, *wanted)
            self._ticker.start()
            if self._taken is None:
                set_content(self._place, self._waiting)
            return
        try:
            self._open(load_site(*wanted))
        except InputError as error:
            self._give_up(error)

    def _look(self) -> None:
        if self._future is None or not self._future.done():
            return
        self._ticker.stop()
        error = self._future.exception()
        if error is None:
            self._open(self._future.result())
        else:
            self._give_up(error)

    def _give_up(self, error: BaseException) -> None:
        self._taken = self._site = None
        set_content(self._place, self._empty)
        self._notice.report(error_sentence(error))

    def _open(self, taken: LoadedSite) -> None:
        """Show a site; another one in view begins where the last one was left."""
        same, self._taken = self._hand is taken.hand, taken
        self._notice.clear()
        if taken.complaint:
            self._notice.report(taken.complaint)
        self._tell_found()
        if not same:
            self._head.object = f"### Site {taken.hand.site}"
            self._draw()
            self._rest_now()
        set_content(self._place, self._inside)

    def _own_posterior(self) -> xr.Dataset | None:
        job = self._services.registry.get(self._session.job)
        if isinstance(job, SiteAssimilation) and job.data == self._session.data and not job.request.shared:
            return job.posteriors.get(self._session.site)
        return None

    def _tell_found(self) -> None:
        found, hand = self._taken.found, self._taken.hand
        self._sliders.mark(found.mean if found else {})
        self._profile.open(self._study, hand.site, hand.default, found.band if found else None)
        self._resets["site"].disabled = found is None
        self._resets["batch"].disabled = self._taken.batch is None
        origin = escape_markdown(found.origin) if found else ""
        green = f"green: posterior mean of {origin}" if found else "no posterior of this site yet"
        self._legend.object = (
            f"<span class='quiet'>Strong line: prior · orange: CLM5 default · {green}</span>"
        )

    def _move(self) -> None:
        """A slider has moved: draw once, however many moves have come meanwhile."""
        if not self._due:
            self._due = True
            self._draw_soon()

    @on_next_tick
    def _draw_soon(self) -> None:
        self._due = False
        self._draw()
        self._sliders.show()
        self._texture.value = self.choices.texture

    def _draw(self) -> None:
        if self._hand is None:
            return
        try:
            self._profile.show(self._hand.pools(self._setting))
            self._notice.clear()
        except InputError as error:
            self._notice.report(str(error))

    def _rest_now(self) -> None:
        """Draw what lies behind the profile, as far as it is in view."""
        if self._hand is None:
            return
        self._session.setting = self.choices.written()
        view = dict(zip(BEHIND, (self._fluxes, self._matrices, self._response)))[self._session.behind]
        try:
            view.show(self._hand, self._setting)
        except InputError as error:
            self._notice.report(str(error))
        set_content(self._details, view.view)

    def _follow(self) -> None:
        """Move the sliders where the session is sent; nothing happens if that has just come from here."""
        if self._session.setting != self.choices.written():
            self.choices.follow(self._session.setting)
            self._jump()

    def _look_behind(self) -> None:
        self._views.value, self._response.years.value = self._session.behind, int(self._session.years)
        self._rest.request()

    def _jump(self) -> None:
        self._draw_soon()
        self._rest.request()

    def _take_default(self, event: object) -> None:
        self.choices.take_default()
        self._jump()

    def _take_site(self, event: object) -> None:
        if self._taken is not None and self._taken.found is not None:
            self.choices.take(self._taken.found.mean)
            self._jump()

    def _take_batch(self, event: object) -> None:
        if self._taken is not None and self._taken.batch is not None:
            self.choices.take(self._taken.batch.mean)
            self._jump()

    def _take_today(self, event: object) -> None:
        self.choices.take_today()
        self._jump()

    def _choose_texture(self, event: object) -> None:
        if event.new != self.choices.texture:
            self.choices.texture = bool(event.new)
            self._jump()

    def _take_first(self, event: object) -> None:
        able = self._study.assimilable()
        if len(able):
            self._session.choose((int(able[0]),))
        else:
            self._notice.report("No site of this data set has complete forcing and carbon input.")

    def _to_sites(self, event: object) -> None:
        self._session.page = "sites"


def _button(label: str, action: object) -> pmui.Button:
    return pmui.Button(label=label, variant="outlined", size="small", margin=(4, 0), on_click=action)
