"""Scores of a network on its held-out sites, beside the default run on the same sites."""

from __future__ import annotations

from html import escape

import pandas as pd

from dashboard.plots.palette import product_title
from dashboard.plots.tables import html_table
from proda_core.figures.theme import number

_THIS = "This network"


def training_scores_table(scores: pd.DataFrame) -> str:
    """Return a table of scores of carbon density [kgC m-3] on the held-out sites.

    scores : method ("this" or a product), r2, nse, rmse, bias, n
    """
    rows = []
    for row in scores.itertuples():
        name = _THIS if row.method == "this" else product_title(row.method)
        numbers = (number(float(value)) for value in (row.r2, row.nse, row.rmse, row.bias))
        rows.append((f"<b>{escape(name)}</b>", *numbers, f"{int(row.n):,}"))
    head = ("Sites held out here", "R²", "NSE", "RMSE (kgC m⁻³)", "Bias (kgC m⁻³)", "Observations")
    return html_table(head, rows, caption="Scores of this network on the sites it has held out")


def sites_sentence(counts: dict) -> str:
    """Return how many sites trained and validated a network, and why others were left out.

    counts : by part ("train", "validation"): ``used`` and ``left_out``, a count by reason
    """
    if not counts:
        return ""
    parts = []
    for part, words in (("train", "trained on"), ("validation", "validated on")):
        one = counts.get(part, {})
        parts.append(f"{words} {one.get('used', 0):,}")
    left = {}
    for one in counts.values():
        for reason, count in one.get("left_out", {}).items():
            left[reason] = left.get(reason, 0) + count
    out = "; ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in left.items())
    return f"Sites: {', '.join(parts)}{f'; left out: {out}' if out else ''}."
