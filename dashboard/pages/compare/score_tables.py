"""Scores by region or vegetation, and how often intervals hold what was measured, as tables."""

from __future__ import annotations

from html import escape

import pandas as pd

from dashboard.pages.compare.figure_style import title_of
from dashboard.plots.labels import number
from dashboard.plots.tables import html_table

_EMPTY = "<p class='quiet'>Too few profiles for a table.</p>"


def strata_table(frame: pd.DataFrame, by: str) -> str:
    """One row per region (or whatever ``by`` names) and method: R2, NSE, RMSE, bias [kgC m-3], profiles."""
    if frame.empty or "r2" not in frame:
        return _EMPTY
    head = (by.capitalize(), "Method", "R²", "NSE", "RMSE (kgC m⁻³)", "Bias (kgC m⁻³)", "Profiles")
    rows, last = [], ""
    for row in frame.itertuples():
        values = (_text(getattr(row, name)) for name in ("r2", "nse", "rmse", "bias"))
        name = str(getattr(row, by))
        first = f"<b>{escape(name)}</b>" if name != last else ""
        rows.append((first, escape(title_of(row.method)), *values, f"{int(row.profiles):,}"))
        last = name
    return html_table(head, rows, caption=f"Scores by {by}")


def coverage_table(frame: pd.DataFrame) -> str:
    """One row per product, quantity, spread and level: the share of measurements inside the interval."""
    if frame.empty:
        return _EMPTY
    head = ("Product", "Quantity", "Spread", "Nominal", "Covered", "Width / measured", "n")
    rows = [
        (
            escape(title_of(row.product)),
            escape(str(row.quantity)),
            escape(str(row.spread)),
            f"{row.level:.0%}",
            f"<b>{row.covered:.0%}</b>" if pd.notna(row.covered) else "–",
            _text(row.width),
            f"{int(row.n):,}",
        )
        for row in frame.itertuples()
    ]
    return html_table(head, rows, caption="Coverage of the intervals")


def _text(value: float) -> str:
    return number(float(value), 2)
