"""A run over all sites: the map that fills in, the spread of what was found, the worst sites, the batch."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.jobs.data.run_progress import RunProgress, RunProgressReader
from dashboard.jobs.runs import SHOWCASE
from dashboard.pages.assimilation import run_progress_figures as draw
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.pages.assimilation.posterior_figures import interval_columns, interval_figure
from dashboard.plots.labels import data_note, noted
from dashboard.plots.tables import worst_sites_table
from dashboard.ui.help import Help
from dashboard.ui.job_status import duration
from dashboard.ui.layout import (
    SCROLL_TO_TOP,
    figure_pane,
    flexible_column,
    flexible_width,
    set_content,
    side_by_side,
    wrap_row,
)
from dashboard.ui.text import escape_markdown, heading, html, markdown
from proda_core.records.study import Study
from proda_core.runs import Run

NONE = "choose a site"
MAP_HEIGHT, SPREAD_HEIGHT, BATCH_HEIGHT = 470, 165, 520  # px


class RunProgressView:
    """Empty until a run has sites to show; ``look`` brings it up to date.

    ``go`` is told the site that a person wants to look at.
    """

    def __init__(self, help_: Help, go: Callable[[int], None]) -> None:
        self._go = go
        self._watch: RunProgressReader | None = None
        self._shown: tuple | None = None
        self._batch_of = ""
        self._words = markdown()
        self._table = html()
        self._menu = pmui.Select(label="Look at one of them", options=[], size="small", **flexible_width(200))
        self._menu.param.watch(self._choose, "value")
        self._menu.jscallback(value=f"if (cb_obj.value !== {NONE!r}) {{ {SCROLL_TO_TOP} }}")
        self._spreads = {
            name: ColumnDataSource({"left": [], "right": [], "count": []}, name=f"spread-{name}-values")
            for name in draw.SPREADS
        }
        self._map_place = pn.Column(sizing_mode="stretch_width", margin=0)
        plots = [
            figure_pane(draw.spread_figure(source, n), SPREAD_HEIGHT) for n, source in self._spreads.items()
        ]
        numbers = help_.button("convergence", "these numbers")
        first = side_by_side(
            flexible_column(self._map_place, grow=3, basis=420), flexible_column(*plots, grow=2, basis=320)
        )
        self._batch_place = pn.Column(sizing_mode="stretch_width", margin=0)
        second = side_by_side(
            flexible_column(
                wrap_row(heading("Worst fits", numbers), self._menu), self._table, grow=2, basis=360
            ),
            flexible_column(self._batch_place, grow=3, basis=420),
        )
        self._inside = pn.Column(
            self._words, first, second, sizing_mode="stretch_width", styles={"flex": "none", "gap": "14px"}
        )
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def open(self, study: Study, watch: RunProgressReader | None) -> None:
        """Go to another run, or to none."""
        if watch is self._watch and study is getattr(self, "_study", None):
            return
        self._study, self._watch, self._shown, self._batch_of = study, watch, None, ""
        self._batch_place[:] = []
        self.view[:] = []

    def look(self, moving: bool = True) -> None:
        """Show what the run has come to; one that is not ``moving`` has no pace and no time left."""
        standing = None if self._watch is None else self._watch.read()
        if standing is None:
            return
        run = self._watch.run
        self._words.object = sentence(run, standing, moving)
        now = (run.id, int(standing.done.sum()))
        if now != self._shown:
            self._draw(standing, new=self._shown is None)
            self._shown = now
        if "batch" in run.finished and self._batch_of != run.id:
            self._batch_of = run.id
            self._draw_batch(run["batch"].ds.isel(site=0))
        set_content(self.view, self._inside)

    def _draw(self, standing: RunProgress, new: bool) -> None:
        columns = draw.standing_columns(self._study, standing.sites, standing.efficiency)
        if new:
            self._sites = ColumnDataSource(columns, name="standing")
            plot = draw.standing_map(self._study, self._sites)
            self._map_place[:] = [figure_pane(plot, MAP_HEIGHT)]
        else:
            self._sites.data["efficiency"] = columns["efficiency"]
        for name, source in self._spreads.items():
            source.data = draw.spread_columns(getattr(standing, name)[standing.done], name)
        self._table.object = worst_sites_table(standing)
        worst = (f"Site {site}" for site in standing.sites[standing.worst()])
        self._menu.param.update(options=[NONE, *worst], value=NONE)

    def _choose(self, event: object) -> None:
        if event.new != NONE:
            self._go(int(event.new.removeprefix("Site ")))

    def _draw_batch(self, summary: xr.Dataset) -> None:
        prior = str(summary.attrs.get("prior", "proda"))
        plot = interval_figure(ColumnDataSource(interval_columns(summary, prior)), prior)
        plot.name = "batch-intervals"
        title = f"One parameter set for all profiles, within the prior “{prior}”"
        plot.title.text = noted(title, data_note(self._study))
        self._batch_place[:] = [
            heading("Batch assimilation"),
            html(diagnostics_strip(summary, verdict=False)),
            figure_pane(plot, BATCH_HEIGHT),
        ]


def sentence(run: Run, standing: RunProgress, moving: bool = True) -> str:
    """How far a run is, in words."""
    done, every = int(standing.done.sum()), len(standing.sites)
    good = int((standing.verdict[standing.done] == 0).sum())
    counted = f"{done:,} of {every:,} sites done"
    few = f"{every:,} of its sites, whose posteriors come with the project"
    parts = [f"**Run {escape_markdown(run.id)}**", few if run.id == SHOWCASE else counted]
    if done:
        parts.append(f"{good / done:.0%} kept for training")
    if moving and standing.rate > 0:
        parts.append(f"{standing.rate:,.1f} sites per second")
    if moving and standing.seconds_left is not None:
        parts.append(f"about {duration(standing.seconds_left)} left for the sites")
    return " · ".join(parts)
