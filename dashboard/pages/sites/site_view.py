"""One site: its profile beside every model's, its surroundings, its quality notes, its neighbours."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource

from dashboard.jobs.services import Services
from dashboard.pages.sites.site_facts import nearest_sites, site_facts
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
from dashboard.plots.tables import covariates_table, neighbours_table, quality_table
from dashboard.state.session_state import SessionState
from dashboard.state.site_choices import FACTS
from dashboard.ui.help import Help
from dashboard.ui.layout import figure_pane, flexible_width, set_content, wrap_row
from dashboard.ui.tabs import tabs
from dashboard.ui.text import heading, html, markdown, paragraph
from proda_core.records.study import Study

HEIGHT = 430  # px
_SAME_PLACE = 0.01  # km


class SiteView:
    """What is known of the site in view; redrawn by ``show``."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._study: Study | None = None
        self._drawn: tuple = ()  # site and products
        self._sources, self._products = ProfileSources(), product_profiles.product_sources()
        self._around = ColumnDataSource(neighbour_columns(None, ()), name="neighbours")
        self._plot = profile_figure(self._sources, "Soil carbon profile", default=False)
        product_profiles.draw_products(self._plot, self._products)
        product_profiles.draw_neighbours(self._plot, self._around)
        self._head = markdown(styles={"flex": "1 1 220px"})
        self._place = pmui.Select(label="Go to a neighbour", options=[], size="small", **flexible_width(230))
        self._place.param.watch(self._go_to_neighbour, "value")
        self._tables = [html(styles={"max-height": "420px", "overflow-y": "auto"}) for _ in FACTS]
        head = wrap_row(self._head, self._place, help_.button("profile", "the profile"))
        self._inside = pn.Column(
            head,
            figure_pane(self._plot, HEIGHT),
            heading("Surroundings and quality", help_.button("covariates", "covariates")),
            tabs(session, "facts", FACTS, self._tables),
            sizing_mode="stretch_width",
        )
        self._empty = paragraph("sites_empty", styles={"padding": "15% 10%", "text-align": "center"})
        self.view = pn.Column(self._empty, sizing_mode="stretch_width", margin=0)

    def show(self, study: Study, site: int | None) -> bool:
        """Show a site of a data set, or the invitation to choose one; False if a part is still missing."""
        self._study = study
        if site is None:
            set_content(self.view, self._empty)
            return True
        notes = study.quality_of(site)
        self._head.object = _headline(study, site, len(notes))
        self._plot.title.text = profile_title(study, site)
        self._sources.observed.data = observed_columns(study, site)
        self._show_neighbours(study, site)
        self._drawn = ()
        complete = self.show_default(tapped=True)
        self._tables[0].object = covariates_table(study.covariates, site)
        self._tables[1].object = quality_table(notes, site)
        set_content(self.view, self._inside)  # last: what is put in place is complete
        return complete

    def show_default(self, tapped: bool = False) -> bool:
        """Draw the models of the run in view, or the default run if it is there; False while it is not.

        ``tapped`` just now: workers stay off the processor until the profile is on the screen.
        """
        study, site = self._study, self._session.site
        if study is None or site is None:
            return True
        carbon, bands, complete = self._of_run(site, tapped)
        if not carbon:
            job = self._services.results.default_run(study.name)
            row = int((study.sites == site).argmax())
            carbon = {} if job.result is None else {"default": job.result[row]}
            complete = complete and job.state.ended
        if self._drawn == (site, *carbon):
            return complete
        self._drawn = (site, *carbon)
        product_profiles.update_products(self._plot, self._products, study.forcing.grid, carbon, bands)
        lines = (source.data for source in self._products.values())
        carbon_end, depth_end = axis_limits(self._sources.observed.data, *lines)
        self._sources.carbon_range.update(start=-MARGIN * carbon_end, end=carbon_end)
        self._sources.depth_range.update(start=depth_end, end=-MARGIN * depth_end)
        return complete

    def _of_run(self, site: int, tapped: bool) -> tuple[dict, dict, bool]:
        """Profiles and bands of the session's run, or of the newest of the data set; whether all are there.

        Of a site that the run does not keep (the showcase keeps a few only), a worker makes the profiles.
        """
        known = [choice.id for choice in self._services.runs.with_maps(self._session.data)]
        number = self._session.run if self._session.run in known else next(iter(known), None)
        if number is None:
            return {}, {}, True
        run = self._services.runs.run(number)
        kept = self._services.results.run_sites(run)
        carbon, bands = ({}, {}) if kept is None else kept.at_site(site)
        if carbon:
            return carbon, bands, True
        if tapped:
            return {}, {}, False
        job = self._services.results.site_carbon(run, self._session.data, site)
        return job.result or {}, {}, job.state.ended

    def _show_neighbours(self, study: Study, site: int) -> None:
        near = nearest_sites(site_facts(study), site)
        self._around.data = neighbour_columns(study, near.index)
        self._tables[2].object = neighbours_table(near, site)
        options = {f"Site {site} (in view)": site} | {
            f"Site {row.Index} · {_away(row.distance)}": int(row.Index) for row in near.itertuples()
        }
        self._place.param.update(options=options, value=site)

    def _go_to_neighbour(self, event: object) -> None:
        """Look at a neighbour; where nothing but the site left was selected, the neighbour is instead."""
        if event.new is None or event.new == self._session.site:
            return
        if self._session.selected == (self._session.site,):
            self._session.select((int(event.new),))
        else:
            self._session.site = int(event.new)


def _away(distance: float) -> str:
    return "same place" if distance < _SAME_PLACE else f"{distance:,.1f} km"


def _headline(study: Study, site: int, notes: int) -> str:
    row = int((study.sites == site).argmax())
    ds = study.profiles.ds.isel(profile=row)
    lat, lon = float(ds["lat"]), float(ds["lon"])
    where = f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"
    usable = int(study.profiles.usable_count()[row])
    remarks = f" · {notes} quality note{'s' * (notes > 1)}" if notes else ""
    return f"### Site {site}\nprofile {int(ds['profile_id'])} · {where} · {usable} usable depths{remarks}"
