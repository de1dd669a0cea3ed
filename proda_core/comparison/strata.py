"""Scores of carbon density within regions and within vegetation classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.comparison.places import Places, joined, vegetation_order
from proda_core.comparison.run_tables import DENSITY, HELD_OUT, pairs, with_units
from proda_core.comparison.tables import score_table

if TYPE_CHECKING:
    from proda_core.runs import Run

LEAST_PROFILES = 10  # fewer profiles do not represent their region


def scores_by_region(run: Run, study: Places, *, part: str = HELD_OUT) -> pd.DataFrame:
    """One row per region and method: scores [kgC m-3], n, profiles; without small groups."""
    return _scores(run, study, "region", part)


def scores_by_class(run: Run, study: Places, *, part: str = HELD_OUT) -> pd.DataFrame:
    """One row per vegetation class and method: its scores [kgC m-3], n, profiles."""
    return _scores(run, study, "vegetation", part)


def _scores(run: Run, study: Places, by: str, part: str) -> pd.DataFrame:
    frame = joined(pairs(run, part), study, regions=by == "region")
    names = vegetation_order(frame[by]) if by == "vegetation" else sorted(frame[by].dropna().unique())
    tables = {}
    for name in names:
        rows = frame.loc[frame[by] == name].drop(
            columns=["lon", "lat", "vegetation", "region"], errors="ignore"
        )
        if rows["site"].nunique() >= LEAST_PROFILES:
            tables[name] = score_table(rows)
    if not tables:
        return pd.DataFrame(columns=[by, "method"])
    found = pd.concat(tables, names=[by]).reset_index(by)
    return with_units(found, **dict.fromkeys(["rmse", "bias", "mae"], DENSITY))
