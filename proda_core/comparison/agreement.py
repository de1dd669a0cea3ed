"""Maps against maps as numbers: correlation, bias, RMSE and concordance of two products on common cells.

A pair of products is compared on the cells where every product of the table has a value in that interval,
so that all rows of an interval are of the same land. Cells are weighted by their area of land.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.cells import reference_on_cells
from proda_core.comparison.labels import order
from proda_core.comparison.map_products import References
from proda_core.comparison.run_tables import STOCK, with_units
from proda_core.records.checks import InputError
from proda_core.vocabulary.depth_intervals import INTERVALS

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

AGAINST, AMONG_REFERENCES, WITHIN_RUN = "against a reference", "between references", "within this run"
SCORES = ("r", "bias", "rmse", "concordance")
COLUMNS = ["kind", "interval", "one", "two", *SCORES, "mean_one", "mean_two", "cells", "area"]
LEAST_CELLS = 3  # fewer have no correlation worth a number


def agreement(run: Run, study: Places | None = None, references: References | None = None) -> pd.DataFrame:
    """One row per interval and pair of products: area-weighted scores of ``one`` against ``two``.

    ``kind`` is "against a reference", "between references" (their own spread, beside which the first is
    read) or "within this run"; ``bias`` is the mean of one minus that of two [kgC m-2]; ``concordance`` is
    Lin's coefficient, 1 only where both are equal in every cell; ``area`` is the land in common
    [million km2]. Raises InputError without references.
    """
    if not references:
        raise InputError(
            f"run {run.id}: expected at least one reference map to compare its maps with, found none"
        )
    carbon = run["carbon_map"]
    land = (carbon.ds["cell_area"] * carbon.ds["land_fraction"]).values
    ours = {name: carbon.ds["stock"].sel(product=name) for name in carbon.products}
    theirs = {
        name: reference_on_cells(product, carbon, name).ds["stock"].sel(product=name)
        for name, product in references.items()
    }
    pairs = _pairs(order(ours), order(theirs))
    rows = []
    for interval in INTERVALS:
        stock = {
            name: field.sel(interval=interval).values
            for name, field in (ours | theirs).items()
            if interval in field["interval"].values
        }
        common = np.isfinite(list(stock.values())).all(axis=0) & (land > 0)
        if common.sum() < LEAST_CELLS:
            continue
        about = {"interval": interval, "cells": int(common.sum()), "area": land[common].sum() / 1e12}
        for kind, one, two in pairs:
            if one in stock and two in stock:
                scores = weighted_scores(stock[one][common], stock[two][common], land[common])
                rows.append(about | {"kind": kind, "one": one, "two": two} | scores)
    units = dict.fromkeys(["bias", "rmse", "mean_one", "mean_two"], STOCK) | {"area": "10^6 km2"}
    return with_units(pd.DataFrame(rows, columns=COLUMNS), **units, r="1", concordance="1")


def weighted_scores(one: np.ndarray, two: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """Weighted r, bias, RMSE and Lin's concordance of two arrays (cell,), with their means.

    Concordance is 2 cov / (var one + var two + (mean one - mean two)^2), Lin (1989); r and concordance are
    NaN where neither varies.

    >>> found = weighted_scores(np.array([1.0, 3.0]), np.array([2.0, 4.0]), np.array([1.0, 1.0]))
    >>> [round(float(found[name]), 3) for name in ("r", "bias", "rmse", "concordance")]
    [1.0, -1.0, 1.0, 0.667]
    """
    mean_one, mean_two = (float(np.average(values, weights=weight)) for values in (one, two))
    away_one, away_two = one - mean_one, two - mean_two
    var_one, var_two = (float(np.average(away**2, weights=weight)) for away in (away_one, away_two))
    covariance = float(np.average(away_one * away_two, weights=weight))
    apart = var_one + var_two + (mean_one - mean_two) ** 2
    return {
        "r": covariance / np.sqrt(var_one * var_two) if _varies(one) and _varies(two) else np.nan,
        "bias": mean_one - mean_two,
        "rmse": float(np.sqrt(np.average((one - two) ** 2, weights=weight))),
        "concordance": 2 * covariance / apart if _varies(one) or _varies(two) else np.nan,
        "mean_one": mean_one,
        "mean_two": mean_two,
    }


def _varies(values: np.ndarray) -> bool:
    return bool(np.ptp(values) > 1e-9 * np.abs(values).max(initial=0.0))


def _pairs(ours: list[str], theirs: list[str]) -> list[tuple[str, str, str]]:
    """Return kind, one and two of every pair of products."""
    return [
        *((AGAINST, one, two) for one in ours for two in theirs),
        *((AMONG_REFERENCES, one, two) for one, two in combinations(theirs, 2)),
        *((WITHIN_RUN, two, one) for one, two in combinations(ours, 2)),
    ]
