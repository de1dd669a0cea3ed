"""Own profiles: a file, how to read it, the validator's table, and only then a data set."""

from __future__ import annotations

import io
from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import Job, State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.profile_import import (
    LARGEST_FILE,
    Upload,
    check_profiles,
    column_names,
    expect_free,
    store_profiles,
)
from dashboard.pages.data.column_mapping import ColumnMapping
from dashboard.pages.data.import_report import checked_words
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import html, paragraph, unique_labels
from proda_core.records.checks import expect
from proda_core.sources.own_profiles import template
from proda_core.studies import STUDY


class ImportForm:
    """Check, then keep; any change of the file or of how it is read asks for a new check."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._job: Job | None = None
        self._good = False
        self._file = pmui.FileInput(
            accept=".csv,.txt,.tsv", label="Choose a CSV file", max_file_size=LARGEST_FILE, margin=(8, 0)
        )
        self._mapping = ColumnMapping(self._forget)
        self._base = pmui.Select(
            label="Forcing from the nearest cells of", size="small", **flexible_width(330)
        )
        self._name = pmui.TextInput(label="Name", placeholder="my-plots", size="small", **flexible_width(160))
        self._title = pmui.TextInput(
            label="Title", placeholder="A line for people", size="small", **flexible_width(250)
        )
        self._fill = pmui.Checkbox(
            label="Compute a missing bulk density from organic carbon", value=False, size="small"
        )
        self._check = pmui.Button(
            label="Check the file", icon="rule", margin=(8, 0), on_click=notice.guard(self._start_check)
        )
        self._keep = pmui.Button(
            label="Keep as a data set",
            icon="save",
            disabled=True,
            margin=(8, 0),
            on_click=notice.guard(self._start_keep),
        )
        self._open = pmui.Button(
            label="Open it", icon="place", visible=False, margin=(8, 0), on_click=self._go
        )
        self._panel, self._found = JobStatus(), html()
        self._file.param.watch(notice.guard(self._take_file), "value")
        self._base.param.watch(lambda _: self._forget(), "value")
        self._fill.param.watch(lambda _: self._forget(), "value")
        self.view = self._layout()
        self.show()

    def _layout(self) -> pn.Row:
        example = pmui.FileDownload(
            callback=lambda: io.StringIO(template()),
            filename="profiles.csv",
            label="Template to fill in",
            margin=(8, 0),
        )
        left = flexible_column(
            paragraph("import"),
            wrap_row(self._file, example),
            self._mapping.view,
            wrap_row(self._base, self._fill),
            wrap_row(self._name, self._title),
            wrap_row(self._check, self._keep, self._open),
            basis=380,
        )
        return side_by_side(left, flexible_column(self._panel.view, self._found, basis=380))

    def show(self) -> None:
        """Offer the data sets that can lend forcing."""
        known = [k for k in self._services.studies.all() if k.available and not k.imported]
        options = unique_labels({k.name: k.title for k in known})
        value = self._base.value if self._base.value in options.values() else self._session.data
        value = value if value in options.values() else next(iter(options.values()), None)
        if options != self._base.options:
            self._base.param.update(options=options, value=value)

    def show_job(self) -> bool:
        """Tell of the check or the import under way; whether there is one."""
        job = self._job
        self._panel.update(job)
        if job is None or not job.state.ended:
            return job is not None
        self._job = None
        if job.state is State.DONE:
            self._found.object = checked_words(job.result)
            self._good = bool(job.result["ok"])
            kept = job.result.get("kept")
            self._open.visible = kept is not None
            if kept is not None:
                self._good = False
                self._session.entry = kept
        self._enable()
        return False

    def _take_file(self, event: object) -> None:
        self._forget()
        self._mapping.clear()
        if not event.new:
            return
        expect(
            len(event.new) <= LARGEST_FILE, f"File: expected up to 20 MB, found {len(event.new) / 1e6:.0f}"
        )
        self._mapping.show(column_names(event.new))

    def _upload(self) -> Upload:
        content = self._file.value
        expect(bool(content), "File: expected a CSV file, found none; choose one first")
        expect(len(content) <= LARGEST_FILE, "File: expected up to 20 MB; larger ones: proda data import")
        expect(self._base.value is not None, f"Forcing: expected a {STUDY} that is here, found none")
        columns, units = self._mapping.chosen()
        fill = "proda" if self._fill.value else "none"
        return Upload(str(self._file.filename or ""), content, self._base.value, columns, units, fill)

    def _start_check(self, event: object) -> None:
        self._run(Job(self._services.io_workers, "Check of own profiles", check_profiles, self._upload()))

    def _start_keep(self, event: object) -> None:
        name = (self._name.value_input or self._name.value or "").strip()
        expect_free(name)
        title = (self._title.value_input or self._title.value or "").strip()[:200]
        self._run(
            Job(self._services.io_workers, f"Import {name}", store_profiles, self._upload(), name, title)
        )

    def _run(self, job: Job) -> None:
        self._forget()
        self._job = self._services.registry.start(job)
        self._enable()
        self._panel.update(job)
        self._on_start()

    def _forget(self) -> None:
        self._good, self._found.object, self._open.visible = False, "", False
        self._enable()

    def _enable(self) -> None:
        busy = self._job is not None
        self._check.disabled, self._keep.disabled = busy, busy or not self._good

    def _go(self, event: object) -> None:
        self._session.request(data=self._session.entry, page="sites")
