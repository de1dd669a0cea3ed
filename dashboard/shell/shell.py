"""One visitor's session: header, study bar, and the pages, each built when it is first seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.services import Services
from dashboard.pages.assimilation.page import AssimilationPage
from dashboard.pages.compare.page import ComparePage
from dashboard.pages.data.page import DataPage
from dashboard.pages.maps.page import MapsPage
from dashboard.pages.model.page import ModelPage
from dashboard.pages.network.page import NetworkPage
from dashboard.pages.overview.page import OverviewPage
from dashboard.pages.sites.page import SitesPage
from dashboard.shell.address_bar import AddressBar
from dashboard.shell.header import Header
from dashboard.shell.loading_page import loading_page
from dashboard.shell.page_frame import ASSETS, page_frame, set_template_variables
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
PAGE_CLASSES: dict[str, Callable] = {
    "overview": OverviewPage,
    "sites": SitesPage,
    "model": ModelPage,
    "assimilation": AssimilationPage,
    "network": NetworkPage,
    "maps": MapsPage,
    "compare": ComparePage,
    "data": DataPage,
}
WITHOUT_DATA = ("overview", "compare", "data")  # pages that can be read before the data set is open


class Shell:
    """One visitor's session.

    query : what a link would hold, where there is no browser's address to be read and written
    """

    def __init__(self, services: Services, query: Mapping[str, str] | None = None) -> None:
        self._services = services
        self.session = SessionState(data=services.default_data)
        self._notice, self._help = Notice(), Help()
        self._navigator = StudyNavigator(services, self.session, self._notice, self._update_page)
        self._address = AddressBar(services, self.session, query)
        self._built: set[str] = set()
        self._one_moment = page_column(markdown('<p class="quiet">One moment …</p>'))
        self._header = Header(self.session)
        load = self._notice.guard(self._navigator.load)
        self._study_bar = StudyBar(services.studies, services.runs, self.session, load)
        self._places = {name: pn.Column(sizing_mode="stretch_width", margin=0) for name in PAGES}
        self._frames = {  # pmui's Column: a change inside has Bokeh measure this page alone
            name: pmui.Column(
                place, name=f"page-{name}", sizing_mode="stretch_width", margin=0, styles=OFFSCREEN
            )
            for name, place in self._places.items()
        }
        self._watch(load)
        self._load_link()
        self._update_page()
        self._address.write()
        pn.state.onload(self._address.write)  # the browser's own address may hold what was not used
        self._address.on_back(load)

    def page(self) -> pmui.Page:
        """Return the page of the session."""
        set_template_variables(loading=loading_page())
        page = page_frame(
            dark_theme=self.session.theme == "dark",
            header=self._header.objects,
            main=self._parts,
            logo=str(ASSETS / "logo.svg"),
            favicon=str(ASSETS / "favicon.svg"),
            raw_css=[(ASSETS / "style.css").read_text(encoding="utf-8")],
        )
        page.param.watch(
            lambda event: self.session.param.update(theme="dark" if event.new else "light"), "dark_theme"
        )
        return page

    def component(self) -> pn.Column:
        """Return the pages without the frame, for a notebook."""
        styles = {"position": "relative"}  # pages that are off screen are placed above it
        return pn.Column(*self._parts, sizing_mode="stretch_width", styles=styles, margin=0)

    @property
    def _parts(self) -> list:
        return [self._study_bar.view, self._notice.view, *self._frames.values(), self._help.drawer]

    def _watch(self, load: Callable[[dict], None]) -> None:
        watch = self.session.param.watch
        watch(lambda *_: self._drop_missing_run(), ["page", "data", "run"])  # first
        watch(lambda *_: self._update_page(), "page")
        watch(lambda *_: self._address.write(), list(link.NAMES))
        watch(lambda event: load(event.new), "requested", onlychanged=False)

    def _load_link(self) -> None:
        choices, complaints = self._address.read()
        if complaints:
            self._notice.report(" ".join(complaints))
        try:
            self._navigator.load_first(choices)
        except InputError as error:
            self._notice.report(f"The link's data set cannot be shown. {error}.")
            kept = {name: choices[name] for name in ("page", "interval", "theme") if name in choices}
            self._navigator.load_first(kept)

    def _update_page(self) -> None:
        name = self.session.page
        for other, place in self._places.items():
            self._frames[other].styles = VISIBLE if other == name else OFFSCREEN
            if other not in self._built and other != name:
                place[:] = []  # the waiting page can be in one place at a time
        if name not in self._built:
            ready = name in WITHOUT_DATA or self._navigator.is_open()
            set_content(self._places[name], self._one_moment if ready else self._navigator.waiting)
            if ready:
                self._build_on_next_tick(name)

    @on_next_tick
    def _build_on_next_tick(self, name: str) -> None:
        """Build a page after the browser has shown that it is coming."""
        if name == self.session.page and name not in self._built:
            set_content(self._places[name], self._build(name))

    def _build(self, name: str) -> pn.viewable.Viewable:
        """Return a page; where it cannot be made, a sentence, and the other pages work on."""
        self._built.add(name)
        try:
            return PAGE_CLASSES[name](self._services, self.session, self._help).view
        except InputError as error:
            LOG.warning("The page %s could not be made: %s", name, error)
            sentence = str(error)
        except Exception:
            LOG.exception("The page %s could not be made", name)
            sentence = "This page could not be made. The server's log says why; the other pages work on."
        notice = Notice()
        notice.report(sentence, "error")
        return page_column(notice.view)

    def _drop_missing_run(self) -> None:
        """Report a run that is not here, or not here any more, and deselect it."""
        run_id, runs = self.session.run, self._services.runs
        if run_id and all(run.id != run_id for run in runs.all() if run.study == self.session.data):
            problem = next((run.problem for run in runs.all() if run.id == run_id), "")
            self._notice.report(problem or f"There is no run {run_id[:80]} of this data set here.")
            self.session.run = ""
