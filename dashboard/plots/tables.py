"""Tables as HTML, and the table of scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import pandas as pd

from dashboard.plots.palette import product_title
from proda_core.figures.theme import number

_METHODS = {
    "this": "This network",
    "site_level": "Each profile by itself (upper bound)",
    "direct": "Machine learning only (boosted trees)",
}


def scores_table(
    scores: pd.DataFrame,
    first: str = "On held-out sites",
    caption: str = "Scores of each method on held-out sites",
) -> str:
    """Return scores of each method on held-out sites, carbon densities in kgC m-3.

    scores : method, r2, nse, rmse, bias, n, and the part of the sites unless all were held out
    first : heading of the methods
    """
    held_out = scores[scores["part"] == "held out"] if "part" in scores else scores
    rows = [_score_row(row) for row in held_out.itertuples()]
    head = (first, "R²", "NSE", "RMSE (kgC m⁻³)", "Bias (kgC m⁻³)", "Observations")
    return html_table(head, rows, caption)


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Return a table as HTML, with a caption for screen readers. Cells are HTML already.

    >>> html_table(["a"], [["1"]], "Numbers").count("<td>1</td>")
    1
    """
    label = escape(caption, quote=True)
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    inside = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    table = f"<table class='plain' aria-label='{label}'>{inside}</table>"
    return f"<div style='overflow-x: auto'>{table}</div>"  # scrolls where it is wider than the page


def share_below(values: np.ndarray, value: float) -> float:
    """Return the share of known values below a value, ties counted half.

    >>> share_below(np.array([1.0, 2.0, 3.0, np.nan]), 2.0)
    0.5
    """
    known = values[np.isfinite(values)]
    if not known.size or not np.isfinite(value):
        return float("nan")
    return float(((known < value).sum() + 0.5 * (known == value).sum()) / known.size)


def _score_row(row: object) -> tuple[str, ...]:
    name = _METHODS.get(row.method, product_title(row.method))
    numbers = (number(value) for value in (row.r2, row.nse, row.rmse, row.bias))
    return (f"<b>{escape(name)}</b>", *numbers, f"{int(row.n):,}")
