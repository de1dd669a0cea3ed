"""Sites: all profiles on a map, and what is known of the one that is tapped."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.components import find_site
from dashboard.components.help import Help
from dashboard.components.locked import Ticker, locked
from dashboard.components.notice import Notice
from dashboard.components.panes import about, block, line, screen, side_by_side
from dashboard.components.select_map import SelectMap
from dashboard.components.site_filter import SiteFilter
from dashboard.components.site_view import SiteView
from dashboard.components.viewport import Viewport
from dashboard.components.words import markdown, paragraph
from dashboard.jobs.services import Services
from dashboard.state import site_choices
from dashboard.state.visit import Visit
from proda_core.records.study import Study

POLL = 300  # ms between two looks whether the default run is there
_NONE_LEFT = "No site is left by these filters. Take one of them back, or widen it, to see sites again."


class SitesPage:
    """The page. ``view`` is built once; choices of the visit redraw its parts."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._notice, self._empty = Notice(), Notice()
        self._site = SiteView(services, visit, help_)
        self._filter = SiteFilter(visit)
        self._viewport = Viewport(visit)
        self._map_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._numbers = pmui.TextInput(label="Sites", placeholder="12 or 3, 7-12", size="small", **about(150))
        self._place = pmui.TextInput(
            label="Latitude, longitude", placeholder="42.5, -76.1", size="small", **about(180)
        )
        self._chosen = markdown(styles={"flex": "1 1 130px", "text-align": "right"})
        self._clear = pmui.Button(
            label="Clear", variant="text", margin=(8, 0), on_click=lambda _: visit.choose(())
        )
        self._onward = pmui.Button(
            label="Assimilate", icon="insights", margin=(8, 0), on_click=self._assimilate
        )
        self._take = pmui.Button(
            label="Select all in view", variant="text", margin=(8, 0), on_click=lambda _: self._take_view()
        )
        self._watch_default = Ticker(self._look, POLL)
        self._numbers.param.watch(self._notice.guard(self._go_to_numbers), "value")
        self._place.param.watch(self._notice.guard(self._go_to_place), "value")
        visit.param.watch(self._open, "data")
        visit.param.watch(lambda *_: self._show(), ["site", "selected", "run"])
        visit.param.watch(lambda *_: self._narrow(), [*site_choices.LINKED, "vegetation", "region"])
        self.view = self._layout(help_)
        self._open()

    def _layout(self, help_: Help) -> pn.Column:
        tools = line(
            *(self._numbers, self._place, help_.button("sites", "the map")),
            *(self._chosen, self._take, self._clear, self._onward),
        )
        left = block(tools, self._filter.view, self._empty.view, self._map_place, grow=3, basis=520)
        right = block(self._site.view, grow=2, basis=400)
        return screen(paragraph("sites"), self._notice.view, side_by_side(left, right))

    @locked
    def _open(self, event: object = None) -> None:
        self._study: Study = self._services.studies.study(self._visit.data)
        self._map = SelectMap(self._study, self._visit)
        self._viewport.attach(self._map.plot)
        passed_over = self._filter.offer(self._study)
        if passed_over:
            self._notice.say(" ".join(passed_over))
        self._map_place[:] = [self._map.view]
        self._narrow()
        self._show()

    @locked
    def _narrow(self) -> None:
        """Show only the sites that the visit wants to see."""
        self._filter.follow()
        self._kept = self._filter.kept()
        self._map.keep(self._kept)
        if self._kept.any():
            self._empty.clear()
        else:
            self._empty.say(_NONE_LEFT)
        self._tell_selection()

    @locked
    def _show(self) -> None:
        self._map.show()
        self._tell_selection()
        if not self._site.show(self._study, self._visit.site):
            self._watch_default.start()

    def _tell_selection(self) -> None:
        count, every, kept = len(self._visit.selected), len(self._study.profiles), int(self._kept.sum())
        words = f"**{count:,}** of {every:,} sites selected" if count else f"{every:,} sites"
        self._chosen.object = words + (f", {kept:,} in view" if kept < every else "")
        self._take.param.update(visible=kept < every, disabled=kept == 0)
        self._clear.disabled = count == 0  # never hidden: the map would move under a tap
        self._onward.disabled = count == 0 and self._visit.site is None

    def _take_view(self) -> None:
        self._visit.choose(tuple(int(site) for site in self._study.sites[self._kept]))

    def _look(self) -> None:
        if self._site.show_default():
            self._watch_default.stop()

    def _go_to_numbers(self, event: object) -> None:
        if event.new:
            self._visit.choose(find_site.by_number(self._study, event.new))

    def _go_to_place(self, event: object) -> None:
        if event.new:
            site, distance = find_site.nearest(self._study, event.new)
            self._visit.choose(find_site.same_place(self._study, site), site)
            self._notice.say(f"Site {site} is the nearest one, {distance:,.1f} km away.", "info")

    def _assimilate(self, event: object) -> None:
        self._visit.page = "assimilation"
