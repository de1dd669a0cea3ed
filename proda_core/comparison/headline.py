"""Table 37.1: skill of each method on the density of soil carbon, with the published values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.comparison.published import SCORES, caution
from proda_core.comparison.run_tables import ALL, DENSITY, HELD_OUT, PARTS, pairs, with_units
from proda_core.comparison.tables import score_table

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

DRAWS = 500
_LIKE_DENSITY = ("rmse", "bias", "mae")


def table_37_1(run: Run, study: Places | None = None, *, draws: int = DRAWS, seed: int = 0) -> pd.DataFrame:
    """One row per part ("held out", "all") and method: scores, bootstrap intervals, published values.

    R2 is that of the regression of modelled on observed density, as published; it is insensitive to bias
    and slope, unlike NSE and the others. Columns ``*_low`` and ``*_high`` are 90 % intervals over whole
    profiles. ``published_r2``, ``published_rmse`` and ``published_source`` are those of the
    chapter, of other profiles: for orientation, not as a target; ``attrs["note"]`` says so of synthetic data.

    Where the run has no pairs, or those of some sites only (the showcase), its stored table of scores is
    returned.
    """
    if "pairs" in run.finished and "showcase" not in run.settings:
        parts = {part: score_table(pairs(run, part), draws=draws, seed=seed) for part in PARTS}
        frame = pd.concat(parts, names=["part"]).reset_index("part")
    else:
        frame = run["scores"]
    published = SCORES.rename(columns={name: f"published_{name}" for name in ("r2", "rmse", "source")})
    frame = frame.merge(published, on="method", how="left")
    frame["part"] = pd.Categorical(frame["part"], [HELD_OUT, ALL], ordered=True)
    frame = frame.sort_values("part", kind="stable").astype({"part": str})
    units = {f"{name}{end}": DENSITY for name in _LIKE_DENSITY for end in ("", "_low", "_high")}
    found = with_units(frame, **units, published_rmse=DENSITY)
    found.attrs["note"] = caution(run, study)
    return found
