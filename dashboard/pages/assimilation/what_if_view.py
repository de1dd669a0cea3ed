"""What if the profile were another? Observations are dragged or typed, and the posterior answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, Range1d

from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.pages.assimilation import what_if_figures as draw
from dashboard.pages.assimilation.observation_fields import ObservationFields
from dashboard.pages.assimilation.posterior_figures import interval_columns
from dashboard.pages.assimilation.what_if_job import CHANGED, MEASURED, WhatIfJob, WhatIfRequest
from dashboard.plots.labels import GRAMS_PER_KILOGRAM, data_note, noted
from dashboard.plots.profile import MARGIN
from dashboard.state import profile_changes
from dashboard.state.profile_changes import ProfileChanges
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import figure_pane, flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown
from proda_core.assimilation.schedules import Schedule
from proda_core.records.study import Study

HEIGHT, INTERVALS_HEIGHT = 470, 620  # px
LOOK = 150  # ms between two looks at the job
_WORDS = {MEASURED: draw.MEASURED_WORDS, CHANGED: draw.CHANGED_WORDS}

Choices = Callable[[], tuple[Schedule, str, int]]


class WhatIfView:
    """One site of those offered. ``choices`` says schedule, prior and seed; what is found is this tab's."""

    def __init__(self, services: Services, session: SessionState, choices: Choices) -> None:
        self._services, self._session, self._choices = services, session, choices
        self._study: Study | None = None
        self._changes: ProfileChanges | None = None
        self._job: WhatIfJob | None = None
        self._kept: dict[WhatIfRequest, object] = {}  # the posterior of the measured profile, the last one
        self._filling, self._prior = False, "proda"
        self._notice, self._panel = Notice(), JobStatus()
        self._ticker = Poller(self._tick, LOOK)
        self._site = pmui.Select(label="Site to change", options=[], size="small", **flexible_width(170))
        self._site.param.watch(lambda *_: self._choose_site(), "value")
        self._badge = pmui.Chip(label="Changed by you", color="secondary", margin=(8, 0), visible=False)
        self._reset = pmui.Button(
            label="Reset to measured",
            icon="restart_alt",
            variant="outlined",
            margin=(8, 0),
            on_click=lambda _: self._change_to(self._changes.reset()),
        )
        self._again = pmui.Button(
            label="Run again",
            icon="replay",
            variant="text",
            margin=(8, 0),
            on_click=lambda _: self._change_to(self._changes),
        )
        self._moves = markdown()
        self._points = ColumnDataSource(draw.point_columns(None), name="changed-points")
        self._points.on_change("data", self._dragged)
        self._bands = {w: ColumnDataSource(draw.band_columns(), name=f"band-{w}") for w in _WORDS.values()}
        self._carbon, self._depth = Range1d(0, 1), Range1d(1, 0)
        self._plot = draw.changed_figure(self._points, self._bands, self._carbon, self._depth)
        self._fields = ObservationFields(self._typed)
        self._intervals_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._draw_intervals()
        tools = wrap_row(self._site, self._reset, self._again, self._badge)
        parts = side_by_side(
            flexible_column(figure_pane(self._plot, HEIGHT), grow=3, basis=380),
            flexible_column(self._fields.view, grow=1, basis=260),
            flexible_column(self._intervals_place, grow=3, basis=380),
        )
        self.view = pn.Column(
            *(tools, self._panel.view, self._notice.view, self._moves, parts),
            sizing_mode="stretch_width",
            margin=0,
        )

    def offer(self, study: Study, sites: tuple[int, ...], first: int | None) -> None:
        """Offer some sites of a data set: the one of the link, ``first``, the one that is there, or any."""
        same = study is self._study
        wanted = (self._linked()[0], first, self._site.value if same else None, sites[0])
        chosen = next(site for site in wanted if site in sites)
        other = not same or chosen != self._site.value
        self._study, self._filling = study, True
        self._site.param.update(options={f"Site {site}": site for site in sites}, value=chosen)
        self._filling = False
        if other:
            self._open_site()

    def _choose_site(self) -> None:
        if not self._filling:
            on_next_tick(self._open_site)()

    def _open_site(self) -> None:
        depth, carbon = self._study.profiles.usable_observations(self._site.value)
        order = np.argsort(depth, kind="stable")
        self._changes = ProfileChanges(depth[order], carbon[order] / GRAMS_PER_KILOGRAM)
        self._forget()
        self._notice.clear()
        self._fields.open(self._changes)
        self._show_points()
        self._notice.guard(self._restore)()

    def _linked(self) -> tuple[int | None, dict]:
        """Site and changes of the link."""
        return profile_changes.read(self._session.profile) if self._session.profile else (None, {})

    def _restore(self) -> None:
        """Take up the changes of the link, where they are of this site."""
        linked, rows = self._linked()
        if linked == self._site.value:
            self._change(profile_changes.restored(self._changes, rows))
        else:
            self._session.profile = ""

    def _typed(self, row: int, what: str, text: str) -> None:
        self._notice.guard(lambda: self._change_to(self._changes.typed(row, what, text)))()

    def _dragged(self, attribute: str, old: dict, new: dict) -> None:
        """A point was let go, or taken away with the key Backspace, which leaves it out."""
        if self._filling or self._changes is None:
            return
        changes = self._changes
        if len(new["carbon"]) < len(changes):
            left = list(zip(new["depth"], new["measured"]))
            for row, place in enumerate(zip(changes.depth.tolist(), changes.measured.tolist())):
                if place in left:
                    left.remove(place)
                else:
                    changes = changes.with_weight(row, 0.0)
        else:
            for row in np.flatnonzero(np.asarray(new["carbon"], float) != changes.carbon):
                changes = changes.with_carbon(int(row), float(new["carbon"][row]))
        self._change_to(changes)

    @on_next_tick
    def _change_to(self, changes: ProfileChanges) -> None:
        self._change(changes)

    def _change(self, changes: ProfileChanges) -> None:
        self._changes = changes
        self._session.profile = profile_changes.write(int(self._site.value), changes)
        self._fields.show(changes)
        self._show_points()
        if not changes.changed.any():
            self._notice.clear()
        if not (changes.changed.any() and self._notice.guard(self._run)()):
            self._forget()

    def _run(self) -> bool:
        """Assimilate the changed profile, and the measured one where that is not known for these choices."""
        self._changes.expect_enough()
        schedule, prior, seed = self._choices()
        asked = WhatIfRequest(self._session.data, int(self._site.value), schedule, prior, seed)
        self._cancel()
        now = self._changes
        observations = np.stack([now.depth, now.carbon * GRAMS_PER_KILOGRAM, now.weight])
        job = WhatIfJob(self._services.workers, asked, observations, self._kept.get(asked))
        self._job = job.start()  # of this tab alone: no link leads to it
        self._ticker.start()
        return True

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _forget(self) -> None:
        """No posterior of a changed profile is in view any more."""
        self._cancel()
        self._job = None
        self._panel.update(None)
        self._show_posteriors({})

    def _tick(self) -> None:
        job = self._job
        if job is None:
            self._ticker.stop()
            return
        over = job.state.ended
        self._panel.update(job)
        if over:
            self._ticker.stop()
            found = job.posteriors if job.state is State.DONE else {}
            self._kept = {job.asked: found[MEASURED]} if found else self._kept
            self._show_posteriors({name: ds.isel(site=0) for name, ds in found.items()})

    def _show_points(self) -> None:
        changes = self._changes
        is_changed = bool(changes.changed.any())
        self._filling = True
        self._points.data = draw.point_columns(changes)
        self._filling = False
        self._badge.visible = is_changed
        self._reset.disabled = self._again.disabled = not is_changed
        self._badge.label = f"Changed by you: {changes.in_words()}"
        words = f"Site {self._site.value}, {'changed by you' if is_changed else 'as measured'}"
        self._plot.title.text = noted(words, data_note(self._study))
        self._fit_axes()

    def _fit_axes(self) -> None:
        carbon, depth = draw.reach(self._changes, *(source.data for source in self._bands.values()))
        self._carbon.update(start=-MARGIN * carbon, end=carbon)
        self._depth.update(start=depth, end=-MARGIN * depth)

    def _show_posteriors(self, found: dict) -> None:
        grid = self._study.forcing.grid
        prior = self._prior if not found else str(self._job.asked.prior)
        if prior != self._prior:
            self._prior = prior
            self._draw_intervals()
        for name, words in _WORDS.items():
            self._bands[words].data = draw.posterior_columns(grid, found.get(name))
            self._sources[words].data = interval_columns(found.get(name), prior)
        note = data_note(self._study)
        title = f"Site {self._site.value}: measured and changed, within the prior “{prior}”"
        self._intervals.title.text = noted(title, note)
        self._moves.object = ""
        if found:
            order = [name for name, _ in draw.moved(found[MEASURED], found[CHANGED], prior)]
            self._intervals.y_range.factors = order[::-1]
            self._moves.object = draw.moves_in_words(found[MEASURED], found[CHANGED], prior)
            self._fit_axes()

    def _draw_intervals(self) -> None:
        self._sources = {
            w: ColumnDataSource(interval_columns(None, self._prior), name=f"intervals-{w}")
            for w in _WORDS.values()
        }
        self._intervals = draw.comparison_figure(self._sources, self._prior)
        self._intervals_place[:] = [figure_pane(self._intervals, INTERVALS_HEIGHT)]
