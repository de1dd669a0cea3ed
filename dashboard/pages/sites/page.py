"""Sites: all profiles on a map, and everything known about the one that is tapped."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.services import Services
from dashboard.pages.sites import site_search
from dashboard.pages.sites.selection_map import SelectionMap
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

POLL_MS = 300  # between two checks whether a model's profile has been computed
_NO_MATCH = "No site matches these filters. Remove one of them, or widen it, to see sites again."


class SitesPage:
    """``view`` is built once; choices of the session update its parts."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._no_match = Notice(), Notice()
        self._site = SiteView(services, session, help_)
        self._filter = SiteFilter(session)
        self._viewport = Viewport(session)
        self._map_column = pn.Column(sizing_mode="stretch_width", margin=0)
        self._numbers = pmui.TextInput(
            label="Sites", placeholder="12 or 3, 7-12", size="small", **flexible_width(150)
        )
        self._coordinates = pmui.TextInput(
            label="Latitude, longitude", placeholder="42.5, -76.1", size="small", **flexible_width(180)
        )
        self._count = markdown(styles={"flex": "1 1 130px", "text-align": "right"})
        button = {"margin": (8, 0)}
        self._clear = pmui.Button(
            label="Clear", variant="text", on_click=lambda _: session.select(()), **button
        )
        self._assimilate = pmui.Button(
            label="Assimilate", icon="insights", on_click=self._on_assimilate, **button
        )
        self._select_all = pmui.Button(
            label="Select all matches", variant="text", on_click=self._on_select_all, **button
        )
        self._poller = Poller(self._poll, POLL_MS)
        self._numbers.param.watch(self._notice.guard(self._on_numbers), "value")
        self._coordinates.param.watch(self._notice.guard(self._on_coordinates), "value")
        session.param.watch(lambda *_: self._load(), "data")
        session.param.watch(lambda *_: self._update(), ["site", "selected", "run"])
        session.param.watch(lambda *_: self._update_filter(), [*site_choices.LINKED, "vegetation", "region"])
        self.view = self._layout(help_)
        self._load()

    def _layout(self, help_: Help) -> pn.Column:
        tools = wrap_row(
            *(self._numbers, self._coordinates, help_.button("sites", "the map")),
            *(self._count, self._select_all, self._clear, self._assimilate),
        )
        left = card_column(tools, self._filter.view, self._no_match.view, self._map_column, grow=3, basis=520)
        right = card_column(self._site.view, grow=2, basis=400)
        return page_column(paragraph("sites"), self._notice.view, side_by_side(left, right))

    @on_next_tick
    def _load(self) -> None:
        """Show the session's data set."""
        self._study: Study = self._services.studies.study(self._session.data)
        self._map = SelectionMap(self._study, self._session)
        self._viewport.reset()
        self._viewport.attach(self._map.plot)
        ignored = self._filter.set_options(self._study)
        if ignored:
            self._notice.report(" ".join(ignored))
        self._map_column[:] = [self._map.view]
        self._update_filter()
        self._update()

    @on_next_tick
    def _update_filter(self) -> None:
        """Show only the sites that match the filters."""
        self._filter.sync_from_state()
        self._mask = self._filter.mask()
        self._map.set_visible(self._mask)
        if self._mask.any():
            self._no_match.clear()
        else:
            self._no_match.report(_NO_MATCH)
        self._update_count()

    @on_next_tick
    def _update(self) -> None:
        """Show the session's site and selection, and which sites have not converged in its run."""
        run = self._services.runs.chosen(self._session.data, self._session.run)
        self._map.set_not_converged(frozenset() if run is None else self._services.runs.not_converged(run.id))
        self._map.update()
        self._update_count()
        if not self._site.update(self._study, self._session.site):
            self._poller.start()

    def _update_count(self) -> None:
        count, every = len(self._session.selected), len(self._study.profiles)
        matches = int(self._mask.sum())
        words = f"**{count:,}** of {every:,} sites selected" if count else f"{every:,} sites"
        self._count.object = words + (f", {matches:,} match the filter" if matches < every else "")
        self._select_all.param.update(visible=matches < every, disabled=matches == 0)
        self._clear.disabled = count == 0  # never hidden: the map would move under a tap
        self._assimilate.disabled = count == 0 and self._session.site is None

    def _poll(self) -> None:
        if self._site.update_models():
            self._poller.stop()

    def _on_select_all(self, event: object) -> None:
        self._session.select(tuple(int(site) for site in self._study.sites[self._mask]))

    def _on_numbers(self, event: object) -> None:
        if event.new:
            self._session.select(site_search.sites_by_number(self._study, event.new))

    def _on_coordinates(self, event: object) -> None:
        if event.new:
            site, distance = site_search.nearest_site(self._study, event.new)
            self._session.select(site_search.sites_at_same_place(self._study, site), site)
            self._notice.report(f"Site {site} is the nearest one, {distance:,.1f} km away.", "info")

    def _on_assimilate(self, event: object) -> None:
        self._session.page = "assimilation"
