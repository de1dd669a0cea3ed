"""The frame of every session: header, navigation, data set, badge, link; pages are built when first seen."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from urllib.parse import urlencode

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from dashboard.components.help import Help
from dashboard.components.notice import Notice
from dashboard.jobs.services import Services
from dashboard.pages.assimilation import AssimilationPage
from dashboard.pages.maps import MapsPage
from dashboard.pages.sites import SitesPage
from dashboard.state import link
from dashboard.state.visit import PAGE_TITLES, PAGES, Visit
from proda_core.records.checks import InputError

ASSETS = files("dashboard") / "assets"
THEME = {
    "light": {"palette": {"primary": {"main": "#1f5f53"}}},
    "dark": {"palette": {"primary": {"main": "#6fc3b2"}}},
}
_ICONS = ("place", "insights", "map")
_WHITE = {"color": "#ffffff"}
_NARROW = "@media (max-width: 1000px)"
_MENU_STYLE = {
    "& .MuiTab-root": {
        "color": "rgba(255,255,255,0.82)",
        "minHeight": 56,
        "textTransform": "none",
        "fontSize": 15,
        _NARROW: {"padding": "8px 10px", "minWidth": 0},
    },
    "& .MuiTab-root.Mui-selected": _WHITE,
    "& .MuiTab-icon": {_NARROW: {"display": "none"}},
    "& .MuiTabs-indicator": {"backgroundColor": "#ffffff", "height": 3},
}
_SELECT_STYLE = {
    "& .MuiInputBase-root, & .MuiSvgIcon-root": _WHITE,
    "& label.MuiInputLabel-root, & label.MuiInputLabel-root.Mui-focused": {"color": "#ffffff !important"},
    "& .MuiOutlinedInput-notchedOutline": {"borderColor": "rgba(255,255,255,0.55)"},
}
_PAGE_STYLE = {"& .header .title": {_NARROW: {"display": "none"}}}
_BUILDERS: dict[str, Callable] = {"sites": SitesPage, "assimilation": AssimilationPage, "maps": MapsPage}


class Shell:
    """One visitor's session."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.visit = Visit()
        self._notice, self._help = Notice(), Help()
        self._read_link()
        self._places = {name: pn.Column(visible=False, sizing_mode="stretch_width") for name in PAGES}
        self._menu = pmui.TabMenu(
            items=[{"label": title, "icon": icon} for title, icon in zip(PAGE_TITLES, _ICONS)],
            active=PAGES.index(self.visit.page),
            css_classes=["pages"],
            sx=_MENU_STYLE,
            margin=(4, 0, 0, 18),
        )
        self._data = pmui.Select(
            label="Data set", size="small", width=300, sx=_SELECT_STYLE, margin=(10, 6, 4, 6)
        )
        self._badge = pmui.Chip(label="", size="small", margin=(20, 8, 0, 2))
        self._menu.param.watch(self._turn, "active")
        self._data.param.watch(self._change_data, "value")
        self.visit.param.watch(self._show_data, "data")
        self.visit.param.watch(self._show_page, "page")
        self.visit.param.watch(self._write_link, list(link.NAMES))
        self._show_data()
        self._show_page()
        self._write_link()

    def page(self) -> pmui.Page:
        """The page of the session."""
        page = pmui.Page(
            title="PRODA",
            meta_title="PRODA",
            logo=str(ASSETS / "logo.svg"),
            favicon=str(ASSETS / "favicon.svg"),
            header=[self._menu, pn.Spacer(sizing_mode="stretch_width", min_width=0), self._data, self._badge],
            main=[self._notice.view, *self._places.values(), self._help.drawer],
            theme_config=THEME,
            sx=_PAGE_STYLE,
            busy_indicator=None,
            raw_css=[(ASSETS / "style.css").read_text(encoding="utf-8")],
        )
        detach_busy(page)
        return page

    def _turn(self, event: object) -> None:
        if event.new is not None:
            self.visit.page = PAGES[event.new]

    def _show_page(self, event: object = None) -> None:
        name = self.visit.page
        place = self._places[name]
        if not len(place) and name in _BUILDERS:
            place[:] = [_BUILDERS[name](self._services, self.visit, self._help).view]
        for other, column in self._places.items():
            column.visible = other == name
        self._menu.active = PAGES.index(name)

    def _change_data(self, event: object) -> None:
        if event.new:
            self.visit.change_data(event.new)

    def _show_data(self, event: object = None) -> None:
        choices = self._services.studies.choices()
        options = {
            choice.title if choice.here else f"{choice.title} (not fetched)": choice.name
            for choice in choices
        }
        away = [choice.name for choice in choices if not choice.here]
        self._data.param.update(options=options, disabled_options=away, value=self.visit.data)
        choice = self._services.studies.choice(self.visit.data)
        self._badge.param.update(
            label=choice.badge, color="warning" if choice.synthetic else "success", variant="filled"
        )

    def _read_link(self) -> None:
        location = pn.state.location
        query = dict(location.query_params) if location else {}
        choices, complaints = link.read(query, self._services.shelf.unfold)
        try:
            name = choices.get("data", self.visit.data)
            self._services.studies.study(name)
        except InputError as error:
            complaints.append(f"The link's data set cannot be shown. {error}.")
            choices = {k: v for k, v in choices.items() if k in ("page", "interval")}
        self.visit.param.update(**choices)
        if complaints:
            self._notice.say(" ".join(complaints))

    def _write_link(self, *events: object) -> None:
        if pn.state.location is not None:
            query = link.write(self.visit, self._services.shelf.shorten)
            pn.state.location.search = f"?{urlencode(query)}" if query else ""


def failure_page() -> pmui.Page:
    """What a visitor sees when the session could not be made."""
    notice = Notice()
    notice.say("The page could not be made. The server's log says why; reload to try again.", "error")
    page = pmui.Page(title="PRODA", main=[notice.view], busy_indicator=None, theme_config=THEME)
    detach_busy(page)
    return page


def detach_busy(page: pmui.Page) -> None:
    """Cut the page's tie to the process-wide busy flag.

    With it every tick of any visitor is sent to all, and each closed session's document stays.
    """
    with edit_readonly(page):
        page.busy = False
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", ())):
        owner = getattr(watcher.fn, "__self__", None)
        if getattr(owner, "self", None) is page:
            pn.state.param.unwatch(watcher)
