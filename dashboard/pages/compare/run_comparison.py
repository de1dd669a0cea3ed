"""One run on the page Compare: its title, its figure and table, and the numbers behind them as CSV."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape

import pandas as pd
import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import Job, State
from dashboard.jobs.results import Results
from dashboard.jobs.runs import RunSummary
from dashboard.pages.compare.figure_layout import figure_view
from dashboard.pages.compare.score_tables import table_view
from dashboard.plots.catalogue_tables import badge
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import card, set_content, wrap_row
from dashboard.ui.text import html
from proda_core.comparison.convergence import BATCH_DISAGREES

COMPUTING = "<p class='quiet'>Comparing …</p>"
TABLE_FIRST = "table"  # other tables are long and follow their figure
NOTHING = "This run has too little for this figure."


class RunComparison:
    """A card. One job computes the frame, a second one draws it; the table is shown after the first."""

    def __init__(self, run: RunSummary, synthetic: bool, *, batch_disagrees: bool = False) -> None:
        self.run, self._synthetic = run, synthetic
        notes = (synthetic and "synthetic data", batch_disagrees and BATCH_DISAGREES)
        self.note = " · ".join(filter(None, notes))
        self._name = ""
        self._frame: Job | None = None
        self._drawing: Job | None = None
        self._shown: tuple[Job | None, Job | None] = (None, None)
        self._status = JobStatus()
        title = f"<h3>{escape(f'{run.study} · {run.title}')} {badge(synthetic)}</h3>"
        self._csv = pmui.FileDownload(
            callback=self._csv_file, filename="frame.csv", label="CSV", margin=(4, 0), visible=False
        )
        self._table = pn.Column(sizing_mode="stretch_width", margin=0)
        self._figure = pn.Column(sizing_mode="stretch_width", margin=0)
        head = wrap_row(html(title, sizing_mode="stretch_width", styles={"flex": "1 1 300px"}), self._csv)
        self._content = pn.Column(sizing_mode="stretch_width", margin=0)
        self.view = card(head, self._status.view, self._content)

    def start(self, results: Results, figure: str, part: str, interval: str) -> None:
        """Start the jobs of a figure; those of another one are left to other visitors."""
        choices = (self.run.id, self.run.study, figure, part, interval)
        self._name = figure
        order = (self._table, self._figure) if figure == TABLE_FIRST else (self._figure, self._table)
        if list(self._content) != list(order):
            self._content[:] = order
        self._frame = results.comparison(*choices)
        self._drawing = results.comparison_figures(*choices, self.note)

    def update(self) -> bool:
        """Show what the jobs have computed so far; return whether both have ended."""
        frame, drawing = self._frame, self._drawing
        known = frame if frame.state is State.DONE else None
        drawn = drawing if known is not None and drawing.state.ended else None
        if (known, drawn) != self._shown:
            self._shown = (known, drawn)
            self._draw(known, drawn)
        self._csv.param.update(visible=known is not None, filename=f"{self.run.id}-{self._name}.csv")
        self._status.update(_under_way(frame, drawing))
        return frame.failed or (known is not None and drawing.state.ended)

    def _draw(self, frame: Job | None, drawing: Job | None) -> None:
        self._table[:] = [] if frame is None else table_view(self._name, frame.result, self.note)
        if drawing is None:
            set_content(self._figure, html(COMPUTING))
        elif drawing.state is State.DONE:
            set_content(self._figure, figure_view(self._name, drawing.result, frame.result))
        else:
            set_content(self._figure, html(f"<p class='quiet'>{NOTHING} {escape(drawing.error)}</p>"))

    def _csv_file(self) -> io.StringIO:
        known = self._frame is not None and self._frame.state is State.DONE
        origin = {"data set": self.run.study, "run": self.run.id, "synthetic": int(self._synthetic)}
        origin |= {"note": BATCH_DISAGREES} if BATCH_DISAGREES in self.note else {}
        return io.StringIO(csv_text(self._frame.result, origin) if known else "")


def _under_way(frame: Job, drawing: Job) -> Job | None:
    """Return the job whose status is to be seen."""
    if frame.state is not State.DONE:
        return frame
    return None if drawing.state.ended else drawing


def csv_text(frame: pd.DataFrame, origin: Mapping[str, object]) -> str:
    r"""Return the frame as CSV with units in its header, below lines that begin with # and state its origin.

    >>> frame = pd.DataFrame({"depth": [0.5]})
    >>> frame.attrs["units"] = {"depth": "m"}
    >>> csv_text(frame, {"run": "mine", "synthetic": 1})
    '# run: mine\n# synthetic: 1\ndepth [m]\n0.5\n'
    """
    units = frame.attrs.get("units", {})
    named = {name: f"{name} [{unit}]" for name, unit in units.items() if unit not in ("", "1")}
    lines = "".join(f"# {name}: {value}\n" for name, value in origin.items())
    return lines + frame.rename(columns=named).to_csv(index=False, float_format="%.6g")
