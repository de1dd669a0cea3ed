"""Progress of a run over all sites: a map, distributions of the diagnostics, the worst fits, the batch."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.jobs.data.run_progress import RunProgress, RunProgressReader
from dashboard.jobs.runs import SHIPPED
from dashboard.pages.assimilation import run_progress_figures
from dashboard.pages.assimilation.diagnostics_table import diagnostics_strip
from dashboard.pages.assimilation.worst_sites_table import worst_sites_table
from dashboard.plots.elements import figures_of
from dashboard.plots.labels import data_note
from dashboard.plots.style import fit_legend
from dashboard.ui.callbacks import Updating
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
from proda_core import figures
from proda_core.assimilation.schedules import schedule_of
from proda_core.comparison.convergence import batch_sentence
from proda_core.records.study import Study
from proda_core.runs import Run

NONE = "choose a site"
MAP_HEIGHT, DISTRIBUTION_HEIGHT, BATCH_HEIGHT = 470, 165, 520  # px


class RunProgressView:
    """Empty until a run has sites; ``update`` reads what is new. ``on_site`` gets the site that is chosen."""

    def __init__(self, help_: Help, on_site: Callable[[int], None]) -> None:
        self._on_site = on_site
        self._study: Study | None = None
        self._reader: RunProgressReader | None = None
        self._drawn: tuple | None = None
        self._batch_run = self._batch_outcome = ""
        self._updating = Updating()
        self._sentence, self._table = markdown(), html()
        self._menu = pmui.Select(label="Look at one of them", options=[], size="small", **flexible_width(200))
        self._menu.param.watch(self._on_menu, "value")
        self._menu.jscallback(value=f"if (cb_obj.value !== {NONE!r}) {{ {SCROLL_TO_TOP} }}")
        self._distributions = {
            name: ColumnDataSource({"left": [], "right": [], "count": []}, name=f"distribution-{name}-values")
            for name in run_progress_figures.DISTRIBUTIONS
        }
        self._plots = {
            name: run_progress_figures.distribution_figure(source, name)
            for name, source in self._distributions.items()
        }
        self._map_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._batch_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._content = self._layout(help_)
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def _layout(self, help_: Help) -> pn.Column:
        numbers = help_.button("convergence", "these numbers")
        plots = [figure_pane(plot, DISTRIBUTION_HEIGHT) for plot in self._plots.values()]
        first = side_by_side(
            flexible_column(self._map_place, grow=3, basis=420), flexible_column(*plots, grow=2, basis=320)
        )
        worst = flexible_column(
            wrap_row(heading("Worst fits", numbers), self._menu), self._table, grow=2, basis=360
        )
        second = side_by_side(worst, flexible_column(self._batch_place, grow=3, basis=420))
        styles = {"flex": "none", "gap": "14px"}
        return pn.Column(self._sentence, first, second, sizing_mode="stretch_width", styles=styles)

    def set_run(self, study: Study, reader: RunProgressReader | None) -> None:
        """Change to another run, or to none."""
        if reader is self._reader and study is self._study:
            return
        self._study, self._reader, self._drawn, self._batch_run = study, reader, None, ""
        self._batch_outcome = ""
        self._batch_place[:] = []
        self.view[:] = []

    def update(self, is_running: bool = True) -> None:
        """Read and draw the progress; a run that is not running has no rate and no time left."""
        progress = None if self._reader is None else self._reader.read()
        if progress is None:
            return
        run = self._reader.run
        if "batch" in run.finished and self._batch_run != run.id:
            self._batch_run = run.id
            self._draw_batch(run["batch"].ds)
        self._sentence.object = progress_sentence(run, progress, is_running, self._batch_outcome)
        state = (run.id, int(progress.done.sum()))
        if state != self._drawn:
            self._draw(progress, is_new=self._drawn is None)
            self._drawn = state
        set_content(self.view, self._content)

    def _draw(self, progress: RunProgress, is_new: bool) -> None:
        columns = run_progress_figures.progress_columns(self._study, progress.sites, progress.efficiency)
        if is_new:
            self._sites = ColumnDataSource(columns, name="progress")
            plot = run_progress_figures.progress_map(self._study, self._sites)
            self._map_place[:] = [figure_pane(plot, MAP_HEIGHT)]
            window = acceptance_window(self._reader.run)
            run_progress_figures.set_limits(self._plots["acceptance"], window)
        else:
            self._sites.data["efficiency"] = columns["efficiency"]
        for name, source in self._distributions.items():
            values = getattr(progress, name)[progress.done]
            source.data = run_progress_figures.distribution_columns(values, name)
        self._table.object = worst_sites_table(progress)
        worst = (f"Site {site}" for site in progress.sites[progress.worst()])
        with self._updating:
            self._menu.param.update(options=[NONE, *worst], value=NONE)

    def _on_menu(self, event: object) -> None:
        if not self._updating and event.new != NONE:
            self._on_site(int(event.new.removeprefix("Site ")))

    def _draw_batch(self, batch: xr.Dataset) -> None:
        summary, self._batch_outcome = batch.isel(site=0), batch_sentence(batch)
        prior = str(summary.attrs.get("prior", "proda"))
        title = f"One parameter set for all profiles, within the prior “{prior}”"
        element = figures.posterior(summary, prior, title=title, note=data_note(self._study))
        (plot,) = figures_of(element)
        plot.name = "batch-intervals"
        fit_legend(plot)
        self._batch_place[:] = [
            heading("Batch assimilation"),
            html(diagnostics_strip(summary, verdict=False)),
            figure_pane(plot, BATCH_HEIGHT),
        ]


def acceptance_window(run: Run) -> tuple[float, float]:
    """Return the acceptance rates outside which the schedule of a run rejects a chain."""
    fields = run.settings.get("details", {}).get("site_level", {})
    default = schedule_of(run.settings["choices"]["schedule"]).acceptance_window
    return tuple(fields.get("acceptance_window", default))


def progress_sentence(run: Run, progress: RunProgress, is_running: bool = True, batch: str = "") -> str:
    """Return how many sites of a run are done, converged and used, its rate and the time left.

    batch : whether its batch converged
    """
    done, total = int(progress.done.sum()), len(progress.sites)
    counted = f"{done:,} of {total:,} sites done"
    few = f"{total:,} of its sites, whose posteriors come with the project"
    parts = [f"**Run {escape_markdown(run.id)}**", few if run.id in SHIPPED else counted]
    if done:
        parts.append(f"{progress.converged:.0%} converged")
        parts.append(f"{progress.used[progress.done].mean():.0%} used for training")
    parts += [escape_markdown(batch)] if batch else []
    if is_running and progress.rate > 0:
        parts.append(f"{progress.rate:,.1f} sites per second")
    if is_running and progress.seconds_left is not None:
        parts.append(f"about {duration(progress.seconds_left)} left for the sites")
    return " · ".join(parts)
