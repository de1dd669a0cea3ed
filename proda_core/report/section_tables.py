"""What the page itself shows of the numbers of a section: fewer rows and columns than its file."""

from __future__ import annotations

import pandas as pd

from proda_core.comparison.agreement import WITHIN_RUN
from proda_core.comparison.labels import label
from proda_core.comparison.totals import INTERVALS
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.depth_intervals import label as interval_label

_SPREADS = {
    "mean_error": "mean error, 0–200 cm (PgC)",
    "sd": "its sd, correlated errors",
    "sd_independent": "if independent",
}


def score_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Scores beside the published ones, without bootstrap intervals."""
    columns = ["part", "method", "r2", "nse", "rmse", "bias", "mae", "log_r", "n", "profiles"]
    return frame[[*columns, "published_r2", "published_rmse"]]


def control_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Skill and carbon lost, one row per product and group of parameters."""
    columns = ["product", "group", "r2", "nse", "rmse", "nse_lost", "total_0-200", "change_0-200"]
    table = frame[columns].assign(group=frame["group"].str.replace("_", " "))
    table = table.rename(columns={"group": "held at its mean"})
    table.attrs = frame.attrs
    return table


def total_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per product, one column per interval; published totals are labelled where not comparable."""
    frame = frame.assign(kind=frame["kind"].where(frame["comparable"], "published, not comparable"))
    wide = frame.pivot(index=["kind", "product"], columns="interval", values="total")[list(INTERVALS)]
    order = frame[["kind", "product"]].drop_duplicates()
    wide = wide.reindex(pd.MultiIndex.from_frame(order)).reset_index()
    wide.columns.name = None
    whole = frame[frame["interval"] == "0-200"].set_index(["kind", "product"])
    for name, words in _SPREADS.items():
        wide[words] = whole[name].reindex(pd.MultiIndex.from_frame(wide[["kind", "product"]])).to_numpy()
    return wide.rename(columns={name: f"{interval_label(name)} (PgC)" for name in INTERVALS})


def agreement_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Slices of depth of every pair with a reference map."""
    shown = frame[(frame["kind"] != WITHIN_RUN) & frame["interval"].isin(SLICES)]
    shown = shown.sort_values(["kind", "one", "two"], key=lambda c: c.map(_rank(c)), kind="stable")
    table = shown[["kind", "one", "two", "interval", "r", "concordance", "bias", "rmse", "cells"]]
    table = table.assign(interval=table["interval"].map(interval_label))
    for name in ("one", "two"):
        table[name] = table[name].map(label)
    table.attrs = frame.attrs
    return table


def _rank(column: pd.Series) -> dict[str, int]:
    return {name: i for i, name in enumerate(dict.fromkeys(column))}
