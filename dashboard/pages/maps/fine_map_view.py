"""A map finer than half a degree beside the others: chosen in a menu, drawn again for the part in view."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from shlex import quote

import panel_material_ui as pmui
from bokeh.plotting import figure

from dashboard.jobs.data.fine_maps import FineMap, fine_maps_directory, fine_maps_of
from dashboard.jobs.job import Job
from dashboard.jobs.services import Services
from dashboard.pages.maps.fine_map_figure import (
    FineMapPane,
    fine_map_pane,
    resolution_text,
    update_image,
    update_title,
)
from dashboard.pages.maps.map_layers import STOCK, scale_limits
from dashboard.pages.maps.map_spec import MapSpec
from dashboard.pages.maps.map_view import MapView
from dashboard.plots.palette import product_title
from dashboard.state import viewport
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.layout import flexible_width
from dashboard.ui.text import html
from proda_core.figures.projection import Box, Projection
from proda_core.figures.theme import fitting_limits
from proda_core.records.checks import InputError
from proda_core.runs import Run

POLL_MS = 100  # between two checks whether an image is finished
VIEW_MARGIN = 0.1  # of the box in view, drawn around it for the next move
_INTERPOLATED = "covariates interpolated"
_NO_EDGES = (0.0, 0.0, 0.0, 0.0)


class FineMapView:
    """The menu, and the map of the chosen one; ``report`` gets the sentence of an image that failed."""

    def __init__(self, services: Services, session: SessionState, report: Callable[[str], None]) -> None:
        self._services, self._session, self._report = services, session, report
        self._known: dict[str, FineMap] = {}
        self._pane: FineMapPane | None = None
        self._job: Job | None = None
        self._drawn: Job | None = None
        self._spec: MapSpec | None = None
        self._poller = Poller(self._poll, POLL_MS)
        self.menu = pmui.Select(
            label="Finer map", options={"none": ""}, value="", size="small", **flexible_width(330)
        )
        self.menu.param.watch(self._on_choice, "value")
        self.hint = html()
        session.param.watch(lambda *_: self._on_view(), "view")

    def load(self, run: Run, maps: MapView) -> None:
        """Find the fine maps of a run; the chosen one is drawn in the ranges and projection of ``maps``."""
        self._maps, self._drawn = maps, None
        if self._pane is not None and self._pane.plot.x_range is not maps.ranges["x_range"]:
            self._pane = None  # of other maps; a run that is loaded again keeps its own
        self._known = {fine.name: fine for fine in fine_maps_of(run)}
        finished = {_label(fine): fine.name for fine in self._known.values() if fine.finished}
        options = {"none": ""} | finished
        self.menu.param.update(options=options, value=self._chosen(), visible=bool(finished))
        stopped = [fine.name for fine in self._known.values() if not fine.finished]
        self.hint.object = _hint(run, bool(finished), stopped)

    def plot(self) -> figure | None:
        """Return the map of the session's choice, made when first asked for; None without a choice."""
        self.menu.value = self._chosen()
        if not self._chosen():
            return None
        if self._pane is None:
            self._pane = fine_map_pane(self._maps.box, self._maps.ranges, self._maps.projection)
        return self._pane.plot

    def update(self, spec: MapSpec) -> None:
        """Draw the chosen map under the scale of the stocks in view."""
        self._spec, self._drawn = spec, None
        self._request()

    def _chosen(self) -> str:
        fine = self._known.get(self._session.fine)
        return fine.name if fine is not None and fine.finished else ""

    @on_next_tick
    def _on_view(self) -> None:
        if self._session.page == "maps":
            self._request()

    def _request(self) -> None:
        """Start the image of the part in view; draw it as soon as it is finished."""
        if self._pane is None or not self._chosen() or self._spec is None:
            return
        fine, spec, projection = self._known[self._chosen()], self._spec, self._maps.projection
        box = _box_in_view(self._session.view, projection)
        self._job = self._services.results.fine_map_image(fine, spec.interval, box, projection)
        note = " · ".join(filter(None, (_INTERPOLATED if fine.interpolated else "", spec.note)))
        update_title(self._pane, fine.product, fine.resolution, spec.interval, note)
        self._poller.start()
        self._poll()

    def _poll(self) -> None:
        """Draw the image when it is finished, and stop polling."""
        job = self._job
        if not job.state.ended:
            return
        self._poller.stop()
        if self._pane is None or job is self._drawn:  # another run has been chosen meanwhile, or drawn before
            return
        self._drawn = job
        if job.failed:
            self._report(job.error)
            return
        image = job.result
        values, edges = (None, _NO_EDGES) if image is None else (image.values, image.edges)
        update_image(self._pane, values, edges, self._limits(values))

    def _limits(self, values: object) -> tuple[float, float]:
        """Return the ends of the scale of the stocks in view; of the map's own where there are none."""
        stocks = [layer for layer in self._spec.layers if layer.quantity == STOCK]
        if stocks or values is None:
            return scale_limits(stocks, self._spec.interval).get(STOCK, (0.0, 1.0))
        return fitting_limits(values)

    def _on_choice(self, event: object) -> None:
        if event.new is not None and event.new != self._chosen():
            self._session.fine = event.new


def _label(fine: FineMap) -> str:
    return f"{product_title(fine.product)}, {resolution_text(fine.resolution)} · {fine.name}"


def _hint(run: Run, has_some: bool, stopped: list[str]) -> str:
    """Return how to make a map where there is none, and which ones were stopped, as HTML."""
    sentences = [
        f"{escape(name)} is not finished; the command that started it resumes it." for name in stopped
    ]
    if not has_some:
        output = quote(str(fine_maps_directory(run) / "0.05"))
        command = f"proda map {quote(str(run.directory))} --resolution 0.05 --output {output}"
        sentences.insert(
            0,
            f"No map of this run is finer than half a degree yet. <code>{escape(command)}</code> makes one.",
        )
    return f"<p class='quiet small'>{' '.join(sentences)}</p>" if sentences else ""


def _box_in_view(view: str, projection: Projection) -> Box | None:
    """Return the box [degrees] of a view with a margin, rounded so that images are shared; None for all."""
    try:
        ends = projection.box_to_plane(viewport.read(view))
    except InputError:
        return None
    if not ends:
        return None
    west, south, east, north = projection.covering_box(ends)
    wide, high = VIEW_MARGIN * (east - west), VIEW_MARGIN * (north - south)
    return tuple(round(end, 4) for end in (west - wide, south - high, east + wide, north + high))
