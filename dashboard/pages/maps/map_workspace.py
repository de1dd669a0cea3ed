"""One run on maps: tools, maps, transect, tapped cell and downloads, all following the session."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn
from bokeh.plotting import figure

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.pages.maps import map_layers
from dashboard.pages.maps.cell_view import CellView
from dashboard.pages.maps.fine_map_view import FineMapView
from dashboard.pages.maps.map_controls import MapControls
from dashboard.pages.maps.map_downloads import download_buttons
from dashboard.pages.maps.map_export import Band, MapFile
from dashboard.pages.maps.map_layers import Layer, expect_one_unit
from dashboard.pages.maps.map_panes import DIFFERENCE_SLOT
from dashboard.pages.maps.map_view import MapSpec, MapView, by_slot
from dashboard.pages.maps.street_map import StreetMap
from dashboard.pages.maps.transect_view import TransectView
from dashboard.plots.labels import data_note
from dashboard.state.map_choices import LINKED, longitude
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.job_status import missing_references_sentence
from dashboard.ui.layout import GAP, card, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.place_filter import PlaceGroups, place_groups, vegetation_codes
from dashboard.ui.text import markdown
from dashboard.ui.viewport import Viewport
from proda_core.records.study import Study
from proda_core.runs import Run
from proda_core.vocabulary.depth_intervals import INTERVALS

M2_PER_KM2 = 1e6


class MapWorkspace:
    """Redrawn when the session's choices change. ``wake`` asks for ticks while something is awaited."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, help_: Help, wake: Callable[[], None]
    ) -> None:
        self._services, self._session, self._notice, self._wake = services, session, notice, wake
        self._viewport, self._streets = Viewport(session), StreetMap()
        self._maps = MapView(self._take, self._attach, self._swiped)
        self._tools = MapControls(session, notice.guard)
        self._cell, self._transect = CellView(services, help_, wake), TransectView()
        self._fine = FineMapView(services, session, notice.report)
        self._run: Run | None = None
        self._layers: dict[str, Layer] = {}
        self._referenced = False
        self._said = markdown(styles={"flex": "1 1 300px"})
        self._draw = notice.guard(self._show)
        session.param.watch(lambda *_: self._follow(), ["interval", *LINKED])
        self._help = help_.button("maps", "the maps")

    def layout(self) -> pn.Column:
        """Everything below one another."""
        downloads = wrap_row(self._said, download_buttons(self._file))
        tools = self._tools.rows(self._help, self._fine.menu, self._streets.switch)
        maps = card(*tools, self._maps.view, downloads, self._fine.hint)
        parts = (maps, self._transect.view, self._cell.view)
        styles = {"gap": GAP, "flex": "none"}
        return pn.Column(*parts, sizing_mode="stretch_width", styles=styles, margin=0)

    def open(self, run: Run, study: Study) -> None:
        """Go to a run; InputError or OSError if it cannot be read."""
        maps = self._services.results.run_maps(run, study)
        if maps is not getattr(self, "_run_maps", None):
            self._run_maps: RunMaps = maps
            self._streets.clear()
            self._maps.open(maps)
            self._groups: PlaceGroups = place_groups(
                self._maps.lon, self._maps.lat, vegetation_codes(study.cells_covariates)
            )
        self._run, self._study, self._referenced = run, study, False
        self._fine.open(run, self._maps)
        self._layers = {layer.key: layer for layer in _layers(maps)}
        self._add_references()
        self._tools.offer(self._layers)
        passed_over = self._tools.places.set_options(self._groups)
        self._draw()
        if passed_over:
            self._notice.report(" ".join(passed_over))
        if not self._referenced:
            self._wake()

    def tick(self) -> bool:
        """Look whether what was awaited is there; True when nothing is."""
        if self._run is None:
            return True
        before = len(self._layers)
        if not self._referenced and self._add_references() and len(self._layers) > before:
            self._tools.offer(self._layers)
            self._draw()
        return self._cell.tick() and self._referenced

    def come_back(self) -> None:
        """Ask again what others have made: some of it may have been fetched meanwhile."""
        if self._run is not None:
            self._referenced = False
            self._wake()

    @on_next_tick
    def _follow(self) -> None:
        if self._run is not None and self._session.page == "maps":
            self._tools.follow()
            self._draw()

    def _show(self) -> None:
        sheet, rows = self._sheet(), self._rows()
        self._maps.show(sheet)
        self._fine.show(sheet)
        self._maps.mark(rows)
        self._transect.show(self._maps, sheet, self._session.along, rows)
        cell = int(self._run_maps.carbon.cells[rows[-1]]) if rows else None
        self._cell.show(self._study, self._run, self._run_maps, cell)
        kept, every = int(sheet.kept.sum()), len(sheet.kept)
        masked = f"**{kept:,}** of {every:,} cells in view." if kept < every else f"{every:,} cells in view."
        self._said.object = f"{masked} The maps in view as files:"
        if sheet.compare == "difference":
            expect_one_unit(*sheet.compared)

    def _sheet(self) -> MapSpec:
        session, tools = self._session, self._tools
        return MapSpec(
            layers=tuple(self._layers[key] for key in tools.shown),
            interval=session.interval,
            compare=session.compare,
            pair=tools.pair,
            kept=self._groups.mask(session.values_of("vegetation"), session.region),
            note=data_note(self._study),
            fine=self._fine.plot(),
            line=longitude(session.line) if session.line else None,
        )

    def _rows(self) -> list[int]:
        cells = self._run_maps.carbon.cells
        found = (np.flatnonzero(cells == cell) for cell in self._session.cell_numbers())
        return [int(row[0]) for row in found if row.size]

    def _attach(self, plot: figure) -> None:
        self._viewport.attach(plot)
        self._streets.attach(plot)

    def _swiped(self, at: float) -> None:
        self._session.line = f"{at:g}"

    def _take(self, rows: list[int]) -> None:
        cells = self._run_maps.carbon.cells[rows]
        self._session.cells = ",".join(str(int(cell)) for cell in cells[:2])

    def _add_references(self) -> bool:
        """Add the products of others as soon as they are there; True when they are, or cannot be had."""
        job = self._services.results.references(self._study.name)
        self._referenced = job.state.ended
        if job.state is State.FAILED:
            self._notice.report(missing_references_sentence(job))
        if job.state is State.DONE:
            count = len(self._run_maps.carbon.cells)
            for name, (intervals, stock) in job.result.items():
                if stock.shape[1] == count:
                    layer = map_layers.product_layer(name, stock, intervals)
                    self._layers[layer.key] = layer
        return self._referenced

    def _file(self) -> tuple[str, MapFile]:
        sheet, maps = self._sheet(), self._maps
        values, (first, second) = maps.values(sheet), sheet.compared
        names = {DIFFERENCE_SLOT: f"{first.key}_minus_{second.key}"}
        bands = [
            Band(names.get(slot, layer.key), layer.description(sheet.interval), layer.unit, values[slot])
            for slot, layer in by_slot(sheet).items()
        ]
        about = {
            "title": self._study.title,
            "run": self._run.id,
            "interval_cm": sheet.interval,
            "synthetic": str(int(self._study.synthetic)),
            "vegetation": self._session.vegetation or "all",
            "region": self._session.region or "all",
        }
        bands.append(Band("land_area", "area of land in the cell", "km2", maps.area / M2_PER_KM2))
        file = MapFile(self._run_maps.carbon.cells, maps.lon, maps.lat, sheet.kept, tuple(bands), about)
        return f"proda-{self._study.name}-{sheet.interval}cm", file


def _layers(maps: RunMaps) -> list[Layer]:
    found = map_layers.stock_layers(maps.carbon)
    if maps.observed is not None:
        found.append(map_layers.product_layer(map_layers.OBSERVED, maps.observed, tuple(INTERVALS)))
    if maps.processes is not None:
        found += map_layers.process_layers(maps.processes)
    if maps.parameters is not None:
        found += map_layers.parameter_layers(maps.parameters)
    return found
