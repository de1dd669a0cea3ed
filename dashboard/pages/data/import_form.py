"""Own profiles: a file, how to read it, the report of its check, and only then a data set."""

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
from dashboard.pages.data.import_report import import_report
from dashboard.state.session_state import SessionState
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.notice import Notice
from dashboard.ui.text import html, paragraph, unique_labels
from proda_core.records.checks import expect
from proda_core.sources.own_profiles import template
from proda_core.studies import STUDY

LONGEST_TITLE = 200  # characters
_LIMIT = f"{LARGEST_FILE / 1e6:.0f} MB"


class ImportForm:
    """Check, then save; any change of the file or of how it is read requires a new check."""

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_start: Callable[[], None]
    ) -> None:
        self._services, self._session, self._on_start = services, session, on_start
        self._job: Job | None = None
        self._is_good = False
        self._mapping = ColumnMapping(self._invalidate)
        self._file = pmui.FileInput(
            accept=".csv,.txt,.tsv", label="Choose a CSV file", max_file_size=LARGEST_FILE, margin=(8, 0)
        )
        self._base = _field(pmui.Select, "Forcing from the nearest cells of", 330)
        self._name = _field(pmui.TextInput, "Name", 160, placeholder="my-plots")
        self._title = _field(pmui.TextInput, "Title", 250, placeholder="A line for people")
        self._fill = pmui.Checkbox(
            label="Compute a missing bulk density from organic carbon", value=False, size="small"
        )
        self._check = _button("Check the file", "rule", notice.guard(self._on_check))
        self._save = _button("Save as a data set", "save", notice.guard(self._on_save), disabled=True)
        self._open = _button("Open it", "place", self._on_open, visible=False)
        self._status, self._report = JobStatus(), html()
        self._file.param.watch(notice.guard(self._on_file), "value")
        self._base.param.watch(lambda _: self._invalidate(), "value")
        self._fill.param.watch(lambda _: self._invalidate(), "value")
        self.view = self._layout()
        self.update()

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
            wrap_row(self._check, self._save, self._open),
            basis=380,
        )
        return side_by_side(left, flexible_column(self._status.view, self._report, basis=380))

    def update(self) -> None:
        """Set the data sets that can provide forcing as options."""
        known = [k for k in self._services.studies.all() if k.available and not k.imported]
        options = unique_labels({k.name: k.title for k in known})
        value = self._base.value if self._base.value in options.values() else self._session.data
        value = value if value in options.values() else next(iter(options.values()), None)
        if options != self._base.options:
            self._base.param.update(options=options, value=value)

    def poll(self) -> bool:
        """Show the check or import that is running; return whether there is one."""
        job = self._job
        self._status.update(job)
        if job is None or not job.state.ended:
            return job is not None
        self._job = None
        if job.state is State.DONE:
            self._on_result(job.result)
        self._update_buttons()
        return False

    def _on_result(self, result: dict) -> None:
        name = result.get("kept")  # None after a check
        self._report.object = import_report(result)
        self._is_good = bool(result["ok"]) and name is None
        self._open.visible = name is not None
        if name is not None:
            self._session.entry = name

    def _on_file(self, event: object) -> None:
        self._invalidate()
        self._mapping.clear()
        if not event.new:
            return
        size = len(event.new)
        expect(size <= LARGEST_FILE, f"File: expected up to {_LIMIT}, found {size / 1e6:.0f} MB")
        self._mapping.update(column_names(event.new))

    def _upload(self) -> Upload:
        content = self._file.value
        expect(bool(content), "File: expected a CSV file, found none; choose one first")
        expect(len(content) <= LARGEST_FILE, f"File: expected up to {_LIMIT}; larger ones: proda data import")
        expect(self._base.value is not None, f"Forcing: expected a {STUDY} that is here, found none")
        columns, units = self._mapping.chosen()
        fill = "proda" if self._fill.value else "none"
        return Upload(str(self._file.filename or ""), content, self._base.value, columns, units, fill)

    def _on_check(self, event: object) -> None:
        self._start("Check of own profiles", check_profiles, self._upload())

    def _on_save(self, event: object) -> None:
        name = _typed(self._name)
        expect_free(name)
        title = _typed(self._title)[:LONGEST_TITLE]
        self._start(f"Import {name}", store_profiles, self._upload(), name, title)

    def _start(self, title: str, task: Callable, *arguments: object) -> None:
        self._invalidate()
        job = Job(self._services.io_workers, title, task, *arguments)
        self._job = self._services.registry.start(job)
        self._update_buttons()
        self._status.update(job)
        self._on_start()

    def _invalidate(self) -> None:
        """Discard the last check."""
        self._is_good, self._report.object, self._open.visible = False, "", False
        self._update_buttons()

    def _update_buttons(self) -> None:
        busy = self._job is not None
        self._check.disabled, self._save.disabled = busy, busy or not self._is_good

    def _on_open(self, event: object) -> None:
        self._session.request(data=self._session.entry, page="sites")


def _field(kind: type, label: str, width: int, **options: object) -> object:
    return kind(label=label, size="small", **flexible_width(width), **options)


def _button(label: str, icon: str, on_click: Callable, **options: object) -> pmui.Button:
    return pmui.Button(label=label, icon=icon, margin=(8, 0), on_click=on_click, **options)


def _typed(field: pmui.TextInput) -> str:
    """Return the text of a field, entered or not."""
    return (field.value_input or field.value or "").strip()
