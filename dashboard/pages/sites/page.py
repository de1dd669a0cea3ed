"""Sites: all profiles on a map, and what is known of the one that is tapped."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.services import Services
from dashboard.pages.sites import site_search
from dashboard.pages.sites.selection_map import SelectMap
from dashboard.pages.sites.site_filter import SiteFilter
from dashboard.pages.sites.site_view import SiteView
from dashboard.state import site_choices
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import card_column, flexible_width, page_column, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown, paragraph
from dashboard.ui.viewport import Viewport
from proda_core.records.study import Study

POLL = 300  # ms between two looks whether the default run is there
_NONE_LEFT = "No site is left by these filters. Take one of them back, or widen it, to see sites again."


class SitesPage:
    """The page. ``view`` is built once; choices of the session redraw its parts."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._empty = Notice(), Notice()
        self._site = SiteView(services, session, help_)
        self._filter = SiteFilter(session)
        self._viewport = Viewport(session)
        self._map_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._numbers = pmui.TextInput(
            label="Sites", placeholder="12 or 3, 7-12", size="small", **flexible_width(150)
        )
        self._place = pmui.TextInput(
            label="Latitude, longitude", placeholder="42.5, -76.1", size="small", **flexible_width(180)
        )
        self._chosen = markdown(styles={"flex": "1 1 130px", "text-align": "right"})
        self._clear = pmui.Button(
            label="Clear", variant="text", margin=(8, 0), on_click=lambda _: session.select(())
        )
        self._onward = pmui.Button(
            label="Assimilate", icon="insights", margin=(8, 0), on_click=self._assimilate
        )
        self._take = pmui.Button(
            label="Select all in view", variant="text", margin=(8, 0), on_click=lambda _: self._take_view()
        )
        self._watch_default = Poller(self._look, POLL)
        self._numbers.param.watch(self._notice.guard(self._go_to_numbers), "value")
        self._place.param.watch(self._notice.guard(self._go_to_place), "value")
        session.param.watch(self._open, "data")
        session.param.watch(lambda *_: self._show(), ["site", "selected", "run"])
        session.param.watch(lambda *_: self._narrow(), [*site_choices.LINKED, "vegetation", "region"])
        self.view = self._layout(help_)
        self._open()

    def _layout(self, help_: Help) -> pn.Column:
        tools = wrap_row(
            *(self._numbers, self._place, help_.button("sites", "the map")),
            *(self._chosen, self._take, self._clear, self._onward),
        )
        left = card_column(tools, self._filter.view, self._empty.view, self._map_place, grow=3, basis=520)
        right = card_column(self._site.view, grow=2, basis=400)
        return page_column(paragraph("sites"), self._notice.view, side_by_side(left, right))

    @on_next_tick
    def _open(self, event: object = None) -> None:
        self._study: Study = self._services.studies.study(self._session.data)
        self._map = SelectMap(self._study, self._session)
        self._viewport.attach(self._map.plot)
        passed_over = self._filter.offer(self._study)
        if passed_over:
            self._notice.report(" ".join(passed_over))
        self._map_place[:] = [self._map.view]
        self._narrow()
        self._show()

    @on_next_tick
    def _narrow(self) -> None:
        """Show only the sites that the session wants to see."""
        self._filter.follow()
        self._kept = self._filter.kept()
        self._map.keep(self._kept)
        if self._kept.any():
            self._empty.clear()
        else:
            self._empty.report(_NONE_LEFT)
        self._tell_selection()

    @on_next_tick
    def _show(self) -> None:
        self._map.show()
        self._tell_selection()
        if not self._site.show(self._study, self._session.site):
            self._watch_default.start()

    def _tell_selection(self) -> None:
        count, every, kept = len(self._session.selected), len(self._study.profiles), int(self._kept.sum())
        words = f"**{count:,}** of {every:,} sites selected" if count else f"{every:,} sites"
        self._chosen.object = words + (f", {kept:,} in view" if kept < every else "")
        self._take.param.update(visible=kept < every, disabled=kept == 0)
        self._clear.disabled = count == 0  # never hidden: the map would move under a tap
        self._onward.disabled = count == 0 and self._session.site is None

    def _take_view(self) -> None:
        self._session.select(tuple(int(site) for site in self._study.sites[self._kept]))

    def _look(self) -> None:
        if self._site.show_default():
            self._watch_default.stop()

    def _go_to_numbers(self, event: object) -> None:
        if event.new:
            self._session.select(site_search.by_number(self._study, event.new))

    def _go_to_place(self, event: object) -> None:
        if event.new:
            site, distance = site_search.nearest(self._study, event.new)
            self._session.select(site_search.same_place(self._study, site), site)
            self._notice.report(f"Site {site} is the nearest one, {distance:,.1f} km away.", "info")

    def _assimilate(self, event: object) -> None:
        self._session.page = "assimilation"
