"""Scores and coverage as tables, beside the figures of the same frame."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from types import MappingProxyType

import pandas as pd
import panel as pn

from dashboard.plots.headline_table import headline_table
from dashboard.plots.tables import html_table
from dashboard.ui.text import html
from proda_core.figures.theme import number, title
from proda_core.vocabulary.depth_intervals import label

EMPTY = "<p class='quiet'>Too few profiles for a table.</p>"


def table_view(name: str, frame: pd.DataFrame, note: str) -> list[pn.pane.HTML]:
    """Return the table of a frame, an empty list for a frame that is only drawn."""
    return [html(_TABLES[name](frame, note))] if name in _TABLES else []


def strata_table(frame: pd.DataFrame, by: str) -> str:
    """Return one row per region (or whatever ``by`` names) and method: scores [kgC m-3] and profiles."""
    if frame.empty or "r2" not in frame:
        return EMPTY
    head = (by.capitalize(), "Method", "R²", "NSE", "RMSE (kgC m⁻³)", "Bias (kgC m⁻³)", "Profiles")
    rows, last = [], ""
    for row in frame.itertuples():
        values = (_text(getattr(row, name)) for name in ("r2", "nse", "rmse", "bias"))
        name = str(getattr(row, by))
        first = f"<b>{escape(name)}</b>" if name != last else ""
        rows.append((first, escape(title(row.method)), *values, f"{int(row.profiles):,}"))
        last = name
    return html_table(head, rows, caption=f"Scores by {by}")


def coverage_table(frame: pd.DataFrame) -> str:
    """Return one row per product, quantity, spread and level: the share of measurements in the interval."""
    if frame.empty:
        return EMPTY
    head = ("Product", "Quantity", "Spread", "Nominal", "Covered", "Width / measured", "n")
    rows = [
        (
            escape(title(row.product)),
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


def agreement_table(frame: pd.DataFrame) -> str:
    """Return one row per pair of maps and depth interval: area-weighted scores on their common cells."""
    head = ("Map", "and", "Depth", "r", "Concordance", "Bias (kgC m⁻²)", "RMSE (kgC m⁻²)", "Cells")
    rows, last = [], ("", "")
    pairs = {pair: i for i, pair in enumerate(dict.fromkeys(zip(frame["one"], frame["two"])))}
    for row in sorted(frame.itertuples(), key=lambda row: pairs[row.one, row.two]):
        first = (row.one, row.two) != last
        names = (f"<b>{escape(title(row.one))}</b>", escape(title(row.two))) if first else ("", "")
        values = (_text(getattr(row, name)) for name in ("r", "concordance", "bias", "rmse"))
        rows.append((*names, label(row.interval), *values, f"{row.cells:,}"))
        last = (row.one, row.two)
    return html_table(head, rows, caption="Agreement of maps on their common cells")


_TABLES: MappingProxyType[str, Callable[[pd.DataFrame, str], str]] = MappingProxyType(
    {
        "table": headline_table,
        "regions": lambda frame, note: strata_table(frame, "region"),
        "classes": lambda frame, note: strata_table(frame, "vegetation"),
        "coverage": lambda frame, note: coverage_table(frame),
        "agreement": lambda frame, note: agreement_table(frame),
    }
)


def _text(value: float) -> str:
    return number(float(value), 2)
