"""A map finer than half a degree beside the others: chosen in a menu, drawn anew for the part in view."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from shlex import quote

import panel_material_ui as pmui
from bokeh.plotting import figure

from dashboard.jobs.data.fine_maps import FineMap, fine_maps_directory, fine_maps_of
from dashboard.jobs.job import Job, State
from dashboard.jobs.services import Services
from dashboard.pages.maps.fine_map_figure import FinePane, fine_pane, how_fine, show_picture, title_pane
from dashboard.pages.maps.map_layers import STOCK, scale_limits
from dashboard.pages.maps.map_view import MapSpec, MapView
from dashboard.plots.palette import fitting_limits, product_title
from dashboard.state import viewport
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.layout import flexible_width
from dashboard.ui.text import html
from proda_core.records.checks import InputError
from proda_core.runs import Run

LOOK = 100  # ms between two looks whether a picture is there
MARGIN = 0.1  # of the box in view, drawn around it for those who pan
_MADE_UP = "covariates interpolated"


class FineMapView:
    """The menu, and the map of the chosen one. ``say`` is told why a picture cannot be had."""

    def __init__(self, services: Services, session: SessionState, say: Callable[[str], None]) -> None:
        self._services, self._session, self._say = services, session, say
        self._known: dict[str, FineMap] = {}
        self._pane: FinePane | None = None
        self._job: Job | None = None
        self._drawn: Job | None = None
        self._sheet: MapSpec | None = None
        self._ticker = Poller(self._look, LOOK)
        self.menu = pmui.Select(
            label="Finer map", options={"none": ""}, value="", size="small", **flexible_width(330)
        )
        self.menu.param.watch(self._choose, "value")
        self.hint = html()
        session.param.watch(lambda *_: self._follow(), "view")

    def open(self, run: Run, maps: MapView) -> None:
        """Look for the maps of a run; ``maps`` are those beside which one is drawn."""
        self._maps, self._drawn = maps, None
        if self._pane is not None and self._pane.plot.x_range is not maps.ranges["x_range"]:
            self._pane = None  # other maps; opened again, the same ones keep theirs
        self._known = {fine.name: fine for fine in fine_maps_of(run)}
        done = {_words(fine): fine.name for fine in self._known.values() if fine.finished}
        self.menu.param.update(options={"none": ""} | done, value=self._chosen(), visible=bool(done))
        stopped = [fine.name for fine in self._known.values() if not fine.finished]
        self.hint.object = _hint(run, bool(done), stopped)

    def plot(self) -> figure | None:
        """The map of the session's choice, made when it is first asked for; None without a choice."""
        self.menu.value = self._chosen()
        if not self._chosen():
            return None
        if self._pane is None:
            self._pane = fine_pane(self._maps.box, self._maps.ranges)
        return self._pane.plot

    def show(self, sheet: MapSpec) -> None:
        """Draw the chosen map under the scale of the sheet's stocks."""
        self._sheet, self._drawn = sheet, None
        self._ask()

    def _chosen(self) -> str:
        fine = self._known.get(self._session.fine)
        return fine.name if fine is not None and fine.finished else ""

    @on_next_tick
    def _follow(self) -> None:
        if self._session.page == "maps":
            self._ask()

    def _ask(self) -> None:
        if self._pane is None or not self._chosen() or self._sheet is None:
            return
        fine, sheet = self._known[self._chosen()], self._sheet
        self._job = self._services.results.fine_map_image(fine, sheet.interval, _around(self._session.view))
        note = " · ".join(filter(None, (_MADE_UP if fine.interpolated else "", sheet.note)))
        title_pane(self._pane, fine.product, fine.resolution, sheet.interval, note)
        if not self._look():
            self._ticker.start()

    def _look(self) -> bool:
        """Draw the picture when it is there; whether nothing more is to come."""
        job = self._job
        if not job.state.ended:
            return False
        self._ticker.stop()
        if self._pane is None:  # another run has been chosen meanwhile
            return True
        if job.state is State.FAILED and job is not self._drawn:
            self._say(job.error)
        elif job is not self._drawn:
            picture, edges = job.result, (0.0, 0.0, 0.0, 0.0)
            values = None if picture is None else picture.values
            show_picture(
                self._pane, values, edges if picture is None else picture.edges, self._limits(values)
            )
        self._drawn = job
        return True

    def _limits(self, values: object) -> tuple[float, float]:
        """Ends of the scale of the stocks beside it; its own where there are none."""
        stocks = [layer for layer in self._sheet.layers if layer.quantity == STOCK]
        if stocks or values is None:
            return scale_limits(stocks, self._sheet.interval).get(STOCK, (0.0, 1.0))
        return fitting_limits(values)

    def _choose(self, event: object) -> None:
        if event.new is not None and event.new != self._chosen():
            self._session.fine = event.new


def _words(fine: FineMap) -> str:
    return f"{product_title(fine.product)}, {how_fine(fine.resolution)} · {fine.name}"


def _hint(run: Run, some: bool, stopped: list[str]) -> str:
    """How to come by a map where there is none, and which ones were stopped."""
    said = [f"{escape(name)} is not finished; the command that began it goes on with it." for name in stopped]
    if not some:
        where = quote(str(fine_maps_directory(run) / "0.05"))
        command = f"proda map {quote(str(run.directory))} --resolution 0.05 --output {where}"
        said.insert(
            0,
            f"No map of this run is finer than half a degree yet. <code>{escape(command)}</code> makes one.",
        )
    return f"<p class='quiet small'>{' '.join(said)}</p>" if said else ""


def _around(view: str) -> viewport.Box | None:
    """A view and some land around it, in round numbers, so that few pictures serve many; None for all."""
    try:
        west, south, east, north = viewport.read(view)
    except InputError:
        return None
    wide, high = MARGIN * (east - west), MARGIN * (north - south)
    return tuple(round(end, 4) for end in (west - wide, south - high, east + wide, north + high))
