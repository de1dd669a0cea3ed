"""The card in which a profile is changed; built when the visitor, or a link, asks for it."""

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
    """A button at first, then the :class:`WhatIfView`, whose figures take time to build."""

    def __init__(self, services: Services, session: SessionState, help_: Help, choices: Choices) -> None:
        self._services, self._session, self._choices = services, session, choices
        self._options: tuple[Study, tuple[int, ...], int | None] | None = None
        self._content: WhatIfView | None = None
        self._empty = markdown("No site chosen that can be assimilated.")
        self._button = pmui.Button(label="Change", icon="edit", margin=(8, 0), on_click=self._on_click)
        self._place = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)
        title = heading("Change the profile", help_.button("what_if", "changing a profile"))
        self.view = card(title, paragraph("what_if"), self._place)

    @on_next_tick
    def set_options(self, study: Study, sites: tuple[int, ...], first: int | None = None) -> None:
        """Set the sites of a data set that can be changed, and the one to start with."""
        self._options = (study, sites, first) if sites else None
        if not sites:
            set_content(self._place, self._empty)
        elif self._content is not None or self._session.profile:
            self._update()
        else:
            self._button.label = f"Change the profile of site {first if first in sites else sites[0]}"
            set_content(self._place, self._button)

    @on_next_tick
    def _on_click(self, event: object) -> None:
        if self._options is not None:
            self._update()

    def _update(self) -> None:
        if self._content is None:
            self._content = WhatIfView(self._services, self._session, self._choices)
        self._content.set_options(*self._options)
        set_content(self._place, self._content.view)  # last, so that it is sent once and complete
