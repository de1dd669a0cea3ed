"""The card in which a profile is changed: closed until somebody asks for it, or a link does."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.services import Services
from dashboard.pages.assimilation.what_if_view import Choices, WhatIfView
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import card, set_content
from dashboard.ui.text import heading, markdown, paragraph
from proda_core.records.study import Study


class WhatIfCard:
    """Its figures are made when they are asked for: only whoever changes a profile pays for them."""

    def __init__(self, services: Services, session: SessionState, help_: Help, choices: Choices) -> None:
        self._services, self._session, self._choices = services, session, choices
        self._offered: tuple | None = None
        self.inside: WhatIfView | None = None
        self._empty = markdown("No site chosen that can be assimilated.")
        self._begin = pmui.Button(label="Change", icon="edit", margin=(8, 0), on_click=self.expand)
        self._place = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)
        title = heading("Change the profile", help_.button("changed_profile", "changing a profile"))
        self.view = card(title, paragraph("changed_profile"), self._place)

    @on_next_tick
    def offer(self, study: Study, sites: tuple[int, ...], first: int | None = None) -> None:
        """Offer some sites of a data set, ``first`` of all."""
        self._offered = (study, sites, first) if sites else None
        if not sites:
            set_content(self._place, self._empty)
        elif self.inside is not None or self._session.profile:
            self._show()
        else:
            self._begin.label = f"Change the profile of site {first if first in sites else sites[0]}"
            set_content(self._place, self._begin)

    @on_next_tick
    def expand(self, event: object = None) -> None:
        """Show what a profile is changed with."""
        if self._offered is not None:
            self._show()

    def _show(self) -> None:
        if self.inside is None:
            self.inside = WhatIfView(self._services, self._session, self._choices)
        self.inside.offer(*self._offered)
        set_content(self._place, self.inside.view)  # last: what is put in place is complete
