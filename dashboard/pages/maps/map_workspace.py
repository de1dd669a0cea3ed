"""One run on maps: controls, maps, transect, tapped cell and downloads, kept in step with the session."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn
from bokeh.plotting import figure

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.pages.maps.cell_view import CellView
from dashboard.pages.maps.fine_map_view import FineMapView
from dashboard.pages.maps.map_controls import MapControls
from dashboard.pages.maps.map_downloads import download_buttons
from dashboard.pages.maps.map_export import MapFile, map_file
from dashboard.pages.maps.map_layers import Layer, expect_one_unit, product_layer, run_layers
from dashboard.pages.maps.map_spec import MapSpec
from dashboard.pages.maps.map_view import MapView
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

MOST_CELLS = 2  # that can be tapped: the ends of a transect


class MapWorkspace:
    """Draws again when the session's choices change; ``start_polling`` is called to await results."""

    def __init__(
        self,
        services: Services,
        session: SessionState,
        notice: Notice,
        help_: Help,
        start_polling: Callable[[], None],
    ) -> None:
        self._services, self._session, self._notice = services, session, notice
        self._start_polling = start_polling
        self._viewport, self._streets = Viewport(session), StreetMap()
        self._maps = MapView(self._on_tap, self._on_figure, self._on_swipe)
        self._controls = MapControls(session, notice.guard)
        self._cell, self._transect = CellView(services, help_, start_polling), TransectView()
        self._fine = FineMapView(services, session, notice.report)
        self._run: Run | None = None
        self._run_maps: RunMaps | None = None
        self._layers: dict[str, Layer] = {}
        self._has_references = False
        self._cell_count = markdown(styles={"flex": "1 1 300px"})
        self._update = notice.guard(self._draw)
        session.param.watch(lambda *_: self._on_change(), ["interval", *LINKED])
        self._help = help_.button("maps", "the maps")

    def layout(self) -> pn.Column:
        """Return everything below one another."""
        downloads = wrap_row(self._cell_count, download_buttons(self._export))
        controls = self._controls.layout(self._help, self._fine.menu, self._streets.switch)
        maps = card(*controls, self._maps.view, downloads, self._fine.hint)
        parts = (maps, self._transect.view, self._cell.view)
        styles = {"gap": GAP, "flex": "none"}
        return pn.Column(*parts, sizing_mode="stretch_width", styles=styles, margin=0)

    def load(self, run: Run, study: Study) -> None:
        """Change to a run; InputError or OSError if it cannot be read."""
        maps = self._services.results.run_maps(run, study)
        self._run, self._study, self._has_references = run, study, False
        if maps is not self._run_maps:
            self._run_maps = maps
            self._load_maps()
            self._groups: PlaceGroups = place_groups(
                self._maps.lon, self._maps.lat, vegetation_codes(study.cells_covariates)
            )
        self._fine.load(run, self._maps)
        self._layers = {layer.key: layer for layer in run_layers(maps)}
        self._add_references()
        self._controls.set_options(self._layers)
        ignored = self._controls.place_filter.set_options(self._groups)
        self._update()
        if ignored:
            self._notice.report(" ".join(ignored))
        if not self._has_references:
            self._start_polling()

    def poll(self) -> bool:
        """Add what has arrived; True when nothing more is awaited."""
        if self._run is None:
            return True
        before = len(self._layers)
        if not self._has_references and self._add_references() and len(self._layers) > before:
            self._controls.set_options(self._layers)
            self._update()
        return self._cell.poll() and self._has_references

    def reload_references(self) -> None:
        """Reload the list of reference products, which a download may have extended."""
        if self._run is not None:
            self._has_references = False
            self._start_polling()

    @on_next_tick
    def _on_change(self) -> None:
        if self._run is None or self._session.page != "maps":
            return
        if self._maps.projection.name != self._session.projection:
            self._load_maps()
            self._fine.load(self._run, self._maps)
        self._update()

    def _load_maps(self) -> None:
        """Make the maps of the run's cells in the session's projection."""
        self._maps.load(self._run_maps, self._session.projection)
        self._viewport.reset(self._maps.projection)
        self._streets.reset(self._maps.projection)

    def _draw(self) -> None:
        spec, rows = self._spec(), self._tapped_rows()
        values = spec.values()
        self._maps.update(spec, values)
        self._fine.update(spec)
        self._maps.select_rows(rows)
        self._transect.update(self._maps, spec, values, self._session.along, rows)
        cell = int(self._run_maps.carbon.cells[rows[-1]]) if rows else None
        self._cell.update(self._study, self._run, self._run_maps, cell)
        count, every = int(spec.in_view.sum()), len(spec.in_view)
        cells = f"**{count:,}** of {every:,} cells in view." if count < every else f"{every:,} cells in view."
        self._cell_count.object = f"{cells} The maps in view as files:"
        if spec.compare == "difference":
            expect_one_unit(*spec.compared)

    def _spec(self) -> MapSpec:
        session, controls = self._session, self._controls
        return MapSpec(
            layers=tuple(self._layers[key] for key in controls.shown),
            interval=session.interval,
            compare=session.compare,
            pair=controls.pair,
            in_view=self._groups.mask(session.values_of("vegetation"), session.region),
            note=data_note(self._study),
            fine=self._fine.plot(),
            line=longitude(session.line) if session.line else None,
        )

    def _tapped_rows(self) -> list[int]:
        cells = self._run_maps.carbon.cells
        found = (np.flatnonzero(cells == cell) for cell in self._session.cell_numbers())
        return [int(row[0]) for row in found if row.size]

    def _on_figure(self, plot: figure) -> None:
        self._viewport.attach(plot)
        self._streets.attach(plot)

    def _on_swipe(self, longitude_: float) -> None:
        self._session.line = f"{longitude_:g}"

    def _on_tap(self, rows: list[int]) -> None:
        cells = self._run_maps.carbon.cells[rows]
        self._session.cells = ",".join(str(int(cell)) for cell in cells[:MOST_CELLS])

    def _add_references(self) -> bool:
        """Add the reference products as soon as they are read; True when they are, or have failed."""
        job = self._services.results.references(self._study.name)
        self._has_references = job.state.ended
        if job.state is State.FAILED:
            self._notice.report(missing_references_sentence(job))
        if job.state is State.DONE:
            count = len(self._run_maps.carbon.cells)
            for name, (intervals, stock) in job.result.items():
                if stock.shape[1] == count:
                    layer = product_layer(name, stock, intervals)
                    self._layers[layer.key] = layer
        return self._has_references

    def _export(self) -> tuple[str, MapFile]:
        spec, session = self._spec(), self._session
        attributes = {
            "title": self._study.title,
            "run": self._run.id,
            "interval_cm": spec.interval,
            "synthetic": str(int(self._study.synthetic)),
            "vegetation": session.vegetation or "all",
            "region": session.region or "all",
        }
        file = map_file(spec, self._run_maps.carbon, self._maps.area, attributes)
        return f"proda-{self._study.name}-{spec.interval}cm", file
