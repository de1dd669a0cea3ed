"""Table 37.1: scores on held-out sites beside the published ones."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd

from dashboard.plots.tables import html_table
from proda_core.comparison.labels import label
from proda_core.comparison.published import CHAPTER, IN_TEXT, PROFILES, PROFILES_KEPT, SCORES, TUNED

HEAD = ("On held-out sites", "R²", "published", "RMSE (kgC m⁻³)", "published", "NSE", "Bias (kgC m⁻³)")
PUBLISHED_SHARE = (
    f"Published: {PROFILES_KEPT:,} of {PROFILES:,} profiles ({PROFILES_KEPT / PROFILES:.1%}) kept for"
    " training."
).replace("%", " %")


def headline_table(scores: pd.DataFrame | None, note: str = "", kept: str = "") -> str:
    """Return computed scores beside the published ones; only the published ones without a run.

    kept : share of profiles of the run that may train a network, beside the published one
    note : not empty where the data are synthetic; then the words say that published ones do not compare
    scores : one row per part and method, with r2, rmse, nse, bias; intervals r2_low ... where known
    """
    mine = _held_out(scores)
    methods = list(dict.fromkeys([*SCORES["method"], *mine.index]))
    rows = [_row(method, mine) for method in methods]
    table = html_table(HEAD, rows, caption="Table 37.1, computed beside published")
    about = f"Published: {CHAPTER}, of other profiles; for orientation, not as a target."
    shares = f"Profiles kept for training: {kept}." if kept else PUBLISHED_SHARE
    words = " ".join(filter(None, (TUNED if note else "", about, IN_TEXT, shares)))
    return f"{table}<p class='quiet small'>{escape(words)}</p>"


def _held_out(scores: pd.DataFrame | None) -> pd.DataFrame:
    if scores is None:
        return pd.DataFrame(columns=["r2", "rmse", "nse", "bias"])
    return scores[scores["part"] == "held out"].set_index("method")


def _row(method: str, mine: pd.DataFrame) -> tuple[str, ...]:
    theirs = SCORES.set_index("method")
    name = label(method)
    cells = [f"<b>{escape(name[:1].upper() + name[1:])}</b>"]
    for metric in ("r2", "rmse"):
        published = _fixed(theirs[metric].get(method, np.nan))
        cells += [_with_interval(mine, method, metric), f"<span class='quiet'>{published}</span>"]
    return (*cells, *(_value(mine, method, metric) for metric in ("nse", "bias")))


def _value(mine: pd.DataFrame, method: str, metric: str) -> str:
    return _fixed(mine[metric].get(method, np.nan))


def _fixed(value: float) -> str:
    """Return a value with two decimals, so that a column can be compared."""
    return f"{value:.2f}".replace("-", "−") if value == value else "–"


def _with_interval(mine: pd.DataFrame, method: str, metric: str) -> str:
    value = _value(mine, method, metric)
    if f"{metric}_low" not in mine or method not in mine.index:
        return value
    low, high = (_fixed(float(mine.at[method, f"{metric}_{end}"])) for end in ("low", "high"))
    return f"<span title='90 % interval: {low} to {high}'>{value}</span>"
