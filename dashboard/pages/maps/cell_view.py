"""A tapped cell: its carbon profile by product, its parameters, the values of every map in view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn

from dashboard.jobs.data.run_maps import RunMaps, cell_index
from dashboard.jobs.job import Job, State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.maps import cell_carbon
from dashboard.plots import product_profiles
from dashboard.plots.labels import GRAMS_PER_KILOGRAM, study_title
from dashboard.plots.profile import MARGIN, ProfileSources, axis_limits, profile_figure
from dashboard.plots.tables import parameters_table
from dashboard.ui.help import Help
from dashboard.ui.job_status import status_sentence
from dashboard.ui.layout import card_column, figure_pane, set_content, side_by_side
from dashboard.ui.text import heading, html, markdown
from proda_core.records.study import Study
from proda_core.runs import Run

HEIGHT = 430  # px


class CellView:
    """Nothing until a cell is tapped. ``wake`` is called when its profile has to be waited for."""

    def __init__(self, services: Services, help_: Help, wake: Callable[[], None]) -> None:
        self._services, self._wake = services, wake
        self._job: Job | None = None
        self._shown: tuple | None = None
        self._sources = ProfileSources()
        self._products = product_profiles.product_sources()
        self._plot = profile_figure(self._sources, "", default=False)
        self._plot.name = "cell-profile"
        product_profiles.draw_products(self._plot, self._products)
        self._said, self._table = markdown(), html(styles={"max-height": "470px", "overflow-y": "auto"})
        left = card_column(
            heading("The tapped cell", help_.button("cell", "the tapped cell")),
            self._said,
            figure_pane(self._plot, HEIGHT),
        )
        right = card_column(heading("Its parameters"), self._table)
        self._inside = side_by_side(left, right)
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def show(self, study: Study, run: Run, maps: RunMaps, cell: int | None) -> None:
        """Show a cell of a run, or nothing."""
        if cell is None:
            self._shown = None
            self.view[:] = []
            return
        if self._shown == (run.id, cell):
            return
        self._shown, self._study, self._cell = (run.id, cell), study, cell
        position = int(np.flatnonzero(maps.carbon.cells == cell)[0])
        sites = cell_index(study, maps.carbon)
        self._sites = [int(site) for site in sites.index[sites == position]]
        self._plot.title.text = study_title(f"Cell {cell}", study)
        self._sources.observed.data = _observed(study, self._sites)
        self._table.object = parameters_table(maps.parameters, cell)
        if self._job is not None:
            self._job.cancel()
        self._job = Job(
            self._services.read_workers, f"Cell {cell}", cell_carbon, study.name, str(run.directory), cell
        )
        self._job.start()
        self._draw()
        set_content(self.view, self._inside)
        self._wake()

    def tick(self) -> bool:
        """Draw what the worker has found; True when there is nothing to wait for."""
        if self._job is None or self._shown is None:
            return True
        self._draw()
        return self._job.state.ended

    def _draw(self) -> None:
        carbon = self._job.result or {}
        count = len(self._sites)
        words = f"{count} profile{'s lie' if count != 1 else ' lies'} in this cell." if count else ""
        waiting = "" if self._job.state is State.DONE else status_sentence(self._job)
        self._said.object = " ".join(filter(None, (words or "No profile lies in this cell.", waiting)))
        product_profiles.update_products(self._plot, self._products, self._study.forcing.grid, carbon)
        lines = (source.data for source in self._products.values())
        ends = axis_limits(self._sources.observed.data, *lines)
        self._sources.carbon_range.update(start=-MARGIN * ends[0], end=ends[0])
        self._sources.depth_range.update(start=ends[1], end=-MARGIN * ends[1])


def _observed(study: Study, sites: list[int]) -> dict[str, np.ndarray]:
    parts = [study.profiles.usable_observations(site) for site in sites]
    depth = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0)
    carbon = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0)
    note = np.repeat([f"site {site}" for site in sites], [len(part[0]) for part in parts]) if parts else []
    return {
        "depth": depth,
        "carbon": carbon / GRAMS_PER_KILOGRAM,
        "alpha": np.full(len(depth), 0.45),
        "note": list(note),
    }
