"""A tapped cell: its carbon profile by product, and its parameters.

Its figure stays on Bokeh sources: every tap draws it again, and so do profiles that arrive; an element
takes 0.1 s, its sources 1 ms.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn

from dashboard.jobs.data.run_maps import RunMaps, cell_index
from dashboard.jobs.job import Job, State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.maps import cell_carbon
from dashboard.pages.maps.parameters_table import parameters_table
from dashboard.plots import product_profiles
from dashboard.plots.labels import GRAMS_PER_KILOGRAM, study_title
from dashboard.plots.profile import MARGIN, ProfileSources, axis_limits, profile_figure
from dashboard.ui.help import Help
from dashboard.ui.job_status import status_sentence
from dashboard.ui.layout import card_column, figure_pane, set_content, side_by_side
from dashboard.ui.text import heading, html, markdown
from proda_core.records.study import Study
from proda_core.runs import Run

HEIGHT = 430  # px
_OBSERVED_ALPHA = 0.45


class CellView:
    """Empty until a cell is tapped; ``start_polling`` is called when its profiles are to be awaited."""

    def __init__(self, services: Services, help_: Help, start_polling: Callable[[], None]) -> None:
        self._services, self._start_polling = services, start_polling
        self._job: Job | None = None
        self._drawn: tuple | None = None  # run and cell
        self._sources = ProfileSources()
        self._products = product_profiles.product_sources()
        self._plot = profile_figure(self._sources, "", default=False)
        self._plot.name = "cell-profile"
        product_profiles.draw_products(self._plot, self._products)
        self._summary, self._table = markdown(), html(styles={"max-height": "470px", "overflow-y": "auto"})
        left = card_column(
            heading("The selected cell", help_.button("cell", "the selected cell")),
            self._summary,
            figure_pane(self._plot, HEIGHT),
        )
        right = card_column(heading("Its parameters"), self._table)
        self._content = side_by_side(left, right)
        self.view = pn.Column(sizing_mode="stretch_width", styles={"flex": "none"}, margin=0)

    def update(self, study: Study, run: Run, maps: RunMaps, cell: int | None) -> None:
        """Show a cell of a run by its number; None for none."""
        if cell is None:
            self._drawn = None
            self.view[:] = []
            return
        if self._drawn == (run.id, cell):
            return
        self._drawn, self._study = (run.id, cell), study
        position = int(np.flatnonzero(maps.carbon.cells == cell)[0])
        index = cell_index(study, maps.carbon)
        self._sites = [int(site) for site in index.index[index == position]]
        self._plot.title.text = study_title(f"Cell {cell}", study)
        self._sources.observed.data = _observed_columns(study, self._sites)
        self._table.object = parameters_table(maps.parameters, cell, maps.spread_ratios)
        if self._job is not None:
            self._job.stop()
        arguments = study.name, str(run.directory), cell
        self._job = Job(self._services.read_workers, f"Cell {cell}", cell_carbon, *arguments).start()
        self._draw()
        set_content(self.view, self._content)
        self._start_polling()

    def poll(self) -> bool:
        """Draw the profiles computed so far; True when no more will come."""
        if self._job is None or self._drawn is None:
            return True
        self._draw()
        return self._job.state.ended

    def _draw(self) -> None:
        count = len(self._sites)
        profiles = f"{count or 'No'} profile{'' if count == 1 else 's'} in this cell."
        waiting = "" if self._job.state is State.DONE else status_sentence(self._job)
        self._summary.object = " ".join(filter(None, (profiles, waiting)))
        carbon = self._job.result or {}
        product_profiles.update_products(self._plot, self._products, self._study.forcing.grid, carbon)
        lines = (source.data for source in self._products.values())
        ends = axis_limits(self._sources.observed.data, *lines)
        self._sources.carbon_range.update(start=-MARGIN * ends[0], end=ends[0])
        self._sources.depth_range.update(start=ends[1], end=-MARGIN * ends[1])


def _observed_columns(study: Study, sites: list[int]) -> dict[str, np.ndarray]:
    """Return depth [m], carbon [kgC m-3] and site of the usable observations of some sites."""
    parts = [study.profiles.usable_observations(site) for site in sites]
    depth = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0)
    carbon = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0)
    note = np.repeat([f"site {site}" for site in sites], [len(part[0]) for part in parts]) if parts else []
    return {
        "depth": depth,
        "carbon": carbon / GRAMS_PER_KILOGRAM,
        "alpha": np.full(len(depth), _OBSERVED_ALPHA),
        "note": list(note),
    }
