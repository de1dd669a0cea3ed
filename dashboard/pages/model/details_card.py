"""The card below the profile: fluxes, matrices or the response, as the visitor chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn

from dashboard.pages.model.detail_views import FluxesView, MatricesView, ResponseView
from dashboard.state.model_choices import DETAILS
from dashboard.state.session_state import SessionState
from dashboard.ui.buttons import toggle_buttons
from dashboard.ui.help import Help
from dashboard.ui.layout import card, set_content, wrap_row

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import ModelInputs, SiteModel


class DetailsCard:
    """Show one of the detail views; the choice and the duration of the response are session state."""

    def __init__(self, session: SessionState, help_: Help) -> None:
        self._session = session
        response = ResponseView(help_)
        self._years = response.years
        self._years.value = int(session.years)
        self._years.param.watch(lambda event: session.param.update(years=str(event.new)), "value")
        self._details = dict(zip(DETAILS, (FluxesView(), MatricesView(), response), strict=True))
        names = {label: name for name, label in DETAILS.items()}
        self._choice = toggle_buttons(names, session.behind, 460)
        self._choice.param.watch(lambda event: session.param.update(behind=event.new), "value")
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        tools = wrap_row(self._choice, help_.button("model_details", "fluxes, times and matrices"))
        self.view = card(tools, self._place)

    def sync_from_state(self) -> None:
        """Set both menus to the session's choices."""
        self._choice.value, self._years.value = self._session.behind, int(self._session.years)

    def update(self, model: SiteModel, inputs: ModelInputs) -> None:
        """Draw the chosen view; InputError where there is no steady state."""
        details = self._details[self._session.behind]
        try:
            details.update(model, inputs)
        finally:
            set_content(self._place, details.view)
