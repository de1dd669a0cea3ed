"""Random and spatial folds: the skill lost where whole areas are held out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from proda_core.comparison.run_tables import DENSITY, with_units
from proda_core.records.checks import expect, expect_columns

SCORES = ("nse", "r2", "rmse", "bias")
TEST = "test"


def fold_skill(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per kind of split and method: means over splits of the scores of test sites, their sd.

    tables : of :func:`proda_core.skill.skill_table` by what their splits hold out, for instance
        {"random": by place, "spatial": by block}. ``nse_lost`` is the mean of the first table
        minus that of the row.
    """
    expect(len(tables) > 0, "fold_skill: expected at least one table of scores, found none")
    parts = []
    for by, table in tables.items():
        expect_columns(table.columns, ["split", "method", "part", *SCORES], f"fold_skill: {by}")
        tested = table[table["part"] == TEST]
        groups = tested.groupby("method", sort=False)
        mean = groups[list(SCORES)].mean()
        spread = groups[list(SCORES)].std().add_suffix("_sd")
        parts.append(mean.join(spread).assign(splits=groups.size(), by=by).reset_index())
    found = pd.concat(parts, ignore_index=True)
    first = found[found["by"] == next(iter(tables))].set_index("method")["nse"]
    found["nse_lost"] = found["method"].map(first) - found["nse"]
    columns = ["by", "method", *SCORES, *(f"{name}_sd" for name in SCORES), "nse_lost", "splits"]
    return with_units(found[columns], rmse=DENSITY, bias=DENSITY)
