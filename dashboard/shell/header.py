"""The header: the menu of pages."""

from __future__ import annotations

import panel_material_ui as pmui

from dashboard.state.session_state import PAGE_TITLES, PAGES, SessionState
from dashboard.ui.layout import SCROLL_TO_TOP

HEADER_COLOUR = "#1f5f53"
_NARROW = "@media (max-width: 1100px)"
PAGE_STYLE = {
    "& .header": {"background": f"{HEADER_COLOUR} !important", "color": "#ffffff"},
    "& .header .title": {_NARROW: {"display": "none"}},
    "& .main-content": {"position": "relative", "scrollbarGutter": "stable"},
}
_ICONS = {
    "overview": "home",
    "sites": "place",
    "model": "tune",
    "assimilation": "insights",
    "network": "hub",
    "maps": "map",
    "compare": "leaderboard",
    "data": "storage",
}
_WHITE = {"color": "#ffffff"}
_MENU_STYLE = {
    "& .MuiTab-root": {
        "color": "rgba(255,255,255,0.82)",
        "minHeight": 56,
        "textTransform": "none",
        "fontSize": 15,
        _NARROW: {"padding": "8px 8px", "minWidth": 0, "fontSize": 14},
    },
    "& .MuiTab-root.Mui-selected": _WHITE,
    "& .MuiTab-icon": {_NARROW: {"display": "none"}},
    "& .MuiTabs-indicator": {"backgroundColor": "#ffffff", "height": 3},
    "& .MuiTabs-scrollButtons": _WHITE,
}


class Header:
    """The menu of pages, bound to the page of the session."""

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self._menu = pmui.TabMenu(
            items=[{"label": title, "icon": _ICONS[page]} for page, title in zip(PAGES, PAGE_TITLES)],
            active=PAGES.index(session.page),
            icon_position="start",
            variant="scrollable",
            sx=_MENU_STYLE,
            sizing_mode="stretch_width",
            margin=(4, 0, 0, 10),
        )
        self._menu.jscallback(active=SCROLL_TO_TOP)
        self._menu.param.watch(self._on_menu, "active")
        session.param.watch(lambda *_: self._sync_from_state(), "page")
        self.objects = [self._menu]

    def _on_menu(self, event: object) -> None:
        if event.new is not None:
            self._session.page = PAGES[event.new]

    def _sync_from_state(self) -> None:
        self._menu.active = PAGES.index(self._session.page)
