"""Change the observations of a profile by dragging or typing, and assimilate it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn
import panel_material_ui as pmui
import xarray as xr

from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.what_if import MEASURED
from dashboard.pages.assimilation.observation_fields import ObservationFields
from dashboard.pages.assimilation.what_if_job import WhatIfJob, WhatIfRequest
from dashboard.pages.assimilation.what_if_plots import WhatIfPlots
from dashboard.plots.labels import GRAMS_PER_KILOGRAM
from dashboard.state import profile_changes
from dashboard.state.profile_changes import ProfileChanges
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, Updating, on_next_tick
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import markdown
from proda_core.assimilation.schedules import Schedule
from proda_core.records.study import Study

POLL_MS = 150  # between two reads of the job

Choices = Callable[[], tuple[Schedule, str, int, dict[str, object]]]


class WhatIfView:
    """Change one of some sites. The job is this session's.

    ``choices`` returns schedule, prior, seed and settings of the soil model.
    """

    def __init__(self, services: Services, session: SessionState, choices: Choices) -> None:
        self._services, self._session, self._choices = services, session, choices
        self._study: Study | None = None
        self._changes: ProfileChanges | None = None
        self._job: WhatIfJob | None = None
        self._measured: dict[WhatIfRequest, xr.Dataset] = {}  # the last posterior of a measured profile
        self._updating = Updating()
        self._notice, self._status = Notice(), JobStatus()
        self._poller = Poller(self._poll, POLL_MS)
        self._site = pmui.Select(label="Site to change", options=[], size="small", **flexible_width(170))
        self._site.param.watch(lambda *_: self._on_site(), "value")
        self._badge = pmui.Chip(label="Changed by you", color="secondary", margin=(8, 0), visible=False)
        button = {"margin": (8, 0), "disabled": True}
        self._reset = pmui.Button(
            label="Reset to measured",
            icon="restart_alt",
            variant="outlined",
            on_click=self._on_reset,
            **button,
        )
        self._rerun = pmui.Button(
            label="Run again", icon="replay", variant="text", on_click=self._on_rerun, **button
        )
        self._moves = markdown()
        self._plots = WhatIfPlots(self._on_points)
        self._fields = ObservationFields(self._on_text)
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        tools = wrap_row(self._site, self._reset, self._rerun, self._badge)
        plots = side_by_side(
            flexible_column(self._plots.profile, grow=3, basis=380),
            flexible_column(self._fields.view, grow=1, basis=260),
            flexible_column(self._plots.intervals, grow=3, basis=380),
        )
        parts = (tools, self._status.view, self._notice.view, self._moves, plots)
        return pn.Column(*parts, sizing_mode="stretch_width", margin=0)

    def set_options(self, study: Study, sites: tuple[int, ...], first: int | None) -> None:
        """Set the sites; the link's, ``first``, the present one or any is chosen, in this order."""
        is_same = study is self._study
        wanted = (self._linked()[0], first, self._site.value if is_same else None, sites[0])
        chosen = next(site for site in wanted if site in sites)
        is_other = not is_same or chosen != self._site.value
        self._study = study
        with self._updating:
            self._site.param.update(options={f"Site {site}": site for site in sites}, value=chosen)
        if is_other:
            self._load_site()

    def _on_site(self) -> None:
        if not self._updating:
            on_next_tick(self._load_site)()

    def _load_site(self) -> None:
        site = int(self._site.value)
        depth, carbon = self._study.profiles.usable_observations(site)
        order = np.argsort(depth, kind="stable")
        self._changes = ProfileChanges(depth[order], carbon[order] / GRAMS_PER_KILOGRAM)
        self._plots.set_site(self._study, site)
        self._discard_job()
        self._notice.clear()
        self._fields.set_profile(self._changes)
        self._update_points()
        self._notice.guard(self._restore)()

    def _linked(self) -> tuple[int | None, dict]:
        """Return site and changes of the link."""
        return profile_changes.read(self._session.profile) if self._session.profile else (None, {})

    def _restore(self) -> None:
        """Apply the changes of the link, where they are of this site."""
        site, rows = self._linked()
        if site == self._site.value:
            self._apply(profile_changes.restored(self._changes, rows))
        else:
            self._session.profile = ""

    def _on_text(self, row: int, quantity: str, text: str) -> None:
        self._notice.guard(lambda: self._change(self._changes.typed(row, quantity, text)))()

    def _on_points(self, columns: dict) -> None:
        """A point was dragged, or removed with the key Backspace, which leaves it out."""
        if self._changes is not None:
            self._change(profile_changes.edited(self._changes, columns))

    def _on_reset(self, event: object) -> None:
        self._change(self._changes.reset())

    def _on_rerun(self, event: object) -> None:
        self._change(self._changes)

    @on_next_tick
    def _change(self, changes: ProfileChanges) -> None:
        self._apply(changes)

    def _apply(self, changes: ProfileChanges) -> None:
        self._changes = changes
        self._session.profile = profile_changes.write(int(self._site.value), changes)
        self._fields.update(changes)
        self._update_points()
        is_changed = bool(changes.changed.any())
        if not is_changed:
            self._notice.clear()
        if not (is_changed and self._notice.guard(self._start)()):
            self._discard_job()

    def _update_points(self) -> None:
        is_changed = bool(self._changes.changed.any())
        self._plots.update_points(self._changes)
        self._badge.visible = is_changed
        self._reset.disabled = self._rerun.disabled = not is_changed
        self._badge.label = f"Changed by you: {self._changes.in_words()}"

    def _start(self) -> bool:
        """Assimilate the changed profile, and the measured one unless it is known for these choices."""
        changes = self._changes
        changes.expect_enough()
        request = WhatIfRequest(self._session.data, int(self._site.value), *self._choices())
        self._stop_job()
        observations = np.stack([changes.depth, changes.carbon * GRAMS_PER_KILOGRAM, changes.weight])
        job = WhatIfJob(self._services.workers, request, observations, self._measured.get(request))
        self._job = job.start()  # not in the registry: no link leads to it
        self._poller.start()
        return True

    def _stop_job(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _discard_job(self) -> None:
        """Remove the posterior of a changed profile."""
        self._stop_job()
        self._job = None
        self._status.update(None)
        self._moves.object = self._plots.update_posteriors({})

    def _poll(self) -> None:
        job = self._job
        if job is None:
            self._poller.stop()
            return
        is_over = job.state.ended
        self._status.update(job)
        if not is_over:
            return
        self._poller.stop()
        found = job.posteriors if job.state is State.DONE else {}
        if found:
            self._measured = {job.request: found[MEASURED]}
        found = {name: ds.isel(site=0) for name, ds in found.items()}
        self._moves.object = self._plots.update_posteriors(found, job.request.prior)
