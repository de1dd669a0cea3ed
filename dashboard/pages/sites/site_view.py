"""One site: its observed profile beside every model's, its surroundings, quality notes and neighbours.

Its figure stays on Bokeh sources: every tap draws it again within 0.3 s; an element takes 0.1 s of that
and a new figure in the browser, its sources 1 ms.
"""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource

from dashboard.jobs.services import Services
from dashboard.pages.sites.site_facts import nearest_sites, site_facts
from dashboard.pages.sites.site_tables import covariates_table, neighbours_table, quality_table
from dashboard.plots import product_profiles
from dashboard.plots.profile import (
    MARGIN,
    ProfileSources,
    axis_limits,
    neighbour_columns,
    observed_columns,
    profile_figure,
    profile_title,
)
from dashboard.state.session_state import SessionState
from dashboard.state.site_choices import FACTS
from dashboard.ui.help import Help
from dashboard.ui.layout import figure_pane, flexible_width, set_content, wrap_row
from dashboard.ui.tabs import tabs
from dashboard.ui.text import heading, html, markdown, paragraph
from proda_core.records.study import Study

HEIGHT = 430  # px
_SAME_PLACE_KM = 0.01


class SiteView:
    """The session's site, or a hint how to choose one."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._study: Study | None = None
        self._drawn: tuple = ()  # site and products
        self._sources, self._products = ProfileSources(), product_profiles.product_sources()
        self._neighbours = ColumnDataSource(neighbour_columns(None, ()), name="neighbours")
        self._plot = profile_figure(self._sources, "Soil carbon profile", default=False)
        product_profiles.draw_products(self._plot, self._products)
        product_profiles.draw_neighbours(self._plot, self._neighbours)
        self._headline = markdown(styles={"flex": "1 1 220px"})
        self._menu = pmui.Select(label="Go to a neighbour", options=[], size="small", **flexible_width(230))
        self._menu.param.watch(self._on_neighbour, "value")
        self._tables = [html(styles={"max-height": "420px", "overflow-y": "auto"}) for _ in FACTS]
        self._content = pn.Column(
            wrap_row(self._headline, self._menu, help_.button("profile", "the profile")),
            figure_pane(self._plot, HEIGHT),
            heading("Surroundings and quality", help_.button("covariates", "covariates")),
            tabs(session, "facts", FACTS, self._tables),
            sizing_mode="stretch_width",
        )
        self._empty = paragraph("sites_empty", styles={"padding": "15% 10%", "text-align": "center"})
        self.view = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)

    def update(self, study: Study, site: int | None) -> bool:
        """Show a site of a data set; False while a model's profile is still missing."""
        self._study = study
        if site is None:
            set_content(self.view, self._empty)
            return True
        notes = study.quality_of(site)
        self._headline.object = _headline(study, site, len(notes))
        self._plot.title.text = profile_title(study, site)
        self._sources.observed.data = observed_columns(study, site)
        self._update_neighbours(study, site)
        self._drawn = ()
        complete = self.update_models(after_tap=True)
        self._tables[0].object = covariates_table(study.covariates, site)
        self._tables[1].object = quality_table(notes, site)
        set_content(self.view, self._content)  # last: the browser lays it out once
        return complete

    def update_models(self, after_tap: bool = False) -> bool:
        """Draw the models of the run in view, or else the default run; False while one is missing.

        after_tap : whether the profile is not on the screen yet; no worker is started before it is
        """
        study, site = self._study, self._session.site
        if study is None or site is None:
            return True
        carbon, bands, complete = self._run_profiles(site, after_tap)
        if not carbon:
            job = self._services.results.default_run(study.name)
            row = int((study.sites == site).argmax())
            carbon = {} if job.result is None else {"default": job.result[row]}
            complete = complete and job.state.ended
        if self._drawn != (site, *carbon):
            self._drawn = (site, *carbon)
            self._draw(carbon, bands)
        return complete

    def _draw(self, carbon: dict, bands: dict) -> None:
        grid = self._study.forcing.grid
        product_profiles.update_products(self._plot, self._products, grid, carbon, bands)
        lines = (source.data for source in self._products.values())
        carbon_end, depth_end = axis_limits(self._sources.observed.data, *lines)
        self._sources.carbon_range.update(start=-MARGIN * carbon_end, end=carbon_end)
        self._sources.depth_range.update(start=depth_end, end=-MARGIN * depth_end)

    def _run_profiles(self, site: int, after_tap: bool) -> tuple[dict, dict, bool]:
        """Return profiles and bands of the run in view or the newest one, and whether all are there.

        A worker computes the profiles of a site that is not stored in the run, as in the showcase.
        """
        known = [choice.id for choice in self._services.runs.with_maps(self._session.data)]
        run_id = self._session.run if self._session.run in known else next(iter(known), None)
        if run_id is None:
            return {}, {}, True
        run = self._services.runs.run(run_id)
        stored = self._services.results.run_sites(run)
        carbon, bands = ({}, {}) if stored is None else stored.at_site(site)
        if carbon:
            return carbon, bands, True
        if after_tap:
            return {}, {}, False
        job = self._services.results.site_carbon(run, self._session.data, site)
        return job.result or {}, {}, job.state.ended

    def _update_neighbours(self, study: Study, site: int) -> None:
        near = nearest_sites(site_facts(study), site)
        self._neighbours.data = neighbour_columns(study, near.index)
        self._tables[2].object = neighbours_table(near, site)
        options = {f"Site {site} (in view)": site} | {
            f"Site {row.Index} · {_distance_text(row.distance)}": int(row.Index) for row in near.itertuples()
        }
        self._menu.param.update(options=options, value=site)

    def _on_neighbour(self, event: object) -> None:
        """Show a neighbour; it replaces the selection where that is the site in view alone."""
        if event.new is None or event.new == self._session.site:
            return
        if self._session.selected == (self._session.site,):
            self._session.select((int(event.new),))
        else:
            self._session.site = int(event.new)


def _distance_text(distance: float) -> str:
    return "same place" if distance < _SAME_PLACE_KM else f"{distance:,.1f} km"


def _headline(study: Study, site: int, notes: int) -> str:
    row = int((study.sites == site).argmax())
    ds = study.profiles.ds.isel(profile=row)
    lat, lon = float(ds["lat"]), float(ds["lon"])
    place = f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"
    usable = int(study.profiles.usable_count()[row])
    remarks = f" · {notes} quality note{'s' * (notes > 1)}" if notes else ""
    return f"### Site {site}\nprofile {int(ds['profile_id'])} · {place} · {usable} usable depths{remarks}"
