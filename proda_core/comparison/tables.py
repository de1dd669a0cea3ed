"""Tables of scores: tidy, one row per method (and per interval), ready to export.

All methods of a table are scored on the same pairs: a pair that one method lacks is left out for all, so
that ``n`` is one number and rows can be compared.
"""

from __future__ import annotations

import pandas as pd

from proda_core.comparison.bootstrap import intervals
from proda_core.comparison.pairs import methods
from proda_core.comparison.scores import score
from proda_core.vocabulary.depth_intervals import INTERVALS


def score_table(frame: pd.DataFrame, *, level: float = 0.9, draws: int = 0, seed: int = 0) -> pd.DataFrame:
    """One row per method: its scores, number of profiles, and bootstrap intervals where ``draws`` > 0.

    frame : of :func:`proda_core.comparison.pairs.densities` or ``interval_stocks``
    draws : bootstrap draws of whole profiles; 0 leaves the columns ``*_low`` and ``*_high`` out
    """
    names = methods(frame)
    common = frame.dropna(subset=["observed", *names])
    rows = []
    for name in names:
        row = {"method": name} | score(common[name], common["observed"])
        row["profiles"] = common["site"].nunique()
        if draws:
            found = intervals(
                common[name], common["observed"], common["site"], level=level, draws=draws, seed=seed
            )
            for metric, (low, high) in found.items():
                row |= {f"{metric}_low": low, f"{metric}_high": high}
        rows.append(row)
    return pd.DataFrame(rows).astype({"n": int} if rows else {})


def interval_table(frame: pd.DataFrame, **options) -> pd.DataFrame:
    """One row per depth interval and method, with the mean observed and modelled stock [kgC m-2].

    ``extrapolated`` is the mean share of the interval's thickness that no measured horizon covers.

    frame : of :func:`proda_core.comparison.pairs.interval_stocks`; options as ``score_table``
    """
    tables = []
    for interval in (name for name in INTERVALS if (frame["interval"] == name).any()):
        part = frame[frame["interval"] == interval]
        common = part.dropna(subset=["observed", *methods(part)])
        table = score_table(part, **options)
        table.insert(0, "interval", interval)
        table["mean_observed"] = common["observed"].mean()
        if "extrapolated" in common:
            table["extrapolated"] = common["extrapolated"].mean()
        table["mean_modelled"] = [common[name].mean() for name in table["method"]]
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
