"""The frame of every session: header, link, and the pages, each built when it is first seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from dashboard.components.arriving import arriving
from dashboard.components.context import Context
from dashboard.components.header import GROUND, PAGE_STYLE, Header
from dashboard.components.help import Help
from dashboard.components.locked import locked
from dashboard.components.notice import Notice
from dashboard.components.opening import OpenData
from dashboard.components.panes import AWAY, HERE, put, screen
from dashboard.components.words import markdown
from dashboard.jobs.services import Services
from dashboard.pages.assimilation import AssimilationPage
from dashboard.pages.compare import ComparePage
from dashboard.pages.data import DataPage
from dashboard.pages.maps import MapsPage
from dashboard.pages.model import ModelPage
from dashboard.pages.network import NetworkPage
from dashboard.pages.overview import OverviewPage
from dashboard.pages.sites import SitesPage
from dashboard.state import link
from dashboard.state.visit import PAGES, Visit
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
        self.visit = Visit(data=services.home)
        self._notice, self._help = Notice(), Help()
        self._opening = OpenData(services, self.visit, self._notice, self._show_page)
        self._built: set[str] = set()
        self._soon = screen(markdown('<p class="quiet">One moment …</p>'))
        self._header = Header(self.visit)
        go = self._notice.guard(self._opening.go)
        self._context = Context(services.studies, services.runs, self.visit, go)
        self._places = {name: pn.Column(sizing_mode="stretch_width", margin=0) for name in PAGES}
        self._frames = {  # pmui's: a change inside has Bokeh measure this page alone
            name: pmui.Column(place, sizing_mode="stretch_width", margin=0, styles=AWAY)
            for name, place in self._places.items()
        }
        self.visit.param.watch(lambda *_: self._pass_over_run(), ["page", "data", "run"])  # first
        self.visit.param.watch(lambda *_: self._show_page(), "page")
        self.visit.param.watch(lambda *_: self._write_link(), list(link.NAMES))
        self.visit.param.watch(lambda event: go(event.new), "asked", onlychanged=False)
        self._read_link()
        self._show_page()
        self._write_link()
        pn.state.onload(self._write_link)  # the browser's own address may ask for what was not taken
        if self._query is None and pn.state.location is not None:
            pn.state.location.param.watch(lambda event: self._go_back(event.new), "search")

    def page(self) -> pmui.Page:
        """The page of the session."""
        _template(arriving=arriving())
        page = _framed(
            dark_theme=self.visit.theme == "dark",
            header=self._header.objects,
            main=[self._context.view, self._notice.view, *self._frames.values(), self._help.drawer],
            logo=str(ASSETS / "logo.svg"),
            favicon=str(ASSETS / "favicon.svg"),
            raw_css=[(ASSETS / "style.css").read_text(encoding="utf-8")],
        )
        page.param.watch(
            lambda event: self.visit.param.update(theme="dark" if event.new else "light"), "dark_theme"
        )
        return page

    def component(self) -> pn.Column:
        """The pages without the frame, for a notebook."""
        parts = (self._context.view, self._notice.view, *self._frames.values(), self._help.drawer)
        styles = {"position": "relative"}  # pages that are away are put above it
        return pn.Column(*parts, sizing_mode="stretch_width", styles=styles, margin=0)

    def _show_page(self) -> None:
        name = self.visit.page
        for other, place in self._places.items():
            self._frames[other].styles = HERE if other == name else AWAY
            if other not in self._built and other != name:
                place[:] = []  # the waiting page stands in one place at a time
        if name not in self._built:
            ready = name in WITHOUT_DATA or self._opening.is_open()
            put(self._places[name], self._soon if ready else self._opening.waiting)
            if ready:
                self._fill(name)

    @locked
    def _fill(self, name: str) -> None:
        """Make a page; of a session that is being looked at, when the visitor has seen that it comes."""
        if name == self.visit.page and name not in self._built:
            put(self._places[name], self._build(name))

    def _pass_over_run(self) -> None:
        """A run that is not here, or not here any more, is told and not looked for."""
        number, runs = self.visit.run, self._services.runs
        if number and all(choice.id != number for choice in runs.all() if choice.study == self.visit.data):
            self._notice.say(f"There is no run {number[:80]} of this data set here.")
            self.visit.run = ""

    def _build(self, name: str) -> pn.viewable.Viewable:
        """A page; where it cannot be made, a sentence, and the other pages work on."""
        self._built.add(name)
        try:
            return _BUILDERS[name](self._services, self.visit, self._help).view
        except InputError as error:
            LOG.warning("The page %s could not be made: %s", name, error)
            sentence = str(error)
        except Exception:
            LOG.exception("The page %s could not be made", name)
            sentence = "This page could not be made. The server's log says why; the other pages work on."
        notice = Notice()
        notice.say(sentence, "error")
        return screen(notice.view)

    def _read_link(self) -> None:
        query = self._query
        if query is None:  # read here: Panel would make 7 of "007"
            query = dict(parse_qsl(pn.state.location.search[1:])) if pn.state.location else {}
        choices, complaints = link.read(query, self._services.shelf.unfold)
        if complaints:
            self._notice.say(" ".join(complaints))
        try:
            self._opening.arrive(choices)
        except InputError as error:
            self._notice.say(f"The link's data set cannot be shown. {error}.")
            kept = {name: choices[name] for name in ("page", "interval", "theme") if name in choices}
            self._opening.arrive(kept)

    def _go_back(self, search: str) -> None:
        """Follow the browser's way back, or forward: ``history.js`` asks for a link to be read again."""
        query = dict(parse_qsl(search[1:]))
        if query.pop(AGAIN, None) is None:
            return
        choices, _ = link.read(query, self._services.shelf.unfold)
        plain = {name: Visit.param[name].default for name in link.NAMES if name != "theme"}
        wanted = plain | {"data": self._services.home} | choices | {"theme": self.visit.theme}
        if wanted["data"] == self.visit.data:
            del wanted["data"]
        self._notice.guard(self._opening.go)(wanted)
        self._write_link()

    def _write_link(self) -> None:
        if self._query is None and pn.state.location is not None:
            query = link.write(self.visit, self._services.shelf.shorten, self._services.home)
            pn.state.location.search = f"?{urlencode(query, safe=',:')}" if query else ""


def failure_page() -> pmui.Page:
    """What a visitor sees when the session could not be made."""
    notice = Notice()
    notice.say("The page could not be made. The server's log says why; reload to try again.", "error")
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
