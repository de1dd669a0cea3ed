"""One site: its profile, its covariates, its quality notes."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.components.find_site import same_place
from dashboard.components.help import Help
from dashboard.components.panes import about, figure_pane, line, put
from dashboard.components.words import heading, html, markdown, paragraph
from dashboard.figures.profile import (
    MARGIN,
    ProfileSources,
    line_columns,
    observed_columns,
    profile_figure,
    profile_title,
    view,
)
from dashboard.figures.tables import covariates_table, quality_table
from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.state.visit import Visit
from proda_core.records.study import Study

HEIGHT = 400  # px
_TABS = ("Covariates", "Quality notes")


class SiteView:
    """What is known of the site in view; redrawn by ``show``."""

    def __init__(self, services: Services, visit: Visit, help_: Help) -> None:
        self._services, self._visit = services, visit
        self._study: Study | None = None
        self._sources = ProfileSources()
        self._plot = profile_figure(self._sources, "Soil carbon profile")
        self._head = markdown(styles={"flex": "1 1 240px"})
        self._place = pmui.Select(
            label="Profiles at this place", options=[], visible=False, size="small", **about(190)
        )
        self._place.param.watch(self._go_to_neighbour, "value")
        self._tables = [html(styles={"max-height": "420px", "overflow-y": "auto"}) for _ in _TABS]
        self._tabs = pn.Tabs(*zip(_TABS, self._tables), sizing_mode="stretch_width")
        head = line(self._head, self._place, help_.button("profile", "the profile"))
        self._inside = pn.Column(
            head,
            figure_pane(self._plot, HEIGHT),
            heading("Surroundings and quality", help_.button("covariates", "covariates")),
            self._tabs,
            sizing_mode="stretch_width",
        )
        self._empty = paragraph("sites_empty", styles={"padding": "15% 10%", "text-align": "center"})
        self.view = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)

    def show(self, study: Study, site: int | None) -> bool:
        """Show a site of a data set, or the invitation to choose one; False if a part is still missing."""
        self._study = study
        if site is None:
            put(self.view, self._empty)
            return True
        self._head.object = _headline(study, site)
        self._show_place(study, site)
        self._plot.title.text = profile_title(study, site)
        self._sources.observed.data = observed_columns(study, site)
        complete = self.show_default()
        notes = study.quality_of(site)
        self._tables[0].object = covariates_table(study.covariates, site)
        self._tables[1].object = quality_table(notes, site)
        self._tabs[1] = (f"{_TABS[1]} ({len(notes)})", self._tables[1])
        put(self.view, self._inside)  # last: what is put in place is complete
        return complete

    def show_default(self) -> bool:
        """Draw the default run if it is there; False while it is still being computed."""
        study, site = self._study, self._visit.site
        if study is None or site is None:
            return True
        job = self._services.default_runs.job(study.name)
        row = int((study.sites == site).argmax())
        carbon = None if job.result is None else job.result[row]
        line_ = line_columns(study.forcing.grid, carbon)
        self._sources.default.data = line_
        carbon_end, depth_end = view(self._sources.observed.data, line_)
        self._sources.carbon_range.update(start=-MARGIN * carbon_end, end=carbon_end)
        self._sources.depth_range.update(start=depth_end, end=-MARGIN * depth_end)
        return job.state is State.DONE or job.state.ended

    def _show_place(self, study: Study, site: int) -> None:
        neighbours = same_place(study, site)
        self._place.param.update(options=list(neighbours), value=site, visible=len(neighbours) > 1)

    def _go_to_neighbour(self, event: object) -> None:
        if event.new is not None and event.new != self._visit.site:
            self._visit.site = int(event.new)


def _headline(study: Study, site: int) -> str:
    row = int((study.sites == site).argmax())
    ds = study.profiles.ds.isel(profile=row)
    lat, lon = float(ds["lat"]), float(ds["lon"])
    where = f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"
    usable = int(study.profiles.usable_count()[row])
    return f"### Site {site}\nprofile {int(ds['profile_id'])} · {where} · {usable} usable depths"
