"""The frame of every session: header, link, and the pages, each built when it is first seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from dashboard.jobs.services import Services
from dashboard.pages.assimilation.page import AssimilationPage
from dashboard.pages.compare.page import ComparePage
from dashboard.pages.data.page import DataPage
from dashboard.pages.maps.page import MapsPage
from dashboard.pages.model.page import ModelPage
from dashboard.pages.network.page import NetworkPage
from dashboard.pages.overview.page import OverviewPage
from dashboard.pages.sites.page import SitesPage
from dashboard.shell.header import GROUND, PAGE_STYLE, Header
from dashboard.shell.loading_page import loading_page
from dashboard.shell.study_bar import StudyBar
from dashboard.shell.study_navigator import StudyNavigator
from dashboard.state import link
from dashboard.state.session_state import PAGES, SessionState
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import OFFSCREEN, VISIBLE, page_column, set_content
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown
from proda_core.records.checks import InputError

LOG = logging.getLogger("dashboard")
ASSETS = files("dashboard") / "assets"
SCRIPTS = ("in_step.js", "plain_paint.js", "history.js", "keys.js")  # run before anything is drawn
THEME = {
    "light": {"palette": {"primary": {"main": GROUND}}},
    "dark": {"palette": {"primary": {"main": "#6fc3b2"}}},
}
_BUILDERS: dict[str, Callable] = {
    "overview": OverviewPage,
    "sites": SitesPage,
    "model": ModelPage,
    "assimilation": AssimilationPage,
    "network": NetworkPage,
    "maps": MapsPage,
    "compare": ComparePage,
    "data": DataPage,
}
AGAIN = "again"  # in a link that the browser went back to
WITHOUT_DATA = ("overview", "compare", "data")  # pages that can be read before the data set is open


class Shell:
    """One visitor's session.

    query : what a link would hold, where there is no browser's address to be read and written.
    """

    def __init__(self, services: Services, query: Mapping[str, str] | None = None) -> None:
        self._services, self._query = services, query
        self.session = SessionState(data=services.default_data)
        self._notice, self._help = Notice(), Help()
        self._opening = StudyNavigator(services, self.session, self._notice, self._show_page)
        self._built: set[str] = set()
        self._soon = page_column(markdown('<p class="quiet">One moment …</p>'))
        self._header = Header(self.session)
        go = self._notice.guard(self._opening.go)
        self._context = StudyBar(services.studies, services.runs, self.session, go)
        self._places = {name: pn.Column(sizing_mode="stretch_width", margin=0) for name in PAGES}
        self._frames = {  # pmui's: a change inside has Bokeh measure this page alone
            name: pmui.Column(place, sizing_mode="stretch_width", margin=0, styles=OFFSCREEN)
            for name, place in self._places.items()
        }
        self.session.param.watch(lambda *_: self._pass_over_run(), ["page", "data", "run"])  # first
        self.session.param.watch(lambda *_: self._show_page(), "page")
        self.session.param.watch(lambda *_: self._write_link(), list(link.NAMES))
        self.session.param.watch(lambda event: go(event.new), "requested", onlychanged=False)
        self._read_link()
        self._show_page()
        self._write_link()
        pn.state.onload(self._write_link)  # the browser's own address may ask for what was not taken
        if self._query is None and pn.state.location is not None:
            pn.state.location.param.watch(lambda event: self._go_back(event.new), "search")

    def page(self) -> pmui.Page:
        """The page of the session."""
        _template(arriving=loading_page())
        page = _framed(
            dark_theme=self.session.theme == "dark",
            header=self._header.objects,
            main=[self._context.view, self._notice.view, *self._frames.values(), self._help.drawer],
            logo=str(ASSETS / "logo.svg"),
            favicon=str(ASSETS / "favicon.svg"),
            raw_css=[(ASSETS / "style.css").read_text(encoding="utf-8")],
        )
        page.param.watch(
            lambda event: self.session.param.update(theme="dark" if event.new else "light"), "dark_theme"
        )
        return page

    def component(self) -> pn.Column:
        """The pages without the frame, for a notebook."""
        parts = (self._context.view, self._notice.view, *self._frames.values(), self._help.drawer)
        styles = {"position": "relative"}  # pages that are away are put above it
        return pn.Column(*parts, sizing_mode="stretch_width", styles=styles, margin=0)

    def _show_page(self) -> None:
        name = self.session.page
        for other, place in self._places.items():
            self._frames[other].styles = VISIBLE if other == name else OFFSCREEN
            if other not in self._built and other != name:
                place[:] = []  # the waiting page stands in one place at a time
        if name not in self._built:
            ready = name in WITHOUT_DATA or self._opening.is_open()
            set_content(self._places[name], self._soon if ready else self._opening.waiting)
            if ready:
                self._fill(name)

    @on_next_tick
    def _fill(self, name: str) -> None:
        """Make a page; of a session that is being looked at, when the visitor has seen that it comes."""
        if name == self.session.page and name not in self._built:
            set_content(self._places[name], self._build(name))

    def _pass_over_run(self) -> None:
        """A run that is not here, or not here any more, is told and not looked for."""
        number, runs = self.session.run, self._services.runs
        if number and all(choice.id != number for choice in runs.all() if choice.study == self.session.data):
            self._notice.report(f"There is no run {number[:80]} of this data set here.")
            self.session.run = ""

    def _build(self, name: str) -> pn.viewable.Viewable:
        """A page; where it cannot be made, a sentence, and the other pages work on."""
        self._built.add(name)
        try:
            return _BUILDERS[name](self._services, self.session, self._help).view
        except InputError as error:
            LOG.warning("The page %s could not be made: %s", name, error)
            sentence = str(error)
        except Exception:
            LOG.exception("The page %s could not be made", name)
            sentence = "This page could not be made. The server's log says why; the other pages work on."
        notice = Notice()
        notice.report(sentence, "error")
        return page_column(notice.view)

    def _read_link(self) -> None:
        query = self._query
        if query is None:  # read here: Panel would make 7 of "007"
            query = dict(parse_qsl(pn.state.location.search[1:])) if pn.state.location else {}
        choices, complaints = link.read(query, self._services.short_links.expand)
        if complaints:
            self._notice.report(" ".join(complaints))
        try:
            self._opening.arrive(choices)
        except InputError as error:
            self._notice.report(f"The link's data set cannot be shown. {error}.")
            kept = {name: choices[name] for name in ("page", "interval", "theme") if name in choices}
            self._opening.arrive(kept)

    def _go_back(self, search: str) -> None:
        """Follow the browser's way back, or forward: ``history.js`` asks for a link to be read again."""
        query = dict(parse_qsl(search[1:]))
        if query.pop(AGAIN, None) is None:
            return
        choices, _ = link.read(query, self._services.short_links.expand)
        plain = {name: SessionState.param[name].default for name in link.NAMES if name != "theme"}
        wanted = plain | {"data": self._services.default_data} | choices | {"theme": self.session.theme}
        if wanted["data"] == self.session.data:
            del wanted["data"]
        self._notice.guard(self._opening.go)(wanted)
        self._write_link()

    def _write_link(self) -> None:
        if self._query is None and pn.state.location is not None:
            query = link.write(self.session, self._services.short_links.shorten, self._services.default_data)
            pn.state.location.search = f"?{urlencode(query, safe=',:')}" if query else ""


def failure_page() -> pmui.Page:
    """What a visitor sees when the session could not be made."""
    notice = Notice()
    notice.report("The page could not be made. The server's log says why; reload to try again.", "error")
    return _framed(main=[notice.view])


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


def _framed(**content: object) -> pmui.Page:
    _template(scripts="\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS))
    page = pmui.Page(
        title="PRODA",
        meta_title="PRODA",
        template=ASSETS / "page.html",
        theme_config=THEME,
        sx=PAGE_STYLE,
        busy_indicator=None,
        **content,
    )
    detach_busy(page)
    return page


def _template(**variables: object) -> None:
    """Variables of ``page.html``, where a page is served."""
    if pn.state.curdoc is not None:
        pn.state.curdoc.template_variables.update(variables)
