"""The sites of a run that fit worst."""

from __future__ import annotations

from html import escape

import numpy as np

from dashboard.jobs.data.run_progress import RunProgress
from dashboard.plots.tables import html_table
from proda_core.figures.theme import number
from proda_core.records.convergence import KEPT
from proda_core.records.posterior import VERDICT_FLAGS


def worst_sites_table(progress: RunProgress) -> str:
    """Return an HTML table of the sites with the lowest E: acceptance, R-hat, and use for training."""
    rows = [
        (
            f"Site {progress.sites[row]}",
            number(progress.efficiency[row]),
            f"{progress.acceptance[row]:.0%}" if np.isfinite(progress.acceptance[row]) else "–",
            number(progress.rhat[row], 4),
            _use(progress.verdict[row], progress.used[row]),
        )
        for row in progress.worst()
    ]
    head = ("Site", "E", "Acceptance", "R-hat", "For training")
    return html_table(head, rows, caption="The sites of the run that fit worst")


def _use(flag: float, used: bool) -> str:
    """Return "used", the reason against it, or both where chains have not converged and the site trains."""
    reason = escape(VERDICT_FLAGS.get(int(flag), "not used").replace("_", " "))
    if used:
        return "used" if flag == KEPT else f"used, {reason}"
    return reason
