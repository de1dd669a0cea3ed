"""The header: pages to go to, the data set in view, and whether it is synthetic or measured."""

from __future__ import annotations

from collections.abc import Callable

import panel_material_ui as pmui

from dashboard.jobs.studies import Studies, badge
from dashboard.state.visit import PAGE_TITLES, PAGES, Visit

GROUND = "#1f5f53"
PAGE_STYLE = {
    "& .header": {"background": f"{GROUND} !important", "color": "#ffffff"},
    "& .header .title": {"@media (max-width: 1000px)": {"display": "none"}},
}
_ICONS = ("place", "insights", "map")
_NARROW = "@media (max-width: 1000px)"
_WHITE = {"color": "#ffffff"}
_MENU_STYLE = {
    "& .MuiTab-root": {
        "color": "rgba(255,255,255,0.82)",
        "minHeight": 56,
        "textTransform": "none",
        "fontSize": 15,
        _NARROW: {"padding": "8px 9px", "minWidth": 0},
    },
    "& .MuiTab-root.Mui-selected": _WHITE,
    "& .MuiTab-icon": {_NARROW: {"display": "none"}},
    "& .MuiTabs-indicator": {"backgroundColor": "#ffffff", "height": 3},
}
_SELECT_STYLE = {
    "&, & .MuiInputBase-root, & .MuiSvgIcon-root": _WHITE,
    "& .MuiOutlinedInput-notchedOutline": {"borderColor": "rgba(255,255,255,0.55)"},
}
_WHITE_LABEL = "label, label.Mui-focused { color: #ffffff !important; }"


class Header:
    """Menu of pages, menu of data sets, badge; each follows the visit and changes it.

    ``go`` takes the visit to other choices; a data set may have to be opened first.
    """

    def __init__(self, studies: Studies, visit: Visit, go: Callable[[dict], None]) -> None:
        self._studies, self._visit, self._go = studies, visit, go
        self._menu = pmui.TabMenu(
            items=[{"label": title, "icon": icon} for title, icon in zip(PAGE_TITLES, _ICONS)],
            active=PAGES.index(visit.page),
            sx=_MENU_STYLE,
            margin=(4, 0, 0, 10),
        )
        self._data = pmui.Select(
            label="Data set",
            size="small",
            sizing_mode="stretch_width",
            min_width=100,
            max_width=340,
            margin=(14, 6, 4, 6),
            styles={"margin-left": "auto"},
            sx=_SELECT_STYLE,
            stylesheets=[_WHITE_LABEL],
        )
        self._badge = pmui.Chip(label="", size="small", margin=(22, 8, 0, 2))
        self._menu.param.watch(self._turn, "active")
        self._data.param.watch(self._change_data, "value")
        visit.param.watch(lambda *_: self._show_data(), "data")
        visit.param.watch(lambda *_: self._show_page(), "page")
        self._show_data()
        self.objects = [self._menu, self._data, self._badge]

    def _turn(self, event: object) -> None:
        if event.new is not None:
            self._visit.page = PAGES[event.new]

    def _show_page(self) -> None:
        self._menu.active = PAGES.index(self._visit.page)

    def _change_data(self, event: object) -> None:
        if event.new and event.new != self._visit.data:
            self._go({"data": event.new})

    def _show_data(self) -> None:
        choices = self._studies.choices()
        options = {c.title if c.here else f"{c.title} (not fetched)": c.name for c in choices}
        away = [choice.name for choice in choices if not choice.here]
        self._data.param.update(options=options, disabled_options=away, value=self._visit.data)
        choice = self._studies.choice(self._visit.data)
        colour = "warning" if choice.synthetic else "success"
        self._badge.param.update(label=badge(choice), color=colour, variant="filled")
